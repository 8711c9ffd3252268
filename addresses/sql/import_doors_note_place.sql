-- Purpose: gives notes about doors the id and the point of the door.
-- Parameters: source.
-- Tables: reads door_match, completes import_note (temporary).
-- Indexes: address_source_once.
UPDATE import_note note
SET entity_id = address.id, geom = m.geom
FROM door_match m
JOIN addresses_address address ON address.source = %(source)s AND address.source_id = m.source_id
WHERE note.entity = 'address' AND note.entity_id IS NULL AND note.row = m.row
  AND note.outcome <> 'REJECTED'
