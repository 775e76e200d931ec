-- A window function alone adds its columns to every row, once per window, late rows included.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (v INT, s TIMESTAMP(3), e TIMESTAMP(3), wt TIMESTAMP(3)) WITH ('connector' = 'rows');

INSERT INTO r
SELECT v, window_start, window_end, window_time
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) WHERE v <> 2;

--> t {"v":1,"ts":"2024-01-01 00:00:07"}
--> t {"v":2,"ts":"2024-01-01 00:00:30"}
--> t {"v":3,"ts":"2024-01-01 00:00:00"}
--= r +I[1, 2024-01-01T00:00:05, 2024-01-01T00:00:15, 2024-01-01T00:00:14.999]
--= r +I[1, 2024-01-01T00:00, 2024-01-01T00:00:10, 2024-01-01T00:00:09.999]
--= r +I[3, 2024-01-01T00:00, 2024-01-01T00:00:10, 2024-01-01T00:00:09.999]
--= r +I[3, 2023-12-31T23:59:55, 2024-01-01T00:00:05, 2024-01-01T00:00:04.999]
