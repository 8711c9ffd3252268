-- One tile of landmarks.
-- Parameters: z, x, y, as_of (a day; NULL: now). Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'landmarks', 4096, 'g', 'id')
  FROM (
    SELECT id, name, kind,
           ST_AsMVTGeom(geom_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_landmark_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY id) t
