-- Purpose: changes doors that differ from the import. A door that would take a number which another
--   living door has keeps its own; nothing is blanked out; the status is left to people.
-- Parameters: change_set, point_source.
-- Tables: reads door_match (temporary).
-- Indexes: primary key, address_number_once.
UPDATE addresses_address address
SET side_id = m.side_id, number = m.number, suffix = m.suffix,
    postcode = coalesce(nullif(m.postcode, ''), address.postcode),
    code = coalesce(nullif(m.code, ''), address.code),
    point_source = %(point_source)s, geom = m.geom,
    version = address.version + 1, change_set_id = %(change_set)s
FROM door_match m
WHERE address.id = m.address_id
  AND ((address.side_id, address.number, address.suffix, address.point_source, address.geom)
           IS DISTINCT FROM (m.side_id, m.number, m.suffix, %(point_source)s, m.geom)
       OR m.postcode NOT IN ('', address.postcode) OR m.code NOT IN ('', address.code))
  AND (address.status NOT IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
       OR m.turn = 1 AND NOT EXISTS (
           SELECT FROM addresses_address other
           WHERE other.side_id = m.side_id AND other.number = m.number AND other.suffix = m.suffix
             AND other.id <> address.id
             AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
       ))
