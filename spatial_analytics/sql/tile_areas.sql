-- One tile of the areas of a thematic map, generalised for its band of zooms.
-- Parameters: z, x, y; level: DISTRICT or NEIGHBOURHOOD; band: the band of the shapes (8, 10 or 12).
-- Columns: the tile's bytes. Leans on the GiST index boundary_shape_geom_m.
SELECT ST_AsMVT(t, 'choropleth', 4096, 'g', 'id')
  FROM (
    SELECT s.area_id AS id,
           ST_AsMVTGeom(s.geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM addresses_boundaryshape s
     WHERE s.level = %(level)s AND s.max_zoom = %(band)s
       AND s.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY 1) t
