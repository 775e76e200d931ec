-- AVG, VAR and STDDEV of INT are INT, truncated, and computed in INT on the way.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), n BIGINT, d BIGINT, total INT, mean INT, low INT, high INT, sp INT, ss INT, vp INT, vs INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, COUNT(v), COUNT(DISTINCT v), SUM(v), AVG(v), MIN(v), MAX(v), STDDEV_POP(v), STDDEV_SAMP(v), VAR_POP(v), VAR_SAMP(v)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY window_start, window_end;

--> t {"v":50,"ts":"2024-01-01 00:00:01"}
--> t {"v":55,"ts":"2024-01-01 00:00:02"}
--> t {"v":40,"ts":"2024-01-01 00:00:11"}
--> t {"v":41,"ts":"2024-01-01 00:00:12"}
--> t {"v":7,"ts":"2024-01-01 00:00:21"}
--> t {"v":null,"ts":"2024-01-01 00:00:31"}
--> t {"v":-7,"ts":"2024-01-01 00:00:51"}
--> t {"v":-8,"ts":"2024-01-01 00:00:52"}
--= r +I[2024-01-01T00:00, 2, 2, 105, 52, 50, 55, 2, 3, 6, 13]
--= r +I[2024-01-01T00:00:10, 2, 2, 81, 40, 40, 41, 0, 1, 0, 1]
--= r +I[2024-01-01T00:00:20, 1, 1, 7, 7, 7, 7, 0, null, 0, null]
--= r +I[2024-01-01T00:00:30, 0, 0, null, null, null, null, null, null, null, null]
--= r +I[2024-01-01T00:00:50, 2, 2, -15, -7, -8, -7, 0, 1, 0, 1]
