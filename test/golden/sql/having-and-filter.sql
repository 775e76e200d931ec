-- FILTER counts some rows of a group, HAVING drops groups; WHERE comes before both.
CREATE TABLE t (k STRING, v INT, ok BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, s TIMESTAMP(3), n BIGINT, good BIGINT, good_total INT, ratio DOUBLE) WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, window_start, COUNT(*), COUNT(*) FILTER (WHERE ok), SUM(v) FILTER (WHERE ok AND v > 0),
  CAST(COUNT(*) FILTER (WHERE ok) AS DOUBLE) / COUNT(*)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
WHERE v IS NOT NULL
GROUP BY k, window_start, window_end
HAVING COUNT(*) >= 2 AND MAX(v) > 1;

--> t {"k":"a","v":1,"ok":true,"ts":"2024-01-01 00:00:01"}
--> t {"k":"a","v":2,"ok":false,"ts":"2024-01-01 00:00:02"}
--> t {"k":"a","v":-3,"ok":true,"ts":"2024-01-01 00:00:03"}
--> t {"k":"a","v":null,"ok":true,"ts":"2024-01-01 00:00:04"}
--> t {"k":"b","v":1,"ok":true,"ts":"2024-01-01 00:00:05"}
--> t {"k":"b","v":1,"ok":null,"ts":"2024-01-01 00:00:06"}
--> t {"k":"c","v":9,"ok":true,"ts":"2024-01-01 00:00:07"}
--> t {"k":"d","v":9,"ok":null,"ts":"2024-01-01 00:00:08"}
--> t {"k":"d","v":9,"ok":false,"ts":"2024-01-01 00:00:09"}
--= r +I[a, 2024-01-01T00:00, 3, 2, 1, 0.6666666666666666]
--= r +I[d, 2024-01-01T00:00, 2, 0, null, 0.0]
