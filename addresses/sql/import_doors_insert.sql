-- Purpose: adds new doors. The first of a number is active unless the file has another status; a
--   repetition, in the file or in the register, is only proposed. A door belongs to the building
--   that the file names, else to the one in which it lies.
-- Parameters: source, change_set, point_source.
-- Tables: reads door_match (temporary).
-- Indexes: address_number_once, building geom (GiST).
INSERT INTO addresses_address
    (source, source_id, change_set_id, uid, status, valid_from, side_id, number, suffix, postcode,
     code, point_source, geom, parcel_id, building_id)
SELECT %(source)s, m.source_id, %(change_set)s, coalesce(m.uid, gen_random_uuid()),
       CASE WHEN m.status NOT IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') THEN m.status
            WHEN m.turn = 1 AND other.id IS NULL THEN coalesce(m.status, 'ACTIVE')
            ELSE 'PROPOSED' END,
       coalesce(m.valid_from, nullif(current_setting('register.effective_from', true), '')::date),
           m.side_id, m.number, m.suffix, m.postcode, m.code,
       coalesce(m.point_source, %(point_source)s), m.geom, m.parcel_id, coalesce(m.building_id, (
           SELECT building.id
           FROM addresses_building building
           WHERE ST_Intersects(building.geom, m.geom)
             AND coalesce(m.status, 'ACTIVE') NOT IN ('RETIRED', 'REJECTED')
             AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
           ORDER BY ST_Area(building.geom), building.id
           LIMIT 1
       ))
FROM door_match m
LEFT JOIN addresses_address other
       ON other.side_id = m.side_id AND other.number = m.number AND other.suffix = m.suffix
      AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE m.address_id IS NULL
ORDER BY m.side_id, m.number, m.row
