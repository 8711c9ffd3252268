-- Purpose: a conflict for each parcel of the import whose number another one has.
-- Parameters: none.
-- Tables: reads parcel_match, writes import_note (temporary).
-- Indexes: primary key of addresses_parcel.
INSERT INTO import_note (row, outcome, reason, field, detail, entity)
SELECT m.row, 'CONFLICT', 'repeated_parcel', 'number', m.cadastral_block || '/' || m.number, 'parcel'
FROM parcel_match m
JOIN addresses_parcel parcel ON parcel.id = m.entity_id
WHERE NOT m.free AND coalesce(m.status, 'ACTIVE') = 'ACTIVE'
  AND (parcel.status = 'PROPOSED'
       OR m.own AND (parcel.neighbourhood_id, parcel.cadastral_block, parcel.number)
                    IS DISTINCT FROM (m.neighbourhood_id, m.cadastral_block, m.number))
