-- Purpose: doors on the left of the line that belong to the right side, and the other way round.
-- Parameters: neighbourhoods (ids; NULL: all), metres (nearer to the line nobody can tell), far
--   (farther away the street itself is wrong).
-- Columns: those of every rule (see queries/quality.py); detail: metres (to the line), side
--   (where it lies).
-- Indexes: address by neighbourhood, primary keys.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('metres', round(away.metres::numeric, 1), 'side', lies.side) AS detail
FROM addresses_address a
JOIN addresses_streetside side ON side.id = a.side_id AND side.side IN ('L', 'R')
JOIN addresses_street s ON s.id = side.street_id
CROSS JOIN LATERAL (
    SELECT ST_Distance(s.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))) AS metres
) away
CROSS JOIN LATERAL (
    -- The nearest part of the line, and a short step of it around the foot of the door.
    SELECT part.geom AS line, ST_LineLocatePoint(part.geom, a.geom_m) AS foot
    FROM ST_Dump(s.geom_m) part
    ORDER BY ST_Distance(part.geom, a.geom_m)
    LIMIT 1
) nearest
CROSS JOIN LATERAL (
    SELECT ST_LineInterpolatePoint(nearest.line, greatest(nearest.foot - 0.001, 0)) AS p,
           ST_LineInterpolatePoint(nearest.line, least(nearest.foot + 0.001, 1)) AS q
) step
CROSS JOIN LATERAL (
    SELECT CASE WHEN (ST_X(q) - ST_X(p)) * (ST_Y(a.geom_m) - ST_Y(p))
                   - (ST_Y(q) - ST_Y(p)) * (ST_X(a.geom_m) - ST_X(p)) > 0
                THEN 'L' ELSE 'R' END AS side
) lies
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND away.metres BETWEEN %(metres)s AND %(far)s AND lies.side <> side.side
  -- Beyond the ends of a line there is no left and right.
  AND nearest.foot > 0 AND nearest.foot < 1
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
