-- One row per line and 5 seconds. AVG and MAX leave out the devices that do not measure the column: it is NULL for them.

INSERT INTO line_overview
SELECT gateway, line, window_start, window_end,
       COUNT(*) AS readings,
       ROUND(AVG(temp), 2) AS avg_temp, MAX(temp) AS max_temp, ROUND(AVG(`power`), 1) AS avg_power
FROM TABLE(TUMBLE(TABLE telemetry, DESCRIPTOR(ts), INTERVAL '5' SECOND))
GROUP BY gateway, line, window_start, window_end;
