-- Purpose: address numbers that two living units carry; the partner is the first of them.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: unit.code.
WITH mine AS (
    SELECT DISTINCT u.code
    FROM addresses_unit u
    WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND u.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
), counted AS (
    SELECT u.*, first_value(u.id) OVER w AS first_id,
           first_value(u.neighbourhood_id) OVER w AS first_neighbourhood_id
    FROM addresses_unit u
    WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND u.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL OR u.code IN (SELECT code FROM mine))
    WINDOW w AS (PARTITION BY u.code ORDER BY u.id)
)
SELECT c.id AS entity_id, c.first_id AS other_id, c.neighbourhood_id, door.geom AS geom,
       jsonb_build_object('code', c.code) AS detail
FROM counted c
JOIN addresses_address door ON door.id = c.address_id
WHERE c.id <> c.first_id
  AND (%(neighbourhoods)s::bigint[] IS NULL
       OR c.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[])
       OR c.first_neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
