-- How many readings every device sent in each window of 5 seconds, and the sum of their numbers: enough to tell whether one is missing.

INSERT INTO device_windows
SELECT gateway, device, window_start, window_end, COUNT(*) AS readings, SUM(seq) AS seq_sum
FROM TABLE(TUMBLE(TABLE telemetry, DESCRIPTOR(ts), INTERVAL '5' SECOND))
GROUP BY gateway, device, window_start, window_end;
