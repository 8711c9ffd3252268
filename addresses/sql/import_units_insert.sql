-- Purpose: adds the units that the register does not have; a repeated unit is only proposed.
-- Parameters: source, change_set.
-- Tables: reads staged_door (temporary).
-- Indexes: address_source_once, unit_source_once.
INSERT INTO addresses_unit (source, source_id, change_set_id, status, address_id, unit_number)
SELECT %(source)s, door.unit_source_id, %(change_set)s,
       CASE WHEN door.unit_source_id ~ '#[0-9]+$' THEN 'PROPOSED' ELSE 'ACTIVE' END,
       address.id, left(door.unit, 20)
FROM staged_door door
JOIN addresses_address address ON address.source = %(source)s AND address.source_id = door.source_id
WHERE door.unit IS NOT NULL
ORDER BY door.row
ON CONFLICT DO NOTHING
