-- One tile of buildings.
-- Parameters: z, x, y, as_of (a day; NULL: now). Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'buildings', 4096, 'g', 'id')
  FROM (
    SELECT id, name, coalesce(floors, 0) AS floors,
           ST_AsMVTGeom(geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM addresses_building_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY id) t
