-- One tile of hexagons with their figures, and how many of them have no outline yet: then the bytes are not whole.
-- Parameters: z, x, y; layer: its name; cells; cases, rates, befores, changes: the figures of each (null: the
-- property is left out).
-- Columns: tile (its bytes), lacking.
-- Leans on the primary key of the outlines.
WITH drawn AS MATERIALIZED (
  SELECT c.cell, c.cases, c.rate, c.before, c.change, h.geom_m
    FROM unnest(%(cells)s::bigint[], %(cases)s::int[], %(rates)s::float8[], %(befores)s::int[],
                %(changes)s::text[]) AS c(cell, cases, rate, before, change)
    LEFT JOIN spatial_analytics_hexagon h ON h.cell = c.cell)
SELECT (SELECT ST_AsMVT(t, %(layer)s, 4096, 'g')
          FROM (SELECT to_hex(cell) AS h3, cases, rate, before, change,
                       ST_AsMVTGeom(geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, false) AS g
                  FROM drawn WHERE geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
                 ORDER BY cell) t) AS tile,
       (SELECT count(*) FROM drawn WHERE geom_m IS NULL) AS lacking
