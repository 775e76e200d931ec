-- drop-identity-calcs: a projection that changes nothing goes; the last one stays where it names the columns.

-- SELECT * over SELECT *
SELECT * FROM (SELECT * FROM plain);
Scan(table=[plain], columns=[k, v, t])
;

-- other names at the root stay
SELECT k AS key1, v AS value1, t AS time1 FROM plain;
Calc(select=[k AS key1, v AS value1, t AS time1])
+- Scan(table=[plain], columns=[k, v, t])
;

-- another order is not the same
SELECT v, k, t FROM plain;
Calc(select=[v, k, t])
+- Scan(table=[plain], columns=[k, v, t])
;

-- names below an INSERT do not matter
INSERT INTO any_sink SELECT k AS other, c AS names FROM (SELECT device AS k, CAST(n AS BIGINT) AS c FROM readings);
Sink(table=[any_sink], columns=[k STRING, c BIGINT], mode=[changelog])
+- Calc(select=[device AS k, CAST(n AS BIGINT) AS c])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;
