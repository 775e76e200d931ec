-- BIGINT stays exact beyond 2^53 and wraps around at 2^63; AVG truncates, DISTINCT sums each value once.
CREATE TABLE t (k STRING, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, total BIGINT, once BIGINT, mean BIGINT, low BIGINT, high BIGINT, d BIGINT, vp BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, SUM(v), SUM(DISTINCT v), AVG(v), MIN(v), MAX(v), COUNT(DISTINCT v), VAR_POP(v) FILTER (WHERE k = 'small')
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY k, window_start, window_end;

--> t {"k":"exact","v":"9007199254740993","ts":"2024-01-01 00:00:01"}
--> t {"k":"exact","v":"9007199254740995","ts":"2024-01-01 00:00:02"}
--> t {"k":"exact","v":"9007199254740993","ts":"2024-01-01 00:00:03"}
--> t {"k":"wraps","v":"9223372036854775807","ts":"2024-01-01 00:00:04"}
--> t {"k":"wraps","v":3,"ts":"2024-01-01 00:00:05"}
--> t {"k":"small","v":-3,"ts":"2024-01-01 00:00:06"}
--> t {"k":"small","v":-4,"ts":"2024-01-01 00:00:07"}
--> t {"k":"least","v":"-9223372036854775808","ts":"2024-01-01 00:00:08"}
--= r +I[exact, 27021597764222981, 18014398509481988, 9007199254740993, 9007199254740993, 9007199254740995, 2, null]
--= r +I[wraps, -9223372036854775806, -9223372036854775806, -4611686018427387903, 3, 9223372036854775807, 2, null]
--= r +I[small, -7, -7, -3, -4, -3, 2, 0]
--= r +I[least, -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808, -9223372036854775808, 1, null]
