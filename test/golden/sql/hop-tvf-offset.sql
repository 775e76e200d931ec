-- Windows of 10 seconds every 5, moved by one second; AVG of INT truncates.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '3' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT, mean INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, window_end, COUNT(*), AVG(v)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND, INTERVAL '1' SECOND))
GROUP BY window_start, window_end;

--> t {"v":1,"ts":"2024-01-01 00:00:00"}
--> t {"v":4,"ts":"2024-01-01 00:00:05"}
--> t {"v":-8,"ts":"2024-01-01 00:00:06"}
--> t {"v":3,"ts":"2024-01-01 00:00:11"}
--= r +I[2023-12-31T23:59:51, 2024-01-01T00:00:01, 1, 1]
--= r +I[2023-12-31T23:59:56, 2024-01-01T00:00:06, 2, 2]
--= r +I[2024-01-01T00:00:01, 2024-01-01T00:00:11, 2, -2]
--= r +I[2024-01-01T00:00:06, 2024-01-01T00:00:16, 2, -2]
--= r +I[2024-01-01T00:00:11, 2024-01-01T00:00:21, 1, 3]
