-- A GROUP BY over an updating input takes rows back: how many devices reached which maximum. A group without rows is deleted.
CREATE TABLE t (device STRING, level_ INT) WITH ('connector' = 'rows');
CREATE TABLE r (high INT, devices BIGINT, names STRING) WITH ('connector' = 'rows');

INSERT INTO r
SELECT high, COUNT(*), MIN(device) FROM (SELECT device, MAX(level_) AS high FROM t GROUP BY device) GROUP BY high;

--> t {"device":"a","level_":1}
--> t {"device":"b","level_":1}
--> t {"device":"a","level_":0}
--> t {"device":"a","level_":2}
--> t {"device":"b","level_":2}
--> t {"device":"c","level_":null}
--= r +I[1, 1, a]
--= r -U[1, 1, a]
--= r +U[1, 2, a]
--= r -U[1, 2, a]
--= r +U[1, 1, b]
--= r +I[2, 1, a]
--= r -D[1, 1, b]
--= r -U[2, 1, a]
--= r +U[2, 2, a]
--= r +I[null, 1, c]
