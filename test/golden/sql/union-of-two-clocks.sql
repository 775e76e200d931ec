-- UNION ALL goes by the smaller watermark of its inputs: the slow one keeps windows open for the fast one.
CREATE TABLE fast (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE slow (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, s TIMESTAMP(3), n BIGINT, total INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, TUMBLE_START(ts, INTERVAL '10' SECOND), COUNT(*), SUM(v)
FROM (SELECT k, v, ts FROM fast UNION ALL SELECT k, v * 10, ts FROM slow WHERE v > 0)
GROUP BY k, TUMBLE(ts, INTERVAL '10' SECOND);

--> fast {"k":"a","v":1,"ts":"2024-01-01 00:00:05"}
--> fast {"k":"a","v":2,"ts":"2024-01-01 00:00:25"}
--> fast {"k":"a","v":4,"ts":"2024-01-01 00:00:06"}
--> slow {"k":"a","v":1,"ts":"2024-01-01 00:00:14"}
--> fast {"k":"a","v":8,"ts":"2024-01-01 00:00:07"}
--> slow {"k":"a","v":-1,"ts":"2024-01-01 00:00:15"}
--> slow {"k":"a","v":2,"ts":"2024-01-01 00:00:08"}
--> fast {"k":"a","v":16,"ts":"2024-01-01 00:00:09"}
--> fast {"k":"b","v":32,"ts":"2024-01-01 00:00:11"}
--= r +I[a, 2024-01-01T00:00, 3, 13]
--= r +I[a, 2024-01-01T00:00:10, 1, 10]
--= r +I[b, 2024-01-01T00:00:10, 1, 32]
--= r +I[a, 2024-01-01T00:00:20, 1, 2]
