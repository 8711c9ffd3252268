-- Purpose: rejects the doors of streets that the register lacks.
-- Parameters: none.
-- Tables: reads staged_door, door_street, writes import_note (temporary).
INSERT INTO import_note (row, outcome, reason, field, detail, entity)
SELECT door.row, 'REJECTED', 'street_unknown', 'street', street.name, 'address'
FROM staged_door door
JOIN door_street street USING (street_no)
WHERE street.side_id IS NULL
