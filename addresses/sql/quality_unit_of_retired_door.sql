-- Purpose: living units behind doors that are retired.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: unit by neighbourhood.
SELECT u.id AS entity_id, NULL::bigint AS other_id, u.neighbourhood_id, a.geom,
       '{}'::jsonb AS detail
FROM addresses_unit u
JOIN addresses_address a ON a.id = u.address_id
WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.status = 'RETIRED'
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
