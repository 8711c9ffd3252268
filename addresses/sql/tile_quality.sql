-- One tile of findings that are not resolved, one by one (zoom 13 and above).
-- Parameters: z, x, y; rule, severity: filters, null when not asked for; accepted: whether those
--   that are accepted are wanted instead of the open ones.
-- Columns: the tile's bytes. Leans on the GiST index quality_finding_geom_m.
SELECT ST_AsMVT(t, 'quality', 4096, 'g', 'id')
  FROM (
    SELECT f.id, f.rule, lower(f.severity) AS severity, f.label,
           ST_AsMVTGeom(f.geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM addresses_qualityfinding f
     WHERE f.resolved_at IS NULL
       AND (f.accepted_at IS NOT NULL) = %(accepted)s
       AND f.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (%(rule)s IS NULL OR f.rule = %(rule)s)
       AND (%(severity)s IS NULL OR f.severity = %(severity)s)
     ORDER BY f.id) t
