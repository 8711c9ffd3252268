-- Where people live: the tiles of a zoom that hold doors, those with the most first.
-- Parameters: zoom; most: no more tiles than these. Columns: x, y, doors. One pass over the doors.
SELECT floor((ST_X(geom_m) / 40075016.68 + 0.5) * (1 << %(zoom)s))::int AS x,
       floor((0.5 - ST_Y(geom_m) / 40075016.68) * (1 << %(zoom)s))::int AS y,
       count(*) AS doors
  FROM addresses_address
 WHERE status = 'ACTIVE'
 GROUP BY 1, 2
 ORDER BY doors DESC, x, y
 LIMIT %(most)s
