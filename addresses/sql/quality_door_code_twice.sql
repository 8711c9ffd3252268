-- Purpose: national codes that two living doors carry; the partner is the first of them.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: address.code.
WITH mine AS (
    SELECT DISTINCT a.code
    FROM addresses_address a
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
), counted AS (
    SELECT a.*, first_value(a.id) OVER w AS first_id,
           first_value(a.neighbourhood_id) OVER w AS first_neighbourhood_id
    FROM addresses_address a
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.code <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL OR a.code IN (SELECT code FROM mine))
    WINDOW w AS (PARTITION BY a.code ORDER BY a.id)
)
SELECT c.id AS entity_id, c.first_id AS other_id, c.neighbourhood_id, c.geom AS geom,
       jsonb_build_object('code', c.code) AS detail
FROM counted c

WHERE c.id <> c.first_id
  AND (%(neighbourhoods)s::bigint[] IS NULL
       OR c.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[])
       OR c.first_neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
