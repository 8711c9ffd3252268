-- Purpose: adds new doors. The first of a number is active; a repetition, in the file or in the
--   register, is only proposed.
-- Parameters: source, change_set, point_source.
-- Tables: reads door_match (temporary).
-- Indexes: address_number_once.
INSERT INTO addresses_address
    (source, source_id, change_set_id, status, side_id, number, suffix, postcode, code,
     point_source, geom)
SELECT %(source)s, m.source_id, %(change_set)s,
       CASE WHEN m.turn = 1 AND other.id IS NULL THEN 'ACTIVE' ELSE 'PROPOSED' END,
       m.side_id, m.number, m.suffix, m.postcode, m.code, %(point_source)s, m.geom
FROM door_match m
LEFT JOIN addresses_address other
       ON other.side_id = m.side_id AND other.number = m.number AND other.suffix = m.suffix
      AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE m.address_id IS NULL
ORDER BY m.side_id, m.number, m.row
