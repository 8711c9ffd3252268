-- Purpose: codes of neighbourhoods that cannot be national ones, where the national system is
--   used.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: code.
-- Indexes: primary keys.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       ST_PointOnSurface(n.geom) AS geom, jsonb_build_object('code', n.code) AS detail
FROM addresses_neighbourhood n
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
  AND p.language = 'tr' AND n.code <> '' AND n.code !~ '^\d{1,10}$'
