-- How many cases a tile has to show one by one, counted no further than needed.
-- Parameters: z, x, y; most: where counting ends; those of the conditions `scope`
-- (cases.queries.visibility.scope_sql) and `asked` (the filters, cases.queries.tiles).
-- Columns: the number. Leans on the GiST indexes case_geom_m and, for open ones, case_open_geom_m.
SELECT count(*)
  FROM (
    SELECT 1
      FROM cases_case
     WHERE cases_case.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND {{scope}} AND {{asked}}
     LIMIT %(most)s) few
