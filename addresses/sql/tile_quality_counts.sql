-- One tile of findings that are not resolved, gathered on a grid of 1/16 tile (below zoom 13).
-- Parameters: z, x, y; rule, severity: filters, null when not asked for; accepted: whether those
--   that are accepted are wanted instead of the open ones.
-- Columns: the tile's bytes. Leans on the GiST index quality_finding_geom_m.
SELECT ST_AsMVT(t, 'quality', 4096, 'g')
  FROM (
    SELECT count(*) AS count, count(*) FILTER (WHERE f.severity = 'ERROR') AS errors,
           ST_AsMVTGeom(ST_Centroid(ST_Collect(middle)), ST_TileEnvelope(%(z)s, %(x)s, %(y)s),
                        4096, 64, true) AS g
      FROM addresses_qualityfinding f
      CROSS JOIN LATERAL (SELECT ST_Centroid(f.geom_m) AS middle) at
     WHERE f.resolved_at IS NULL
       AND (f.accepted_at IS NOT NULL) = %(accepted)s
       AND f.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
       -- Half open: what lies on an edge is counted in one tile only.
       AND ST_X(middle) >= ST_XMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_X(middle) < ST_XMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(middle) > ST_YMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(middle) <= ST_YMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND (%(rule)s IS NULL OR f.rule = %(rule)s)
       AND (%(severity)s IS NULL OR f.severity = %(severity)s)
     GROUP BY ST_SnapToGrid(middle, 40075016.68 / (1 << %(z)s) / 16)
     ORDER BY ST_SnapToGrid(middle, 40075016.68 / (1 << %(z)s) / 16)) t
