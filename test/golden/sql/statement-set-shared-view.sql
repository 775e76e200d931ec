-- One pass over the source feeds three sinks: a filter, a tumbling and a hopping window over the same view.
CREATE TABLE t (device STRING, temp DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'rows');
CREATE TABLE alarms (device STRING, temp DOUBLE, ts TIMESTAMP(3)) WITH ('connector' = 'rows');
CREATE TABLE minutes (device STRING, s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'rows');
CREATE TABLE halves (s TIMESTAMP(3), high DOUBLE) WITH ('connector' = 'rows');

CREATE VIEW valid AS SELECT UPPER(device) AS device, ROUND(temp, 1) AS temp, ts FROM t WHERE temp BETWEEN -50e0 AND 150e0;

EXECUTE STATEMENT SET BEGIN
  INSERT INTO alarms SELECT device, temp, ts FROM valid WHERE temp > 100e0;
  INSERT INTO minutes SELECT device, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE valid, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY device, window_start, window_end;
  INSERT INTO halves SELECT window_start, MAX(temp) FROM TABLE(HOP(TABLE valid, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
END;

--> t {"device":"a","temp":99.96,"ts":"2024-01-01 00:00:10"}
--> t {"device":"a","temp":100.06,"ts":"2024-01-01 00:00:40"}
--> t {"device":"b","temp":999,"ts":"2024-01-01 00:05:00"}
--> t {"device":"b","temp":null,"ts":"2024-01-01 00:05:00"}
--> t {"device":"a","temp":-50,"ts":"2024-01-01 00:00:50"}
--> t {"device":"b","temp":20,"ts":"2024-01-01 00:05:01"}
--= alarms +I[A, 100.1, 2024-01-01T00:00:40]
--= minutes +I[A, 2024-01-01T00:00, 2]
--= minutes +I[B, 2024-01-01T00:05, 1]
--= halves +I[2023-12-31T23:59:30, 100.0]
--= halves +I[2024-01-01T00:00, 100.1]
--= halves +I[2024-01-01T00:00:30, 100.1]
--= halves +I[2024-01-01T00:04:30, 20.0]
--= halves +I[2024-01-01T00:05, 20.0]
