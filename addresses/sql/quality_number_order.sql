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
    SELECT door.*, count(*) OVER (PARTITION BY side_id, odd) AS doors,
           row_number() OVER (PARTITION BY side_id, odd ORDER BY place, number, id) AS by_place,
           row_number() OVER (PARTITION BY side_id, odd ORDER BY number, place, id) AS by_number,
           row_number() OVER (PARTITION BY side_id, odd ORDER BY number, place DESC, id DESC)
             AS by_number_back
    FROM door
), placed AS (
    SELECT ranked.*,
           -- Where numbers fall along the line the street is counted from its end.
           CASE WHEN corr(by_place, by_number) OVER (PARTITION BY side_id, odd) < 0
                THEN doors + 1 - by_place - by_number_back
                ELSE by_place - by_number END AS off
    FROM ranked
    WHERE doors >= %(count)s
)
SELECT id AS entity_id, NULL::bigint AS other_id, neighbourhood_id, geom,
       jsonb_build_object('number', number, 'places', abs(off)) AS detail
FROM placed
WHERE abs(off) >= %(places)s
