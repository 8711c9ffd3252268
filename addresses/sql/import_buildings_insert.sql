-- Purpose: adds new buildings, and writes their ids to building_match.
-- Parameters: source, change_set.
-- Tables: reads and completes building_match (temporary).
-- Indexes: building_source_once.
WITH added AS (
    INSERT INTO addresses_building
        (source, source_id, change_set_id, uid, status, valid_from, neighbourhood_id, name, block,
         use, floors, dwellings, code, geom)
    SELECT %(source)s, m.source_id, %(change_set)s, coalesce(m.uid, gen_random_uuid()),
           coalesce(m.status, 'ACTIVE'), coalesce(m.valid_from, nullif(current_setting('register.effective_from', true), '')::date),
           m.neighbourhood_id, m.name, m.block, m.use,
           m.floors, m.dwellings, m.code, m.geom
    FROM building_match m
    WHERE m.entity_id IS NULL
    ORDER BY m.row
    RETURNING id, source_id
)
UPDATE building_match m
SET entity_id = added.id
FROM added
WHERE m.source_id = added.source_id
