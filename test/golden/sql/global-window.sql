-- Grouped by the window alone: one row per window that saw rows, none for empty ones.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), n BIGINT, values_n BIGINT, total INT, low INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, COUNT(*), COUNT(v), SUM(v), MIN(v)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;

--> t {"v":null,"ts":"2024-01-01 00:00:10"}
--> t {"v":5,"ts":"2024-01-01 00:03:00"}
--> t {"v":null,"ts":"2024-01-01 00:03:01"}
--> t {"v":-5,"ts":"2024-01-01 00:03:59.999"}
--= r +I[2024-01-01T00:00, 1, 0, null, null]
--= r +I[2024-01-01T00:03, 3, 2, 0, -5]
