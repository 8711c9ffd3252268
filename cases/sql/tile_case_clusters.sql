-- One tile of cases gathered on a grid.
-- Parameters: z, x, y; west, south, east, north: the tile's edges, and cell: the grid's width, in metres
-- of EPSG:3857; public: whether public facts alone are told; those of the conditions `scope`
-- (cases.queries.visibility.scope_sql), `asked` (the filters, cases.queries.tiles) and `open`.
-- Columns: the tile's bytes. Leans on the GiST indexes case_geom_m and, for open ones, case_open_geom_m.
-- To the public a case that names a house stands on a grid of 50 m, as in tile_cases: the middle of a
-- cluster of one is its place.
SELECT ST_AsMVT(t, 'cases', 4096, 'g')
  FROM (
    SELECT count(*) AS count, count(*) FILTER (WHERE open) AS open,
           ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(avg(x), avg(y)), 3857),
                        ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS g
      FROM (
        SELECT ST_X(place) AS x, ST_Y(place) AS y, {{open}} AS open
          FROM cases_case
          CROSS JOIN LATERAL (
            SELECT CASE WHEN %(public)s AND cases_case.precision NOT IN ('STREET', 'CROSSING', 'LANDMARK')
                        THEN ST_SnapToGrid(cases_case.geom_m, 50) ELSE cases_case.geom_m END AS place) at
         WHERE cases_case.geom_m && ST_MakeEnvelope(%(west)s - 30, %(south)s - 30, %(east)s + 30,
                                                    %(north)s + 30, 3857)
           AND {{scope}} AND {{asked}}) c
     -- Half open: what lies on an edge is counted in one tile only.
     WHERE x >= %(west)s AND x < %(east)s AND y > %(south)s AND y <= %(north)s
     GROUP BY floor((x - %(west)s) / %(cell)s), floor((%(north)s - y) / %(cell)s)
     ORDER BY floor((x - %(west)s) / %(cell)s), floor((%(north)s - y) / %(cell)s)) t
