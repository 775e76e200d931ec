-- Read by Flink only: the same tables over Kafka. On Flink run this file, then pipeline.sql.
-- The gateway reckons windows in UTC unless told otherwise, and moves the watermark with every row; Flink does neither by itself.

SET 'table.local-time-zone' = 'UTC';

CREATE TABLE telemetry (
  line    STRING,
  device  STRING,
  gateway STRING,
  kind    STRING,
  vib     DOUBLE,
  ts      TIMESTAMP_LTZ(3),
  WATERMARK FOR ts AS ts - INTERVAL '2' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'telemetry',
  'properties.bootstrap.servers' = 'localhost:9092',
  'scan.startup.mode' = 'earliest-offset',
  'scan.watermark.emit.strategy' = 'on-event',
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
