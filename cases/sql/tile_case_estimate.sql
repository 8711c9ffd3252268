-- About how many cases a tile has to gather, as the planner believes: no case is read for it.
-- Parameters: z, x, y; those of the conditions `scope` (cases.queries.visibility.scope_sql) and `asked`
-- (the filters, cases.queries.tiles).
-- Columns: the plan, as JSON. Leans on the statistics of geom_m.
EXPLAIN (FORMAT JSON)
SELECT 1
  FROM cases_case
 WHERE cases_case.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s)
   AND {{scope}} AND {{asked}}
