-- push-filter-below-window: what does not read the window's bounds is filtered before rows are copied into windows.

-- nothing of the filter needs the window
SELECT device FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)) WHERE temp > 5e0;
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts, window_start, window_end, window_time])
   +- Window(window=[HOP(time=[ts], size=[5 min], slide=[1 min])])
      +- Calc(select=[line, device, temp, n, place, ts], where=[temp > 5.0])
         +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
            +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- one half of it does
SELECT device FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
WHERE temp > 5e0 AND window_start > TIMESTAMP '2024-01-01 00:00:00';
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts, window_start, window_end, window_time], where=[window_start > TIMESTAMP '2024-01-01 00:00:00'])
   +- Window(window=[TUMBLE(time=[ts], size=[1 min])])
      +- Calc(select=[line, device, temp, n, place, ts], where=[temp > 5.0])
         +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
            +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- all of it does
SELECT device FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE window_end > ts OR temp > 1e0;
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts, window_start, window_end, window_time], where=[(window_end > ts) OR (temp > 1.0)])
   +- Window(window=[TUMBLE(time=[ts], size=[1 min])])
      +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
         +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;

-- never below the watermark, which must see every row
SELECT device FROM readings WHERE temp > 5e0;
Calc(select=[device])
+- Calc(select=[line, device, temp, n, place, ts], where=[temp > 5.0])
   +- Watermark(rowtime=[ts], watermark=[ts - 5 s])
      +- Scan(table=[readings], columns=[line, device, temp, n, place, ts])
;
