-- A late row is lost only when the last window that holds it has fired; the watermark passes a window at its last millisecond.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), total INT, n BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, SUM(v), COUNT(*)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '15' SECOND))
GROUP BY window_start, window_end;

--> t {"v":1,"ts":"2024-01-01 00:00:02"}
--> t {"v":2,"ts":"2024-01-01 00:00:09.998"}
--> t {"v":4,"ts":"2024-01-01 00:00:01"}
--> t {"v":8,"ts":"2024-01-01 00:00:09.999"}
--> t {"v":16,"ts":"2024-01-01 00:00:03"}
--> t {"v":32,"ts":"2024-01-01 00:00:14.999"}
--> t {"v":64,"ts":"2024-01-01 00:00:04"}
--> t {"v":128,"ts":"2024-01-01 00:00:06"}
--= r +I[2023-12-31T23:59:50, 1, 1]
--= r +I[2023-12-31T23:59:55, 15, 4]
--= r +I[2024-01-01T00:00, 63, 6]
--= r +I[2024-01-01T00:00:05, 170, 4]
--= r +I[2024-01-01T00:00:10, 32, 1]
