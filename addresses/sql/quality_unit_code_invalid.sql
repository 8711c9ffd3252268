-- Purpose: address numbers that have not ten digits, where the national system is used.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: unit by neighbourhood.
SELECT u.id AS entity_id, NULL::bigint AS other_id, u.neighbourhood_id, a.geom AS geom,
       jsonb_build_object('code', u.code) AS detail
FROM addresses_unit u
JOIN addresses_address a ON a.id = u.address_id
JOIN addresses_neighbourhood n ON n.id = u.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND u.code <> ''
  AND u.code !~ '^\d{10}$' AND p.language = 'tr'
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
