-- Purpose: a street without geometry for each name that the register lacks.
-- Parameters: source, change_set.
-- Tables: reads door_street (temporary).
-- Indexes: street_source_once.
INSERT INTO addresses_street (source, source_id, change_set_id, district_id, name, name_key, kind)
SELECT DISTINCT ON (missing.neighbourhood_id, missing.name_key)
       %(source)s, left('door|' || missing.neighbourhood_id || '|' || missing.name_key, 120),
       %(change_set)s, neighbourhood.district_id, missing.name, missing.name_key,
       coalesce(missing.kind, 'STREET')
FROM door_street missing
JOIN addresses_neighbourhood neighbourhood ON neighbourhood.id = missing.neighbourhood_id
WHERE missing.side_id IS NULL AND missing.name_key <> ''
ORDER BY missing.neighbourhood_id, missing.name_key, missing.row
ON CONFLICT DO NOTHING
