-- prune-columns: scans name the columns that are read, calcs compute what is used, the row of a scan keeps its layout.

-- only what the query and its watermark read
SELECT device FROM readings;
Calc(select=[device])
+- Watermark(rowtime=[ts], watermark=[ts - 5 s])
   +- Scan(table=[readings], columns=[device, ts])
;

-- a projection that nobody reads goes
SELECT device FROM (SELECT device, temp * 2e0 AS twice FROM readings);
Calc(select=[device])
+- Calc(select=[device])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[device, ts])
;

-- a window keeps its time column
SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
Calc(select=[window_start, COUNT(*) AS EXPR$1])
+- WindowAggregate(keys=[], window=[TUMBLE(time=[ts], size=[1 min])], bounds=[start, end], select=[COUNT(*)])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[ts])
;

-- the parts below a watermark stay whole, as other queries share them
SELECT celsius FROM computed;
Calc(select=[celsius])
+- Watermark(rowtime=[at_time], watermark=[at_time - 1 s])
   +- Calc(select=[millis, celsius, celsius + 273.15 AS kelvin, TO_TIMESTAMP_LTZ(millis, 3) AS at_time])
      +- Scan(table=[computed], columns=[millis, celsius])
;

-- all inputs of a union stay alike
SELECT a FROM (SELECT device AS a, n AS b FROM readings UNION ALL SELECT k, v FROM plain);
Calc(select=[a])
+- UnionAll(columns=[a, b])
   +- Calc(select=[device AS a, n AS b])
   |  +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
   |     +- Scan(table=[readings], columns=[device, n, ts])
   +- Calc(select=[k, v])
      +- Scan(table=[plain], columns=[k, v])
;

-- a sink takes every column
INSERT INTO any_sink SELECT device, CAST(n AS BIGINT) FROM readings;
Sink(table=[any_sink], columns=[device STRING, EXPR$1 BIGINT], mode=[changelog])
+- Calc(select=[device, CAST(n AS BIGINT) AS EXPR$1])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[device, n, ts])
;
