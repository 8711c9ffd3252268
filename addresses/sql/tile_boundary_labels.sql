-- One tile of the points where areas are labelled.
-- Parameters: z, x, y. Columns: the tile's bytes.
SELECT ST_AsMVT(t, 'boundary_labels', 4096, 'g', 'id')
  FROM (
    SELECT s.area_id * 4 + CASE s.level WHEN 'DISTRICT' THEN 1 ELSE 2 END AS id,
           lower(s.level) AS level, coalesce(d.name, n.name) AS name,
           coalesce(d.population, n.population, 0) AS population,
           ST_AsMVTGeom(s.label_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_boundaryshape s
      LEFT JOIN addresses_district d ON s.level = 'DISTRICT' AND d.id = s.area_id
      LEFT JOIN addresses_neighbourhood n ON s.level = 'NEIGHBOURHOOD' AND n.id = s.area_id
     WHERE s.max_zoom = 12
       AND (s.level = 'DISTRICT' OR s.level = 'NEIGHBOURHOOD' AND %(z)s >= 11)
       AND s.label_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY 1) t
