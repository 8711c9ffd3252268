-- One tile of planned works that everybody may know.
-- Parameters: z, x, y; day: those under way on it, NULL for all that are permitted or under way and not over (today).
-- Areas are drawn by their outline: a layer has one kind of geometry.
-- Columns: the tile's bytes. Leans on the GiST index planned_work_geom_m.
SELECT ST_AsMVT(t, 'planned_works', 4096, 'g', 'id')
  FROM (
    SELECT w.id, w.uid::text AS uid, w.title, w.kind, w.state, w.traffic, o.name AS owner,
           w.begin::text AS begin, w."end"::text AS "end",
           ST_AsMVTGeom(CASE WHEN ST_Dimension(w.geom_m) = 2 THEN ST_Boundary(w.geom_m) ELSE w.geom_m END,
                         ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM cases_plannedwork w
      JOIN accounts_organisation o ON o.id = w.organisation_id
     WHERE w.geom_m && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
       AND w.state IN ('PERMITTED', 'UNDER_WAY')
       AND CASE WHEN %(day)s::date IS NULL THEN w."end" >= %(today)s::date
                ELSE %(day)s::date BETWEEN w.begin AND w."end" END
     ORDER BY w.id) t
