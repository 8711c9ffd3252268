-- Purpose: units whose door leads into no living building, in neighbourhoods that have buildings.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: unit by neighbourhood, building by neighbourhood.
SELECT u.id AS entity_id, NULL::bigint AS other_id, u.neighbourhood_id, a.geom,
       '{}'::jsonb AS detail
FROM addresses_unit u
JOIN addresses_address a ON a.id = u.address_id
LEFT JOIN addresses_building b ON b.id = a.building_id
  AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND b.id IS NULL
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND EXISTS (
    SELECT FROM addresses_building near
    WHERE near.neighbourhood_id = u.neighbourhood_id
      AND near.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
