-- Purpose: adds new landmarks, and writes their ids to landmark_match.
-- Parameters: source, change_set.
-- Tables: reads and completes landmark_match (temporary).
-- Indexes: landmark_source_once.
WITH added AS (
    INSERT INTO addresses_landmark
        (source, source_id, change_set_id, neighbourhood_id, name, name_key, kind, geom)
    SELECT %(source)s, m.source_id, %(change_set)s, m.neighbourhood_id, m.name, m.name_key,
           m.kind, m.geom
    FROM landmark_match m
    WHERE m.entity_id IS NULL
    ORDER BY m.row
    RETURNING id, source_id
)
UPDATE landmark_match m
SET entity_id = added.id
FROM added
WHERE m.source_id = added.source_id
