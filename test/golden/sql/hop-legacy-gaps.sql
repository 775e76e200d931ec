-- A slide longer than the window leaves gaps: rows in them belong to no window and vanish without being late.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), total INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT HOP_START(ts, INTERVAL '10' SECOND, INTERVAL '4' SECOND), SUM(v) FROM t GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '4' SECOND);

--> t {"v":1,"ts":"2024-01-01 00:00:00"}
--> t {"v":2,"ts":"2024-01-01 00:00:03.999"}
--> t {"v":4,"ts":"2024-01-01 00:00:04"}
--> t {"v":8,"ts":"2024-01-01 00:00:09.999"}
--> t {"v":16,"ts":"2024-01-01 00:00:10"}
--> t {"v":32,"ts":"2024-01-01 00:00:25"}
--= r +I[2024-01-01T00:00, 3]
--= r +I[2024-01-01T00:00:10, 16]
