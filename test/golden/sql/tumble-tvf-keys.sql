-- Two keys, one of them NULL at times: NULL keys are one group. The watermark lags 2 seconds, so a row 2 seconds late still counts.
CREATE TABLE t (line STRING, device STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (line STRING, device STRING, s TIMESTAMP(3), e TIMESTAMP(3), last_ms TIMESTAMP(3), n BIGINT, total INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT line, device, window_start, window_end, window_time, COUNT(*), SUM(v)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY line, window_start, window_end, device, window_time;

--> t {"line":"A","device":"p","v":1,"ts":"2024-01-01 00:00:01"}
--> t {"line":"A","device":null,"v":2,"ts":"2024-01-01 00:00:02"}
--> t {"line":"A","device":null,"v":3,"ts":"2024-01-01 00:00:11"}
--> t {"line":"A","device":null,"v":4,"ts":"2024-01-01 00:00:09"}
--> t {"line":null,"device":null,"v":null,"ts":"2024-01-01 00:00:11.998"}
--> t {"line":"A","device":"p","v":5,"ts":"2024-01-01 00:00:00"}
--> t {"line":"A","device":"p","v":6,"ts":"2024-01-01 00:00:12"}
--> t {"line":"A","device":"p","v":7,"ts":"2024-01-01 00:00:03"}
--= r +I[A, p, 2024-01-01T00:00, 2024-01-01T00:00:10, 2024-01-01T00:00:09.999, 2, 6]
--= r +I[A, null, 2024-01-01T00:00, 2024-01-01T00:00:10, 2024-01-01T00:00:09.999, 2, 6]
--= r +I[A, null, 2024-01-01T00:00:10, 2024-01-01T00:00:20, 2024-01-01T00:00:19.999, 1, 3]
--= r +I[null, null, 2024-01-01T00:00:10, 2024-01-01T00:00:20, 2024-01-01T00:00:19.999, 1, null]
--= r +I[A, p, 2024-01-01T00:00:10, 2024-01-01T00:00:20, 2024-01-01T00:00:19.999, 1, 6]
