-- One unbounded GROUP BY into a sink that takes -U and into one that takes the newest row per key; equal results are not repeated.
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'rows');
CREATE TABLE retract (k STRING, n BIGINT, total INT) WITH ('connector' = 'rows');
CREATE TABLE newest (k STRING, total INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'rows-upsert');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO retract SELECT k, COUNT(*), SUM(v) FROM t GROUP BY k;
  INSERT INTO newest SELECT k, SUM(v) FROM t GROUP BY k;
END;

--> t {"k":"a","v":1}
--> t {"k":"a","v":0}
--> t {"k":"b","v":null}
--> t {"k":"a","v":5}
--> t {"k":"b","v":null}
--> t {"k":"b","v":7}
--= newest +I[a, 1]
--= newest +U[a, 6]
--= newest +I[b, null]
--= newest +U[b, 7]
--= retract +I[a, 1, 1]
--= retract -U[a, 1, 1]
--= retract +U[a, 2, 1]
--= retract +I[b, 1, null]
--= retract -U[a, 2, 1]
--= retract +U[a, 3, 6]
--= retract -U[b, 1, null]
--= retract +U[b, 2, null]
--= retract -U[b, 2, null]
--= retract +U[b, 3, 7]
