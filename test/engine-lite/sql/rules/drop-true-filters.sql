-- drop-true-filters: a condition that is always true goes; one that is never true stays, for its rows still move the watermark.

-- folded to TRUE
SELECT device FROM readings WHERE 2 > 1;
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- FALSE stays
SELECT device FROM readings WHERE 1 > 2;
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts], where=[FALSE])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;
