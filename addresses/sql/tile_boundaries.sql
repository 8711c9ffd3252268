-- One tile of generalised district and neighbourhood areas (zoom 12 and below).
-- Parameters: z, x, y; band: the zoom band of the shapes (8, 10 or 12).
-- Columns: the tile's bytes. Leans on the GiST index boundary_shape_geom_m.
SELECT ST_AsMVT(t, 'boundaries', 4096, 'g', 'id')
  FROM (
    SELECT s.area_id * 4 + CASE s.level WHEN 'DISTRICT' THEN 1 ELSE 2 END AS id,
           lower(s.level) AS level, coalesce(d.name, n.name) AS name,
           coalesce(d.population, n.population) AS population,
           ST_AsMVTGeom(s.geom_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_boundaryshape s
      LEFT JOIN addresses_district d ON s.level = 'DISTRICT' AND d.id = s.area_id
      LEFT JOIN addresses_neighbourhood n ON s.level = 'NEIGHBOURHOOD' AND n.id = s.area_id
     WHERE s.max_zoom = %(band)s
       AND (s.level = 'DISTRICT' OR s.level = 'NEIGHBOURHOOD' AND %(z)s >= 9)
       AND s.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY 1) t
