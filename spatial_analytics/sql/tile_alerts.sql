-- One tile of alerts: where something begins that should not be there.
-- Parameters: z, x, y; state: open (nobody has judged them, and their last day is `since` or later), judged, all; those of scope.
-- Conditions: scope, which alerts the viewer sees, over the table.
-- Columns: the tile's bytes. Streets are drawn as a band of 30 m: a layer has one kind of geometry. Reads all alerts, which are
-- some hundreds a year.
SELECT ST_AsMVT(t, 'alerts', 4096, 'g', 'id')
  FROM (
    SELECT id, uid::text AS uid, name, level, first_day::text AS first_day, last_day::text AS last_day, observed,
           round(expected::numeric, 2)::float8 AS expected, round(recurrence_days::numeric)::float8 AS recurrence_days, verdict,
           ST_AsMVTGeom(ST_Transform(CASE WHEN ST_Dimension(geom) = 2 THEN geom ELSE ST_Buffer(geom::geography, 15)::geometry END, 3857),
                        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM spatial_analytics_alert
     WHERE geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096), 4326)
       AND CASE %(state)s WHEN 'open' THEN verdict = '' AND last_day >= %(since)s WHEN 'judged' THEN verdict <> '' ELSE true END
       AND {{scope}}
     ORDER BY id) t
