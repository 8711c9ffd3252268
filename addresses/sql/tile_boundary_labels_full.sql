-- One tile of the points where areas are labelled, as they were on a day.
-- Parameters: z, x, y, as_of (a day). Columns: the tile's bytes.
SELECT ST_AsMVT(t, 'boundary_labels', 4096, 'g', 'id')
  FROM (
    SELECT a.id, a.level, a.name, coalesce(a.population, 0) AS population,
           ST_AsMVTGeom(a.label, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM (
        SELECT id * 4 + 1 AS id, 'district' AS level, name, population,
               ST_PointOnSurface(geom_m) AS label
          FROM addresses_district_at(%(as_of)s)
         WHERE status = 'ACTIVE'
           AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
        UNION ALL
        SELECT id * 4 + 2, 'neighbourhood', name, population, ST_PointOnSurface(geom_m)
          FROM addresses_neighbourhood_at(%(as_of)s)
         WHERE status = 'ACTIVE' AND %(z)s >= 11
           AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
      ) a
     WHERE a.label && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY 1) t
