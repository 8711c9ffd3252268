-- One tile of buildings.
-- Parameters: z, x, y, as_of (a day; NULL: now); rough: whether what is smaller than a pixel is left out,
-- and names and floors with it. Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'buildings', 4096, 'g', 'id')
  FROM (
    SELECT id, CASE WHEN NOT %(rough)s THEN name END AS name,
           CASE WHEN NOT %(rough)s THEN coalesce(floors, 0) END AS floors,
           ST_AsMVTGeom(CASE WHEN %(rough)s THEN ST_Simplify(geom_m, 40075016.68 / (1 << %(z)s) / 1024, true)
                             ELSE geom_m END,
                        (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_building_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (NOT %(rough)s OR ST_Area(geom_m) > (40075016.68 / (1 << %(z)s) / 512) ^ 2)
     ORDER BY id) t
