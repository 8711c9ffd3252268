-- Purpose: names with needless blanks, in capitals throughout, or with letters of a wrong
--   encoding.
-- Parameters: districts (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: name.
-- Indexes: primary keys.
SELECT s.id AS entity_id, NULL::bigint AS other_id,
       (SELECT min(side.neighbourhood_id) FROM addresses_streetside side
        WHERE side.street_id = s.id
          AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS neighbourhood_id,
       s.geom, jsonb_build_object('name', s.name) AS detail
FROM addresses_street s
JOIN addresses_district d ON d.id = s.district_id
JOIN addresses_province p ON p.id = d.province_id
WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
  AND (s.name ~ '^\s|\s$|\s\s'
       OR (s.name ~ '[A-ZÇĞİÖŞÜ]{2}' AND s.name !~ '[a-zçğıöşü]')
       OR (p.language = 'tr' AND s.name ~ '[ýþðÝÞÐ]|[ÃÄÅ][^a-zA-Z ]'))
