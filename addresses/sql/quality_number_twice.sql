-- Purpose: doors with a number that another door of the street has: a repetition that is only
--   proposed, and one number on both sides.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: metres (between the two).
-- Indexes: address_number_once, address by neighbourhood.
SELECT a.id AS entity_id, b.id AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object(
         'metres', round((ST_Distance(b.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))))::numeric, 1)) AS detail
FROM addresses_address a
JOIN addresses_address b
  ON b.side_id = a.side_id AND b.number = a.number AND b.suffix = a.suffix
    AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE a.status = 'PROPOSED' AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
UNION ALL
SELECT twice.id, twice.other_id, twice.neighbourhood_id, twice.geom,
       jsonb_build_object(
         'metres', round((ST_Distance(b.geom_m, twice.geom_m) * cos(radians(ST_Y(twice.geom))))::numeric, 1))
FROM (
    SELECT a.id, a.neighbourhood_id, a.geom, a.geom_m, lag(a.id) OVER w AS other_id
    FROM addresses_address a
    JOIN addresses_streetside side ON side.id = a.side_id
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
    WINDOW w AS (PARTITION BY side.street_id, a.neighbourhood_id, a.number, a.suffix ORDER BY a.id)
) twice
JOIN addresses_address b ON b.id = twice.other_id
