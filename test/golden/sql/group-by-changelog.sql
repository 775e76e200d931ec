-- An unbounded GROUP BY updates its result row by row; an equal result is not emitted again.
CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, n BIGINT, high INT) WITH ('connector' = 'rows');
CREATE TABLE m (k STRING, high INT) WITH ('connector' = 'rows');

EXECUTE STATEMENT SET BEGIN
  INSERT INTO r SELECT k, COUNT(*) FILTER (WHERE v > 1), MAX(v) FROM t GROUP BY k HAVING COUNT(*) > 1;
  INSERT INTO m SELECT k, MAX(v) FROM t GROUP BY k;
END;

--> t {"k":"a","v":3}
--> t {"k":"a","v":2}
--> t {"k":null,"v":5}
--> t {"k":"a","v":4}
--> t {"k":null,"v":1}
--= m +I[a, 3]
--= m +I[null, 5]
--= m +U[a, 4]
--= m -U[a, 3]
--= r +U[a, 2, 3]
--= r +U[a, 3, 4]
--= r +U[null, 1, 5]
--= r -U[a, 2, 3]
