-- One tile of single cases (zoom 12 and above).
-- Parameters: z, x, y; public: whether public facts alone are told; zone: the city's; those of the
-- conditions `scope` (cases.queries.visibility.scope_sql), `asked` (the filters, cases.queries.tiles)
-- and `open`.
-- Columns: the tile's bytes. Leans on the GiST indexes case_geom_m and, for open ones, case_open_geom_m.
-- Public facts: type with its icon, open or not, month; the place of what names a house is moved to a grid of 50 m
-- (some 38 m on the ground), and rows have no identity that leads anywhere.
SELECT ST_AsMVT(t, 'cases', 4096, 'g', 'id')
  FROM (
    SELECT CASE WHEN %(public)s THEN NULL ELSE cases_case.id END AS id,
           {{open}} AS open, g.colour, nullif(ty.icon, '') AS icon,
           ty.code, ty.name AS type, ty.name_en AS type_en,
           CASE WHEN %(public)s THEN NULL ELSE cases_case.number END AS number,
           CASE WHEN %(public)s THEN NULL ELSE extract(epoch FROM cases_case.due_at)::int END AS due,
           to_char(cases_case.opened_at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month,
           ST_AsMVTGeom(
             CASE WHEN %(public)s AND cases_case.precision NOT IN ('STREET', 'CROSSING', 'LANDMARK')
                  THEN ST_SnapToGrid(cases_case.geom_m, 50) ELSE cases_case.geom_m END,
             ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_case
      LEFT JOIN cases_requesttype ty ON ty.id = cases_case.request_type_id
      LEFT JOIN cases_requesttypegroup g ON g.id = ty.group_id
     -- What is moved may come from beyond the edge: half a step of the grid.
     WHERE cases_case.geom_m && ST_Expand(
             ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096),
             CASE WHEN %(public)s THEN 26 ELSE 0 END)
       AND {{scope}} AND {{asked}}
     -- To the public in an order that does not tell which came first.
     ORDER BY CASE WHEN %(public)s THEN NULL ELSE cases_case.id END, g, ty.code, month, open) t
