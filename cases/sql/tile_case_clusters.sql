-- One tile of cases gathered on a grid of 1/16 tile (below zoom 12).
-- Parameters: z, x, y; sees_all, sees_public_only, organisations, departments: the viewer's scope
-- (cases.queries.visibility); open_only, group, since: filters, null when not asked for.
-- Columns: the tile's bytes. Leans on the GiST index case_geom_m.
SELECT ST_AsMVT(t, 'cases', 4096, 'g')
  FROM (
    SELECT count(*) AS count,
           count(*) FILTER (WHERE c.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE')) AS open,
           ST_AsMVTGeom(ST_Centroid(ST_Collect(c.geom_m)), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_case c
      LEFT JOIN cases_requesttype ty ON ty.id = c.request_type_id
      LEFT JOIN cases_requesttypegroup g ON g.id = ty.group_id
     WHERE c.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
       -- Half open: what lies on an edge is counted in one tile only.
       -- (&& compares boxes in single precision, so both ends are asked for.)
       AND ST_X(c.geom_m) >= ST_XMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_X(c.geom_m) < ST_XMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(c.geom_m) > ST_YMin(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND ST_Y(c.geom_m) <= ST_YMax(ST_TileEnvelope(%(z)s, %(x)s, %(y)s))
       AND (%(sees_all)s OR %(sees_public_only)s AND c.public
            OR c.organisation_id = ANY (%(organisations)s) OR c.department_id = ANY (%(departments)s))
       AND (%(open_only)s IS NULL OR c.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE'))
       AND (%(group)s IS NULL OR g.code = %(group)s)
       AND (%(since)s IS NULL OR c.opened_at >= %(since)s)
     GROUP BY ST_SnapToGrid(c.geom_m, 40075016.68 / (1 << %(z)s) / 16)
     ORDER BY ST_SnapToGrid(c.geom_m, 40075016.68 / (1 << %(z)s) / 16)) t
