-- What every device sent in each window of 5 seconds. `messages` counts repeated ones, `readings` does not: a reading is known by its
-- device and sequence number.

INSERT INTO device_windows
SELECT gateway, device, window_start, window_end,
       COUNT(*) AS messages, COUNT(DISTINCT seq) AS readings, SUM(seq) AS seq_sum
FROM TABLE(TUMBLE(TABLE telemetry, DESCRIPTOR(ts), INTERVAL '5' SECOND))
GROUP BY gateway, device, window_start, window_end;
