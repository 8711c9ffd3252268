-- One tile of single cases (zoom 12 and above).
-- Parameters: z, x, y; sees_all, sees_public_only, organisations, departments: the viewer's scope
-- (cases.queries.visibility); open_only, group, since: filters, null when not asked for.
-- Columns: the tile's bytes. Leans on the GiST index case_geom_m.
SELECT ST_AsMVT(t, 'cases', 4096, 'g', 'id')
  FROM (
    SELECT c.id, c.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE') AS open,
           g.colour, ty.name AS type,
           CASE WHEN %(sees_public_only)s THEN NULL ELSE c.number END AS number,
           extract(epoch FROM c.due_at)::int AS due,
           ST_AsMVTGeom(c.geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_case c
      LEFT JOIN cases_requesttype ty ON ty.id = c.request_type_id
      LEFT JOIN cases_requesttypegroup g ON g.id = ty.group_id
     WHERE c.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND (%(sees_all)s OR %(sees_public_only)s AND c.public
            OR c.organisation_id = ANY (%(organisations)s) OR c.department_id = ANY (%(departments)s))
       AND (%(open_only)s IS NULL OR c.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE'))
       AND (%(group)s IS NULL OR g.code = %(group)s)
       AND (%(since)s IS NULL OR c.opened_at >= %(since)s)
     ORDER BY c.id) t
