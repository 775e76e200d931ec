-- DECIMAL(10, 2) sums to DECIMAL(38, 2) and averages to DECIMAL(38, 6), rounded half up; scales of constants are kept.
CREATE TABLE t (k INT, v DECIMAL(10, 2), big DECIMAL(38, 0), ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (k INT, total DECIMAL(38, 2), mean DECIMAL(38, 6), low DECIMAL(10, 2), high DECIMAL(10, 2), d BIGINT, product DECIMAL(38, 4), big DECIMAL(38, 0))
WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, SUM(v), AVG(v), MIN(v), MAX(v), COUNT(DISTINCT v), SUM(v * 1.25), SUM(big)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY k, window_start, window_end;

--> t {"k":1,"v":10,"big":"12345678901234567890123456789012345678","ts":"2024-01-01 00:00:01"}
--> t {"k":1,"v":0.01,"big":1,"ts":"2024-01-01 00:00:02"}
--> t {"k":1,"v":"10.00","big":null,"ts":"2024-01-01 00:00:03"}
--> t {"k":2,"v":-99999999.99,"big":"99999999999999999999999999999999999999","ts":"2024-01-01 00:00:04"}
--> t {"k":2,"v":-0.02,"big":1,"ts":"2024-01-01 00:00:05"}
--> t {"k":3,"v":null,"big":null,"ts":"2024-01-01 00:00:06"}
--= r +I[1, 20.01, 6.670000, 0.01, 10.00, 2, 25.0125, 12345678901234567890123456789012345679]
--= r +I[2, -100000000.01, -50000000.005000, -99999999.99, -0.02, 2, -125000000.0125, null]
--= r +I[3, null, null, null, null, 0, null, null]
