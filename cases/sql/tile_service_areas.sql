-- One tile of the drawn areas that routing rules may name, as they are in force on a day.
-- Parameters: z, x, y; on: the day.
-- Columns: the tile's bytes. Leans on the GiST index routing_area_geom_m.
SELECT ST_AsMVT(t, 'service_areas', 4096, 'g', 'id')
  FROM (
    SELECT id, name, lower(kind) AS kind, owner, version,
           ST_AsMVTGeom(geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_routingarea
     WHERE geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (valid_from IS NULL OR valid_from <= %(on)s)
       AND (valid_to IS NULL OR valid_to > %(on)s)
     ORDER BY id) t
