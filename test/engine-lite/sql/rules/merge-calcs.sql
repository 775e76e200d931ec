-- merge-calcs: filters and projections in a row become one, unless something would be computed twice or differ from call to call.

-- a filter over a projection
SELECT device FROM (SELECT device, temp + 1e0 AS t FROM readings) WHERE t > 5e0;
Calc(select=[device], where=[(temp + 1.0) > 5.0])
+- Watermark(rowtime=[ts], watermark=[ts - 5 s])
   +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- the view's filter comes first
SELECT device FROM hot WHERE temp < 60e0;
Calc(select=[device], where=[(temp > 50.0) AND (temp < 60.0)])
+- Watermark(rowtime=[ts], watermark=[ts - 5 s])
   +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- what is used twice is computed once, below
SELECT t * t FROM (SELECT temp + 1e0 AS t FROM readings);
Calc(select=[t * t AS EXPR$0])
+- Calc(select=[temp + 1.0 AS t])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- a random number is not drawn twice
SELECT r FROM (SELECT RAND() AS r FROM readings) WHERE r > 5e-1;
Calc(select=[r], where=[r > 0.5])
+- Calc(select=[RAND() AS r])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;
