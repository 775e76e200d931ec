-- 27 October 2024 has 25 hours; both hours from 2 to 3 are one window, which fires when the second has passed. Its window_time is the first.
SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE t (v INT, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE days (s TIMESTAMP(3), e TIMESTAMP(3), total INT) WITH ('connector' = 'rows');
CREATE TABLE hours (s TIMESTAMP(3), e TIMESTAMP(3), wt TIMESTAMP_LTZ(3), total INT) WITH ('connector' = 'rows');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO days SELECT TUMBLE_START(ts, INTERVAL '1' DAY), TUMBLE_END(ts, INTERVAL '1' DAY), SUM(v) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' DAY);
  INSERT INTO hours SELECT window_start, window_end, window_time, SUM(v)
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, window_time;
END;

--> t {"v":1,"ts":"2024-10-26 21:59:59Z"}
--> t {"v":2,"ts":"2024-10-26 22:00:00Z"}
--> t {"v":4,"ts":"2024-10-27 00:30:00Z"}
--> t {"v":8,"ts":"2024-10-27 01:30:00Z"}
--> t {"v":16,"ts":"2024-10-27 00:45:00Z"}
--> t {"v":32,"ts":"2024-10-27 22:59:59Z"}
--> t {"v":64,"ts":"2024-10-27 23:00:00Z"}
--= days +I[2024-10-26T00:00, 2024-10-27T00:00, 1]
--= days +I[2024-10-27T00:00, 2024-10-28T00:00, 62]
--= days +I[2024-10-28T00:00, 2024-10-29T00:00, 64]
--= hours +I[2024-10-26T23:00, 2024-10-27T00:00, 2024-10-26T21:59:59.999Z, 1]
--= hours +I[2024-10-27T00:00, 2024-10-27T01:00, 2024-10-26T22:59:59.999Z, 2]
--= hours +I[2024-10-27T02:00, 2024-10-27T03:00, 2024-10-27T00:59:59.999Z, 28]
--= hours +I[2024-10-27T23:00, 2024-10-28T00:00, 2024-10-27T22:59:59.999Z, 32]
--= hours +I[2024-10-28T00:00, 2024-10-28T01:00, 2024-10-27T23:59:59.999Z, 64]
