-- Purpose: changes doors that differ from the import. A door that would take a number which another
--   living door has keeps its own, all of it; a door of another source is completed, not
--   overwritten; nothing is blanked out; the status is left to people.
-- Parameters: change_set, point_source.
-- Tables: reads door_match (temporary).
-- Indexes: primary key, address_number_once.
UPDATE addresses_address address
SET side_id = new.side_id, number = new.number, suffix = new.suffix, postcode = new.postcode,
    code = new.code, point_source = new.point_source, geom = new.geom,
    valid_from = new.valid_from, building_id = new.building_id, parcel_id = new.parcel_id,
    version = address.version + 1, change_set_id = %(change_set)s
FROM (
    SELECT old.id,
           CASE WHEN m.own THEN m.side_id ELSE old.side_id END AS side_id,
           CASE WHEN m.own THEN m.number ELSE old.number END AS number,
           CASE WHEN m.own THEN m.suffix ELSE old.suffix END AS suffix,
           CASE WHEN m.postcode <> '' AND (m.own OR old.postcode = '')
                THEN m.postcode ELSE old.postcode END AS postcode,
           CASE WHEN m.code <> '' AND (m.own OR old.code = '')
                THEN m.code ELSE old.code END AS code,
           CASE WHEN m.own THEN coalesce(m.point_source, %(point_source)s)
                ELSE old.point_source END AS point_source,
           CASE WHEN m.own THEN m.geom ELSE old.geom END AS geom,
           CASE WHEN m.own THEN coalesce(m.valid_from, old.valid_from)
                ELSE coalesce(old.valid_from, m.valid_from) END AS valid_from,
           CASE WHEN m.own THEN coalesce(m.building_id, old.building_id)
                ELSE coalesce(old.building_id, m.building_id) END AS building_id,
           CASE WHEN m.own THEN coalesce(m.parcel_id, old.parcel_id)
                ELSE coalesce(old.parcel_id, m.parcel_id) END AS parcel_id,
           old.status NOT IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
               OR NOT m.own OR m.turn = 1 AND NOT EXISTS (
                   SELECT FROM addresses_address other
                   WHERE other.side_id = m.side_id AND other.number = m.number
                     AND other.suffix = m.suffix AND other.id <> old.id
                     AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
               ) AS allowed
    FROM door_match m
    JOIN addresses_address old ON old.id = m.address_id
) new
WHERE address.id = new.id AND new.allowed
  AND (address.side_id, address.number, address.suffix, address.postcode, address.code,
       address.point_source, address.geom, address.valid_from, address.building_id,
       address.parcel_id)
      IS DISTINCT FROM (new.side_id, new.number, new.suffix, new.postcode, new.code,
                        new.point_source, new.geom, new.valid_from, new.building_id,
                        new.parcel_id)
