-- Hopping windows share panes; a late row still enters the windows that have not fired.
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT, total INT, low INT, high INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, window_start, window_end, COUNT(*), SUM(v), MIN(v), MAX(v)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end, k;

--> t {"k":"a","v":1,"ts":"2024-01-01 00:00:01"}
--> t {"k":"a","v":2,"ts":"2024-01-01 00:00:06"}
--> t {"k":"b","v":9,"ts":"2024-01-01 00:00:11"}
--> t {"k":"a","v":4,"ts":"2024-01-01 00:00:07"}
--> t {"k":"a","v":8,"ts":"2024-01-01 00:00:23"}
--= r +I[a, 2023-12-31T23:59:55, 2024-01-01T00:00:05, 1, 1, 1, 1]
--= r +I[a, 2024-01-01T00:00, 2024-01-01T00:00:10, 2, 3, 1, 2]
--= r +I[a, 2024-01-01T00:00:05, 2024-01-01T00:00:15, 2, 6, 2, 4]
--= r +I[a, 2024-01-01T00:00:15, 2024-01-01T00:00:25, 1, 8, 8, 8]
--= r +I[a, 2024-01-01T00:00:20, 2024-01-01T00:00:30, 1, 8, 8, 8]
--= r +I[b, 2024-01-01T00:00:05, 2024-01-01T00:00:15, 1, 9, 9, 9]
--= r +I[b, 2024-01-01T00:00:10, 2024-01-01T00:00:20, 1, 9, 9, 9]
