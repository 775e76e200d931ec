/** The pipeline under test: counts, sums and bounds per device and window, so that a lost or doubled reading shows in a number. */

export const WINDOW_MS = 10_000
export const RESULTS_TOPIC = 'results'

/** Payloads are unique; a device has less in flight than is remembered of it by default. */
export const TABLES_SQL = `CREATE TABLE readings (
  device STRING,
  seq BIGINT,
  ts BIGINT,
  v BIGINT,
  event_time AS TO_TIMESTAMP_LTZ(ts, 3),
  WATERMARK FOR event_time AS event_time - INTERVAL '2' MINUTE
) WITH (
  'connector' = 'mqtt',
  'topic' = 'crash/{name}/readings',
  'format' = 'json',
  'qos' = '1',
  'dedup.unique-payloads' = 'true'
);

CREATE TABLE results (
  device STRING,
  window_start TIMESTAMP(3),
  n BIGINT,
  total BIGINT,
  low BIGINT,
  high BIGINT,
  PRIMARY KEY (device, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${RESULTS_TOPIC}',
  'properties.bootstrap.servers' = 'stand-in:9092',
  'key.format' = 'json',
  'value.format' = 'json'
);
`

export const PIPELINE_SQL = `INSERT INTO results
SELECT device, window_start, COUNT(*), SUM(v), MIN(v), MAX(v)
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(event_time), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, device;
`
