-- SELECT DISTINCT emits a row once; COUNT(DISTINCT) over an updating input counts what is still there, and
-- a group that loses its last row is deleted before it comes back.
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'rows');
CREATE TABLE once (k STRING, positive BOOLEAN) WITH ('connector' = 'rows');
CREATE TABLE r (d BIGINT) WITH ('connector' = 'rows');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO once SELECT DISTINCT k, v > 0 FROM t;
  INSERT INTO r SELECT COUNT(DISTINCT total) FROM (SELECT k, SUM(v) AS total FROM t GROUP BY k);
END;

--> t {"k":"a","v":1}
--> t {"k":"a","v":2}
--> t {"k":"b","v":3}
--> t {"k":"b","v":null}
--> t {"k":"b","v":-1}
--= once +I[a, true]
--= once +I[b, true]
--= once +I[b, null]
--= once +I[b, false]
--= r +I[1]
--= r -D[1]
--= r +I[1]
--= r -U[1]
--= r +U[2]
