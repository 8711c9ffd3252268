-- One tile of street centre lines; below zoom 13 only the wide ones.
-- Parameters: z, x, y, as_of (a day; NULL: now); rough: whether lines are simplified to a quarter of a
-- pixel and only wide streets have their names. Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'streets', 4096, 'g', 'id')
  FROM (
    SELECT id,
           CASE WHEN NOT %(rough)s OR kind IN ('AVENUE', 'BOULEVARD', 'SQUARE') THEN name END AS name, kind,
           ST_AsMVTGeom(CASE WHEN %(rough)s THEN ST_Simplify(geom_m, 40075016.68 / (1 << %(z)s) / 2048, true)
                             ELSE geom_m END,
                        (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_street_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND (%(z)s >= 13 OR kind IN ('AVENUE', 'BOULEVARD', 'SQUARE'))
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY id) t
