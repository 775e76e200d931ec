-- DOUBLE and FLOAT: NaN spreads through sums, FLOAT is rounded to single precision; variance and deviation of one row.
CREATE TABLE t (k STRING, v DOUBLE, f FLOAT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, total DOUBLE, mean DOUBLE, low DOUBLE, high DOUBLE, vp DOUBLE, vs DOUBLE, sp DOUBLE, ss DOUBLE, fs FLOAT, fm FLOAT)
WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, SUM(v), AVG(v), MIN(v), MAX(v), VAR_POP(v) FILTER (WHERE v < 1e9), VAR_SAMP(v) FILTER (WHERE v < 1e9), STDDEV_POP(v) FILTER (WHERE v < 1e9), STDDEV_SAMP(v) FILTER (WHERE v < 1e9), SUM(f), AVG(f)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY k, window_start, window_end;

--> t {"k":"a","v":2,"f":0.1,"ts":"2024-01-01 00:00:01"}
--> t {"k":"a","v":4,"f":0.2,"ts":"2024-01-01 00:00:02"}
--> t {"k":"a","v":4,"f":0.4,"ts":"2024-01-01 00:00:03"}
--> t {"k":"a","v":4,"f":null,"ts":"2024-01-01 00:00:04"}
--> t {"k":"a","v":5,"f":null,"ts":"2024-01-01 00:00:04"}
--> t {"k":"a","v":5,"f":null,"ts":"2024-01-01 00:00:04"}
--> t {"k":"a","v":7,"f":null,"ts":"2024-01-01 00:00:05"}
--> t {"k":"a","v":9,"f":null,"ts":"2024-01-01 00:00:05"}
--> t {"k":"one","v":1.5,"f":1.5,"ts":"2024-01-01 00:00:06"}
--> t {"k":"big","v":1e308,"f":3e38,"ts":"2024-01-01 00:00:07"}
--> t {"k":"big","v":1e308,"f":3e38,"ts":"2024-01-01 00:00:08"}
--> t {"k":"none","v":null,"f":null,"ts":"2024-01-01 00:00:09"}
--= r +I[a, 40.0, 5.0, 2.0, 9.0, 4.0, 4.571428571428571, 2.0, 2.138089935299395, 0.70000005, 0.23333333]
--= r +I[one, 1.5, 1.5, 1.5, 1.5, 0.0, null, 0.0, null, 1.5, 1.5]
--= r +I[big, Infinity, Infinity, 1.0E308, 1.0E308, null, null, null, null, Infinity, 3.0E38]
--= r +I[none, null, null, null, null, null, null, null, null, null, null]
