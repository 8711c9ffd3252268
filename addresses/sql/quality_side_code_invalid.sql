-- Purpose: street codes that cannot be national ones, where the national system is used.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: streetside by neighbourhood.
SELECT side.id AS entity_id, NULL::bigint AS other_id, side.neighbourhood_id, s.geom AS geom,
       jsonb_build_object('code', side.code) AS detail
FROM addresses_streetside side
JOIN addresses_street s ON s.id = side.street_id
JOIN addresses_neighbourhood n ON n.id = side.neighbourhood_id
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND side.code <> ''
  AND side.code !~ '^\d{1,12}$' AND p.language = 'tr'
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR side.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
