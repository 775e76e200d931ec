-- SUM keeps the type of its argument and wraps around in it; AVG does not lose the sum on the way.
CREATE TABLE t (a TINYINT, b SMALLINT, c INT, d BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE r (sa TINYINT, sb SMALLINT, sc INT, sd BIGINT, aa TINYINT, ab SMALLINT, ac INT, ad BIGINT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT SUM(a), SUM(b), SUM(c), SUM(d), AVG(a), AVG(b), AVG(c), AVG(d)
FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))
GROUP BY window_start, window_end HAVING window_start = TIMESTAMP '2024-01-01 00:00:00';

--> t {"a":127,"b":32767,"c":2147483647,"d":"9007199254740993","ts":"2024-01-01 00:00:01"}
--> t {"a":1,"b":2,"c":3,"d":"9007199254740993","ts":"2024-01-01 00:00:06"}
--> t {"a":-5,"b":1,"c":-1,"d":0,"ts":"2024-01-01 00:00:07"}
--= r +I[123, -32766, -2147483647, 18014398509481986, 41, 10923, 715827883, 6004799503160662]
