-- Purpose: a conflict for each door of the import that is not the living one of its number, with
--   the distance in metres to the one that is.
-- Parameters: source.
-- Tables: reads door_match, writes import_note (temporary).
-- Indexes: address_source_once, address_number_once.
INSERT INTO import_note (row, outcome, reason, field, detail, entity, entity_id, geom)
SELECT m.row, 'CONFLICT', 'repeated_address', 'house_number',
       coalesce(round(ST_Distance(living.geom::geography, m.geom::geography))::text || ' m', ''),
       'address', address.id, m.geom
FROM door_match m
JOIN addresses_address address
  ON address.source = %(source)s AND address.source_id = m.source_id AND address.status = 'PROPOSED'
 AND coalesce(m.status, 'ACTIVE') <> 'PROPOSED'
LEFT JOIN addresses_address living
       ON living.side_id = m.side_id AND living.number = m.number AND living.suffix = m.suffix
      AND living.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
