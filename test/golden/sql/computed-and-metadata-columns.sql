-- Event time computed from a BIGINT of the payload, a METADATA column, columns that are not read, nested fields.
CREATE TABLE t (
  millis BIGINT, place ROW<hall STRING, spot ROW<x INT, y INT>>, celsius DOUBLE, unused STRING,
  nr BIGINT METADATA FROM 'row-number' VIRTUAL,
  fahrenheit AS celsius * 9 / 5 + 32, ts AS TO_TIMESTAMP_LTZ(millis, 3),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector' = 'rows');
CREATE TABLE r (hall STRING, s TIMESTAMP(3), hot DOUBLE, first_row BIGINT, last_row BIGINT, far INT) WITH ('connector' = 'rows');

INSERT INTO r
SELECT place.hall, window_start, MAX(fahrenheit), MIN(nr), MAX(nr), MAX(place.spot.x + place.spot.y)
FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY place.hall, window_start, window_end;

--> t {"millis":1704067201000,"place":{"hall":"A","spot":{"x":1,"y":2}},"celsius":100,"unused":"x"}
--> t {"millis":1704067202000,"place":{"hall":"A","spot":null},"celsius":-40}
--> t {"millis":1704067203000,"place":null,"celsius":0}
--> t {"millis":1704067215000,"place":{"hall":"A","spot":{"x":5,"y":null}},"celsius":37.5}
--> t {"millis":1704067204000,"place":{"hall":"A","spot":{"x":9,"y":9}},"celsius":999}
--= r +I[A, 2024-01-01T00:00, 212.0, 1, 2, 3]
--= r +I[null, 2024-01-01T00:00, 32.0, 3, 3, null]
--= r +I[A, 2024-01-01T00:00:10, 99.5, 4, 4, null]
