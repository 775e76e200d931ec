-- A window over the results of a window: window_time is an event time, one minute of ten-second sums.
CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), e TIMESTAMP(3), parts BIGINT, best INT, total INT) WITH ('connector' = 'rows');

CREATE VIEW tens AS
SELECT k, window_time AS rt, SUM(v) AS total
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start, window_end, window_time;

INSERT INTO r
SELECT window_start, window_end, COUNT(*), MAX(total), SUM(total)
FROM TABLE(TUMBLE(TABLE tens, DESCRIPTOR(rt), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;

--> t {"k":"a","v":1,"ts":"2024-01-01 00:00:05"}
--> t {"k":"b","v":2,"ts":"2024-01-01 00:00:06"}
--> t {"k":"a","v":4,"ts":"2024-01-01 00:00:59"}
--> t {"k":"a","v":8,"ts":"2024-01-01 00:00:52"}
--> t {"k":"a","v":16,"ts":"2024-01-01 00:00:58"}
--> t {"k":"a","v":32,"ts":"2024-01-01 00:01:02"}
--> t {"k":"a","v":64,"ts":"2024-01-01 00:00:59.999"}
--= r +I[2024-01-01T00:00, 2024-01-01T00:01, 3, 28, 31]
--= r +I[2024-01-01T00:01, 2024-01-01T00:02, 1, 32, 32]
