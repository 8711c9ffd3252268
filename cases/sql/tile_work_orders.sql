-- One tile of work orders, each at the place of its case.
-- Parameters: z, x, y; rough: whether id and state are enough; state: open or all; day and crew (an id):
-- filters, NULL when not asked for; those of the condition `seen`: a statement that gives the ids of
-- the orders that the viewer sees (cases.queries.work.visible_orders).
-- Columns: the tile's bytes. Leans on the GiST index case_geom_m and the orders' index of their case.
SELECT ST_AsMVT(t, 'work_orders', 4096, 'g', 'id')
  FROM (
    SELECT o.id, lower(o.state) AS state,
           CASE WHEN NOT %(rough)s THEN o.planned_day::text END AS day,
           CASE WHEN NOT %(rough)s THEN o.position END AS position,
           CASE WHEN NOT %(rough)s THEN crew.name END AS crew,
           CASE WHEN NOT %(rough)s THEN c.number END AS number,
           CASE WHEN NOT %(rough)s THEN ty.name END AS type,
           CASE WHEN NOT %(rough)s THEN ty.name_en END AS type_en,
           ST_AsMVTGeom(c.geom_m, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_workorder o
      JOIN cases_case c ON c.id = o.case_id
      JOIN accounts_crew crew ON crew.id = o.crew_id
      LEFT JOIN cases_requesttype ty ON ty.id = c.request_type_id
     WHERE c.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND o.id IN ({{seen}})
       AND (%(state)s = 'all' OR o.state IN ('PLANNED', 'UNDER_WAY'))
       AND (%(day)s IS NULL OR o.planned_day = %(day)s)
       AND (%(crew)s IS NULL OR o.crew_id = %(crew)s)
     ORDER BY o.id) t
