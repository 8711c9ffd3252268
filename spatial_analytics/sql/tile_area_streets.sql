-- One tile of the streets of a thematic map; the farther away, the longer a street must be.
-- Parameters: z, x, y; least: metres of Web Mercator.
-- Columns: the tile's bytes. Leans on the GiST index of geom_m.
SELECT ST_AsMVT(t, 'choropleth', 4096, 'g', 'id')
  FROM (
    SELECT id,
           ST_AsMVTGeom(ST_Simplify(geom_m, 40075016.68 / (1 << %(z)s) / 1024, true),
                        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM addresses_street
     WHERE status = 'ACTIVE' AND ST_Length(geom_m) >= %(least)s
       AND geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
     ORDER BY id) t
