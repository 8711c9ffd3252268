-- Purpose: units without a number behind doors that have several.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: units (how many).
-- Indexes: unit by address.
SELECT u.id AS entity_id, NULL::bigint AS other_id, u.neighbourhood_id, a.geom,
       jsonb_build_object('units', others.units) AS detail
FROM addresses_unit u
JOIN addresses_address a ON a.id = u.address_id
CROSS JOIN LATERAL (
    SELECT count(*) AS units FROM addresses_unit o WHERE o.address_id = u.address_id
      AND o.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
) others
WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND u.unit_number = ''
  AND others.units > 1 AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
