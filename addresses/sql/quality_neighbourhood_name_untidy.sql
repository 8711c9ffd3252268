-- Purpose: names with needless blanks, in capitals throughout, or with letters of a wrong
--   encoding.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: name.
-- Indexes: primary keys.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       ST_PointOnSurface(n.geom) AS geom, jsonb_build_object('name', n.name) AS detail
FROM addresses_neighbourhood n
JOIN addresses_district d ON d.id = n.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
  AND (n.name ~ '^\s|\s$|\s\s'
       OR (n.name ~ '[A-ZÇĞİÖŞÜ]{2}' AND n.name !~ '[a-zçğıöşü]')
       OR (p.language = 'tr' AND n.name ~ '[ýþðÝÞÐ]|[ÃÄÅ][^a-zA-Z ]'))
