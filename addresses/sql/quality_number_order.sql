-- Purpose: doors that stand several places away from the turn of their number along the street;
--   odd and even numbers apart.
-- Parameters: neighbourhoods (ids; NULL: all), places (how many at least), count (fewer doors
--   have no order), metres (doors farther from the line are left out).
-- Columns: those of every rule (see queries/quality.py); detail: number, places.
-- Indexes: address by neighbourhood, primary keys.
WITH door AS (
    SELECT a.id, a.neighbourhood_id, a.side_id, a.number, a.number %% 2 AS odd, a.geom, at.place
    FROM addresses_address a
    JOIN addresses_streetside side ON side.id = a.side_id
    JOIN addresses_street s ON s.id = side.street_id
    CROSS JOIN LATERAL (
        SELECT part.path[1] + ST_LineLocatePoint(part.geom, a.geom_m) AS place
        FROM ST_Dump(s.geom_m) part
        ORDER BY ST_Distance(part.geom, a.geom_m)
        LIMIT 1
    ) at
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
      AND (%(neighbourhoods)s::bigint[] IS NULL
    OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
      AND ST_DWithin(s.geom_m, a.geom_m, %(metres)s / cos(radians(ST_Y(a.geom))))
), ranked AS (
    SELECT door.*, count(*) OVER line AS doors,
           -- Where numbers fall along the line the street is counted from its end.
           CASE WHEN corr(number, place) OVER line < 0 THEN -1 ELSE 1 END AS direction
    FROM door
    WINDOW line AS (PARTITION BY side_id, odd)
), placed AS (
    SELECT ranked.*,
           row_number() OVER (PARTITION BY side_id, odd ORDER BY direction * place, number, id)
             AS by_place,
           row_number() OVER (PARTITION BY side_id, odd ORDER BY number, direction * place, id)
             AS by_number
    FROM ranked
    WHERE doors >= %(count)s
)
SELECT id AS entity_id, NULL::bigint AS other_id, neighbourhood_id, geom,
       jsonb_build_object('number', number, 'places', abs(by_place - by_number)) AS detail
FROM placed
WHERE abs(by_place - by_number) >= %(places)s
