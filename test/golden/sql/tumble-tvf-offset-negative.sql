-- A day that begins at 22:00 of the day before: offset of minus two hours.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT, total INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, window_end, COUNT(*), SUM(v)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' DAY, INTERVAL '-2' HOUR))
GROUP BY window_start, window_end;

--> t {"v":1,"ts":"2024-01-01 21:59:59.999"}
--> t {"v":2,"ts":"2024-01-01 22:00:00"}
--> t {"v":3,"ts":"2024-01-02 21:59:59"}
--> t {"v":4,"ts":"2024-01-03 22:00:00"}
--= r +I[2023-12-31T22:00, 2024-01-01T22:00, 1, 1]
--= r +I[2024-01-01T22:00, 2024-01-02T22:00, 2, 5]
--= r +I[2024-01-03T22:00, 2024-01-04T22:00, 1, 4]
