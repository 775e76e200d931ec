-- TIMESTAMP_LTZ windows follow the clocks of the zone: 31 March 2024 has 23 hours, the hour from 2 to 3 does not exist.
SET 'table.local-time-zone' = 'Europe/Berlin';
CREATE TABLE t (v INT, ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE days (s TIMESTAMP(3), e TIMESTAMP(3), wt TIMESTAMP_LTZ(3), total INT) WITH ('connector' = 'rows');
CREATE TABLE hours (s TIMESTAMP(3), e TIMESTAMP(3), wt TIMESTAMP_LTZ(3), total INT) WITH ('connector' = 'rows');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO days SELECT window_start, window_end, window_time, SUM(v)
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, window_time;
  INSERT INTO hours SELECT window_start, window_end, window_time, SUM(v)
  FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' HOUR)) GROUP BY window_start, window_end, window_time;
END;

--> t {"v":1,"ts":"2024-03-30 22:59:59.999Z"}
--> t {"v":2,"ts":"2024-03-30 23:00:00Z"}
--> t {"v":4,"ts":"2024-03-31 00:59:59Z"}
--> t {"v":8,"ts":"2024-03-31 01:00:00Z"}
--> t {"v":16,"ts":"2024-03-31 21:59:59Z"}
--> t {"v":32,"ts":"2024-03-31 22:00:00Z"}
--= days +I[2024-03-30T00:00, 2024-03-31T00:00, 2024-03-30T22:59:59.999Z, 1]
--= days +I[2024-03-31T00:00, 2024-04-01T00:00, 2024-03-31T21:59:59.999Z, 30]
--= days +I[2024-04-01T00:00, 2024-04-02T00:00, 2024-04-01T21:59:59.999Z, 32]
--= hours +I[2024-03-30T23:00, 2024-03-31T00:00, 2024-03-30T22:59:59.999Z, 1]
--= hours +I[2024-03-31T00:00, 2024-03-31T01:00, 2024-03-30T23:59:59.999Z, 2]
--= hours +I[2024-03-31T01:00, 2024-03-31T02:00, 2024-03-31T00:59:59.999Z, 4]
--= hours +I[2024-03-31T03:00, 2024-03-31T04:00, 2024-03-31T01:59:59.999Z, 8]
--= hours +I[2024-03-31T23:00, 2024-04-01T00:00, 2024-03-31T21:59:59.999Z, 16]
--= hours +I[2024-04-01T00:00, 2024-04-01T01:00, 2024-03-31T22:59:59.999Z, 32]
