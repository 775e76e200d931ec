-- Windows of an hour that start 15 minutes past: [23:15, 00:15), [00:15, 01:15).
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, window_end, COUNT(v)
FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' HOUR, `OFFSET` => INTERVAL '15' MINUTE))
GROUP BY window_start, window_end;

--> t {"v":1,"ts":"2024-01-01 00:00:00"}
--> t {"v":2,"ts":"2024-01-01 00:14:59.999"}
--> t {"v":3,"ts":"2024-01-01 00:15:00"}
--> t {"v":4,"ts":"2024-01-01 01:14:59.998"}
--> t {"v":5,"ts":"2024-01-01 01:15:00"}
--= r +I[2023-12-31T23:15, 2024-01-01T00:15, 2]
--= r +I[2024-01-01T00:15, 2024-01-01T01:15, 2]
--= r +I[2024-01-01T01:15, 2024-01-01T02:15, 1]
