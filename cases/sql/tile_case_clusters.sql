-- One tile of cases gathered on a grid of 1/16 tile (below zoom 12).
-- Parameters: z, x, y; open_only, group, since: filters, null when not asked for; those of the
-- condition `scope` (cases.queries.visibility.scope_sql).
-- Columns: the tile's bytes. Leans on the GiST index case_geom_m.
SELECT ST_AsMVT(t, 'cases', 4096, 'g')
  FROM (
    SELECT count(*) AS count,
           count(*) FILTER (WHERE cases_case.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE')) AS open,
           ST_AsMVTGeom(ST_Centroid(ST_Collect(cases_case.geom_m)), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_case
      LEFT JOIN cases_requesttype ty ON ty.id = cases_case.request_type_id
      LEFT JOIN cases_requesttypegroup g ON g.id = ty.group_id
     WHERE cases_case.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
       -- Half open: what lies on an edge is counted in one tile only.
       -- (&& compares boxes in single precision, so both ends are asked for.)
       AND ST_X(cases_case.geom_m) >= ST_XMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_X(cases_case.geom_m) < ST_XMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(cases_case.geom_m) > ST_YMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(cases_case.geom_m) <= ST_YMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND {{scope}}
       AND (%(open_only)s IS NULL OR cases_case.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE'))
       AND (%(group)s IS NULL OR g.code = %(group)s)
       AND (%(since)s IS NULL OR cases_case.opened_at >= %(since)s)
     GROUP BY ST_SnapToGrid(cases_case.geom_m, 40075016.68 / (1 << %(z)s) / 16)
     ORDER BY ST_SnapToGrid(cases_case.geom_m, 40075016.68 / (1 << %(z)s) / 16)) t
