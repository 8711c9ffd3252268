-- Purpose: national codes that sides of two streets carry; the partner is the first of them.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: side_code.
WITH mine AS (
    SELECT DISTINCT s.code
    FROM addresses_streetside s
    WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND s.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR s.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
), counted AS (
    SELECT s.*, first_value(s.id) OVER w AS first_id,
           first_value(s.neighbourhood_id) OVER w AS first_neighbourhood_id
    FROM addresses_streetside s
    WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND s.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL OR s.code IN (SELECT code FROM mine))
    WINDOW w AS (PARTITION BY s.code ORDER BY s.id)
)
SELECT c.id AS entity_id, c.first_id AS other_id, c.neighbourhood_id, street.geom AS geom,
       jsonb_build_object('code', c.code) AS detail
FROM counted c
JOIN addresses_street street ON street.id = c.street_id
WHERE c.id <> c.first_id
  AND street.id <> (SELECT street_id FROM addresses_streetside WHERE id = c.first_id)
  AND (%(neighbourhoods)s::bigint[] IS NULL
       OR c.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[])
       OR c.first_neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
