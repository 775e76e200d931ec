-- Grouped by window_start without window_end it is an ordinary GROUP BY: it updates at once, and no row is late.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start;

--> t {"v":1,"ts":"2024-01-01 00:00:01"}
--> t {"v":2,"ts":"2024-01-01 00:00:31"}
--> t {"v":3,"ts":"2024-01-01 00:00:02"}
--= r +I[2024-01-01T00:00, 1]
--= r +I[2024-01-01T00:00:30, 1]
--= r -U[2024-01-01T00:00, 1]
--= r +U[2024-01-01T00:00, 2]
