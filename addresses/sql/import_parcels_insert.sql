-- Purpose: adds new parcels, and writes their ids to parcel_match. The first of a number is active;
--   a repetition, in the file or in the register, is only proposed.
-- Parameters: source, change_set.
-- Tables: reads and completes parcel_match (temporary).
-- Indexes: parcel_source_once, parcel_number_once.
WITH added AS (
    INSERT INTO addresses_parcel
        (source, source_id, change_set_id, uid, status, valid_from, neighbourhood_id,
         cadastral_block, number, map_sheet, code, geom)
    SELECT %(source)s, m.source_id, %(change_set)s, coalesce(m.uid, gen_random_uuid()),
           CASE WHEN coalesce(m.status, 'ACTIVE') = 'ACTIVE' AND NOT m.free THEN 'PROPOSED'
                ELSE coalesce(m.status, 'ACTIVE') END,
           coalesce(m.valid_from, nullif(current_setting('register.effective_from', true), '')::date),
           m.neighbourhood_id, m.cadastral_block, m.number, m.map_sheet, m.code,
           m.geom
    FROM parcel_match m
    WHERE m.entity_id IS NULL
    ORDER BY m.row
    RETURNING id, source_id
)
UPDATE parcel_match m
SET entity_id = added.id
FROM added
WHERE m.source_id = added.source_id
