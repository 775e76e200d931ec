-- Read by the gateway only. tables.flink.sql declares the same tables for Flink; pipeline.sql is shared.

CREATE TABLE telemetry (
  line    STRING METADATA FROM 'topic.line' VIRTUAL,
  device  STRING METADATA FROM 'topic.device' VIRTUAL,
  gateway AS 'plant-a-gw1',
  seq     BIGINT,
  ts      TIMESTAMP_LTZ(3),
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
) WITH (
  'connector' = 'mqtt',
  'topic' = 'plant/{line}/{device}/telemetry',
  'qos' = '1',
  -- a device counts its readings: the same number again is a repeat, whatever carried it
  'dedup.sequence-field' = 'seq',
  'dedup.device-field' = 'device',
  'dedup.unique-payloads' = 'true',
  -- a device whose clock runs far ahead must not close the windows of the others
  'future.max-skew' = '1 h',
  -- every device closes its windows by its own time: one that was away and sends its backlog is not late
  'watermark.per' = 'device',
  'watermark.device' = 'device',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);

CREATE TABLE device_windows (
  gateway      STRING,
  device       STRING,
  window_start TIMESTAMP(3),
  window_end   TIMESTAMP(3),
  readings     BIGINT,
  seq_sum      BIGINT,
  PRIMARY KEY (gateway, device, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'device-windows',
  'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'json',
  'value.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
