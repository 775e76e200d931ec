-- choose-update-before: an aggregation emits the old row of an update only where the consumer needs it.

-- a sink that goes by key does not
INSERT INTO key_sink SELECT device, COUNT(*) FROM readings GROUP BY device;
Sink(table=[key_sink], columns=[device STRING, EXPR$1 BIGINT NOT NULL], mode=[upsert])
+- Calc(select=[device, COUNT(*) AS EXPR$1])
   +- GroupAggregate(keys=[device], select=[COUNT(*)], updates=[UA])
      +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
         +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- a changelog sink does
INSERT INTO any_sink SELECT device, COUNT(*) FROM readings GROUP BY device;
Sink(table=[any_sink], columns=[device STRING, EXPR$1 BIGINT NOT NULL], mode=[changelog])
+- Calc(select=[device, COUNT(*) AS EXPR$1])
   +- GroupAggregate(keys=[device], select=[COUNT(*)], updates=[UB,UA])
      +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
         +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- a filter may let only one half through, so the sink is told what went
INSERT INTO key_sink SELECT device, COUNT(*) FROM readings GROUP BY device HAVING COUNT(*) < 5;
Sink(table=[key_sink], columns=[device STRING, EXPR$1 BIGINT NOT NULL], mode=[upsert])
+- Calc(select=[device, COUNT(*) AS EXPR$1])
   +- Calc(select=[device, COUNT(*)], where=[COUNT(*) < 5])
      +- GroupAggregate(keys=[device], select=[COUNT(*)], updates=[UB,UA])
         +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
            +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- an aggregation above takes the old row back
SELECT c, COUNT(*) FROM (SELECT device, COUNT(*) AS c FROM readings GROUP BY device) GROUP BY c;
Calc(select=[c, COUNT(*) AS EXPR$1])
+- GroupAggregate(keys=[c], select=[COUNT(*)], updates=[UB,UA])
   +- Calc(select=[device, COUNT(*) AS c])
      +- GroupAggregate(keys=[device], select=[COUNT(*)], updates=[UB,UA])
         +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
            +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;
