-- Purpose: living sides of streets that are retired.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: street.
-- Indexes: side by neighbourhood.
SELECT side.id AS entity_id, NULL::bigint AS other_id, side.neighbourhood_id, s.geom,
       jsonb_build_object('street', s.name) AS detail
FROM addresses_streetside side
JOIN addresses_street s ON s.id = side.street_id
WHERE side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND s.status = 'RETIRED'
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR side.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
