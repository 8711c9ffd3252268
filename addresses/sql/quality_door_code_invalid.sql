-- Purpose: door codes that cannot be national ones, where the national system is used.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: address by neighbourhood.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom AS geom,
       jsonb_build_object('code', a.code) AS detail
FROM addresses_address a
JOIN addresses_neighbourhood n ON n.id = a.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.code <> ''
  AND a.code !~ '^\d{1,12}$' AND p.language = 'tr'
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
