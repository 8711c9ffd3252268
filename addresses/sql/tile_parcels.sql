-- One tile of parcels.
-- Parameters: z, x, y, as_of (a day; NULL: now); rough: whether what is smaller than a few pixels is left
-- out, and the labels. Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'parcels', 4096, 'g', 'id')
  FROM (
    SELECT id, CASE WHEN NOT %(rough)s THEN cadastral_block || '/' || number END AS label,
           ST_AsMVTGeom(CASE WHEN %(rough)s THEN ST_Simplify(geom_m, 40075016.68 / (1 << %(z)s) / 1024, true)
                             ELSE geom_m END,
                        (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_parcel_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (NOT %(rough)s OR ST_Area(geom_m) > 4 * (40075016.68 / (1 << %(z)s) / 512) ^ 2)
     ORDER BY id) t
