-- One tile of district and neighbourhood areas with every vertex (zoom 13 and above, and every zoom
-- of another day than today).
-- Parameters: z, x, y, as_of (a day; NULL: now). Columns: the tile's bytes.
-- Leans on the GiST indexes district_geom_m and neighbourhood_geom_m.
SELECT ST_AsMVT(t, 'boundaries', 4096, 'g', 'id')
  FROM (
    SELECT id * 4 + 1 AS id, 'district' AS level, name, population,
           ST_AsMVTGeom(geom_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true) AS g
      FROM addresses_district_at(%(as_of)s)
     WHERE status = 'ACTIVE'
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
    UNION ALL
    SELECT id * 4 + 2, 'neighbourhood', name, population,
           ST_AsMVTGeom(geom_m, (SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s)), 4096, 64, true)
      FROM addresses_neighbourhood_at(%(as_of)s)
     WHERE status = 'ACTIVE' AND %(z)s >= 9
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY 1) t
