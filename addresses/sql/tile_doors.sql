-- One tile of doors with their numbers.
-- Parameters: z, x, y, as_of (a day; NULL: now); rough: whether of doors so near each other that their
-- numbers could not be read only the first is wanted. Columns: the tile's bytes. Leans on the GiST index
-- of geom_m.
SELECT ST_AsMVT(t, 'doors', 4096, 'g', 'id')
  FROM (
    SELECT id, number || CASE suffix WHEN '' THEN '' ELSE '/' || suffix END AS label,
           ST_AsMVTGeom(geom_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_address_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (NOT %(rough)s OR id IN (
             SELECT min(id) FROM addresses_address_at(%(as_of)s)
              WHERE status = 'ACTIVE'
                AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
              GROUP BY ST_SnapToGrid(geom_m, 40075016.68 / (1 << %(z)s) / 96)))
     ORDER BY id) t
