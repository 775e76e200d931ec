-- Read by the gateway only. tables.flink.sql declares the same tables for Flink; pipeline.sql is shared.

CREATE TABLE telemetry (
  line    STRING METADATA FROM 'topic.line' VIRTUAL,
  device  STRING METADATA FROM 'topic.device' VIRTUAL,
  gateway AS 'plant-a-gw1',
  kind    STRING,
  vib     DOUBLE,
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
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);

CREATE TABLE pump_vibration (
  gateway      STRING,
  device       STRING,
  window_start TIMESTAMP(3),
  window_end   TIMESTAMP(3),
  avg_vib      DOUBLE,
  max_vib      DOUBLE,
  PRIMARY KEY (gateway, device, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'pump-vibration',
  'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'json',
  'value.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
