-- Views are inlined, UNION ALL takes the smaller watermark, CASE, CAST and text functions work on the way.
CREATE TABLE metric (device STRING, celsius DOUBLE, moment TIMESTAMP(3), WATERMARK FOR moment AS moment - INTERVAL '1' SECOND)
WITH ('connector' = 'rows');
CREATE TABLE imperial (device STRING, fahrenheit DOUBLE, moment TIMESTAMP(3), WATERMARK FOR moment AS moment - INTERVAL '1' SECOND)
WITH ('connector' = 'rows');
CREATE TABLE r (device STRING, s TIMESTAMP(3), n BIGINT, hottest STRING) WITH ('connector' = 'rows');

CREATE VIEW readings AS
SELECT UPPER(device) AS device, celsius, moment FROM metric WHERE celsius IS NOT NULL
UNION ALL
SELECT UPPER(device), (fahrenheit - 32) * 5 / 9, moment FROM imperial;

INSERT INTO r
SELECT device, window_start, COUNT(*), CASE WHEN MAX(celsius) > 30 THEN 'hot' ELSE CAST(MAX(celsius) AS STRING) END
FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(moment), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, device;

--> metric {"device":"a","celsius":20.5,"moment":"2024-01-01 00:00:01"}
--> imperial {"device":"a","fahrenheit":212,"moment":"2024-01-01 00:00:02"}
--> metric {"device":"a","celsius":null,"moment":"2024-01-01 00:00:03"}
--> metric {"device":"b","celsius":-1,"moment":"2024-01-01 00:00:30"}
--> imperial {"device":"b","fahrenheit":32,"moment":"2024-01-01 00:00:09"}
--> imperial {"device":"c","fahrenheit":50,"moment":"2024-01-01 00:00:31"}
--= r +I[A, 2024-01-01T00:00, 2, hot]
--= r +I[B, 2024-01-01T00:00, 1, 0.0]
--= r +I[B, 2024-01-01T00:00:30, 1, -1.0]
--= r +I[C, 2024-01-01T00:00:30, 1, 10.0]
