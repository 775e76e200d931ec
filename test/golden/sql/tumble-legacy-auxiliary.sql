-- TUMBLE_START, _END and _ROWTIME; the rowtime is the last millisecond of the window and again an event time.
CREATE TABLE t (k STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, s TIMESTAMP(3), e TIMESTAMP(3), rt TIMESTAMP(3), high DOUBLE, shifted TIMESTAMP(3)) WITH ('connector' = 'rows');
CREATE TABLE twice (s TIMESTAMP(3), windows BIGINT, high DOUBLE) WITH ('connector' = 'rows');

CREATE VIEW seconds AS
SELECT k, MAX(v) AS high, TUMBLE_START(ts, INTERVAL '10' SECOND) AS s, TUMBLE_END(ts, INTERVAL '10' SECOND) AS e,
  TUMBLE_ROWTIME(ts, INTERVAL '10' SECOND) AS rt
FROM t GROUP BY k, TUMBLE(ts, INTERVAL '10' SECOND);

EXECUTE STATEMENT SET BEGIN
  INSERT INTO r SELECT k, s, e, rt, high, e + INTERVAL '1' MINUTE FROM seconds WHERE high > 1;
  INSERT INTO twice SELECT TUMBLE_START(rt, INTERVAL '20' SECOND), COUNT(*), MAX(high) FROM seconds GROUP BY TUMBLE(rt, INTERVAL '20' SECOND);
END;

--> t {"k":"a","v":1,"ts":"2024-01-01 00:00:01"}
--> t {"k":"b","v":2.5,"ts":"2024-01-01 00:00:02"}
--> t {"k":"b","v":-1,"ts":"2024-01-01 00:00:11"}
--> t {"k":"a","v":9,"ts":"2024-01-01 00:00:10"}
--> t {"k":"a","v":4,"ts":"2024-01-01 00:00:21"}
--> t {"k":"a","v":7,"ts":"2024-01-01 00:00:15"}
--= r +I[b, 2024-01-01T00:00, 2024-01-01T00:00:10, 2024-01-01T00:00:09.999, 2.5, 2024-01-01T00:01:10]
--= r +I[a, 2024-01-01T00:00:10, 2024-01-01T00:00:20, 2024-01-01T00:00:19.999, 9.0, 2024-01-01T00:01:20]
--= r +I[a, 2024-01-01T00:00:20, 2024-01-01T00:00:30, 2024-01-01T00:00:29.999, 4.0, 2024-01-01T00:01:30]
--= twice +I[2024-01-01T00:00, 4, 9.0]
--= twice +I[2024-01-01T00:00:20, 1, 4.0]
