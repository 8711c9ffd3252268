-- Purpose: a note for each street that only the doors know.
-- Parameters: none.
-- Tables: reads door_street, writes import_note (temporary).
INSERT INTO import_note (row, outcome, reason, field, detail, entity, entity_id)
SELECT min(row), 'LINKED', 'street_created', 'street', min(name), 'street', min(side_id)
FROM door_street
WHERE created
GROUP BY side_id
