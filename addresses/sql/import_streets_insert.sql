-- Purpose: adds the streets that the register does not have, and writes their ids to street_match.
-- Parameters: source, change_set.
-- Tables: reads and completes street_match (temporary).
-- Indexes: street_source_once.
WITH added AS (
    INSERT INTO addresses_street
        (source, source_id, change_set_id, uid, district_id, name, name_key, kind, geom)
    SELECT %(source)s, street_key, %(change_set)s, coalesce(street_uid, gen_random_uuid()),
           district_id, name, name_key, kind, geom
    FROM street_match
    WHERE street_id IS NULL
    ORDER BY row
    RETURNING id, source_id
)
UPDATE street_match
SET street_id = added.id
FROM added
WHERE street_match.street_key = added.source_id
