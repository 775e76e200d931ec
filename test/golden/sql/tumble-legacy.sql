-- The form of old tutorials: a group window in GROUP BY, late rows dropped.
CREATE TABLE kafka_source (
  device_id STRING,
  metric_value DOUBLE,
  event_time TIMESTAMP(3),
  WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH ('connector' = 'rows');

CREATE TABLE averages (device_id STRING, window_start TIMESTAMP(3), avg_metric DOUBLE) WITH ('connector' = 'rows');

INSERT INTO averages
SELECT device_id, TUMBLE_START(event_time, INTERVAL '1' MINUTE) AS window_start, AVG(metric_value) AS avg_metric
FROM kafka_source GROUP BY device_id, TUMBLE(event_time, INTERVAL '1' MINUTE);

--> kafka_source {"device_id":"a","metric_value":1,"event_time":"2024-03-01 08:00:00"}
--> kafka_source {"device_id":"b","metric_value":10,"event_time":"2024-03-01 08:00:59"}
--> kafka_source {"device_id":"a","metric_value":2,"event_time":"2024-03-01 08:00:30"}
--> kafka_source {"device_id":"a","metric_value":7,"event_time":"2024-03-01 08:01:05"}
--> kafka_source {"device_id":"a","metric_value":100,"event_time":"2024-03-01 08:00:40"}
--> kafka_source {"device_id":"b","metric_value":20,"event_time":"2024-03-01 08:02:10"}
--= averages +I[a, 2024-03-01T08:00, 1.5]
--= averages +I[a, 2024-03-01T08:01, 7.0]
--= averages +I[b, 2024-03-01T08:00, 10.0]
--= averages +I[b, 2024-03-01T08:02, 20.0]
