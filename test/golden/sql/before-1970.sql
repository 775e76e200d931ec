-- Window starts of negative times round down, not toward zero.
CREATE TABLE t (v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT window_start, window_end, COUNT(*)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '1' MINUTE))
GROUP BY window_start, window_end;

--> t {"v":1,"ts":"1969-12-31 23:59:10"}
--> t {"v":2,"ts":"1969-12-31 23:59:59.999"}
--> t {"v":3,"ts":"1970-01-01 00:00:00"}
--= r +I[1969-12-31T23:58:30, 1969-12-31T23:59:30, 1]
--= r +I[1969-12-31T23:59, 1970-01-01T00:00, 2]
--= r +I[1969-12-31T23:59:30, 1970-01-01T00:00:30, 2]
--= r +I[1970-01-01T00:00, 1970-01-01T00:01, 1]
