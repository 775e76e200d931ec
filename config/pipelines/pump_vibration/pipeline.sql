-- Pumps that shook: the last 20 seconds, every 5 seconds, where the peak passed 3.2 mm/s.

CREATE VIEW pumps AS SELECT * FROM telemetry WHERE kind = 'pump';

INSERT INTO pump_vibration
SELECT gateway, device, window_start, window_end, ROUND(AVG(vib), 3) AS avg_vib, MAX(vib) AS max_vib
FROM TABLE(HOP(TABLE pumps, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '20' SECOND))
GROUP BY gateway, device, window_start, window_end
HAVING MAX(vib) > 3.2;
