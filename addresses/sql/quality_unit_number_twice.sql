-- Purpose: living units of one door that share their number.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: unit_number.
-- Indexes: unit by neighbourhood.
SELECT twice.id AS entity_id, twice.other_id, twice.neighbourhood_id, a.geom,
       jsonb_build_object('unit_number', twice.unit_number) AS detail
FROM (
    SELECT u.id, u.neighbourhood_id, u.address_id, u.unit_number,
           lag(u.id) OVER (PARTITION BY u.address_id, u.unit_number ORDER BY u.id) AS other_id
    FROM addresses_unit u
    WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND u.unit_number <> ''
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
) twice
JOIN addresses_address a ON a.id = twice.address_id
WHERE twice.other_id IS NOT NULL
