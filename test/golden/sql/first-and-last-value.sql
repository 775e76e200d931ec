-- FIRST_VALUE and LAST_VALUE go by arrival, not by time, and skip NULL; LISTAGG joins in the same order.
CREATE TABLE t (k STRING, v INT, note STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '10' SECOND) WITH ('connector' = 'rows');
CREATE TABLE r (k STRING, f INT, l INT, fn STRING, notes STRING, dashed STRING) WITH ('connector' = 'rows');

INSERT INTO r
SELECT k, FIRST_VALUE(v), LAST_VALUE(v), FIRST_VALUE(note), LISTAGG(note), LISTAGG(note, ' - ')
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND))
GROUP BY k, window_start, window_end;

--> t {"k":"a","v":null,"note":null,"ts":"2024-01-01 00:00:09"}
--> t {"k":"a","v":5,"note":"x","ts":"2024-01-01 00:00:08"}
--> t {"k":"a","v":6,"note":null,"ts":"2024-01-01 00:00:01"}
--> t {"k":"a","v":null,"note":"z","ts":"2024-01-01 00:00:02"}
--> t {"k":"b","v":null,"note":null,"ts":"2024-01-01 00:00:02"}
--= r +I[a, 5, 6, x, x,z, x - z]
--= r +I[b, null, null, null, null, null]
