-- Purpose: adds new doors. The first of a number is active; a repetition, in the file or in the
--   register, is only proposed. A door that lies in a building of the register belongs to it.
-- Parameters: source, change_set, point_source.
-- Tables: reads door_match (temporary).
-- Indexes: address_number_once, building geom (GiST).
INSERT INTO addresses_address
    (source, source_id, change_set_id, status, side_id, number, suffix, postcode, code,
     point_source, geom, building_id)
SELECT %(source)s, m.source_id, %(change_set)s,
       CASE WHEN m.turn = 1 AND other.id IS NULL THEN 'ACTIVE' ELSE 'PROPOSED' END,
       m.side_id, m.number, m.suffix, m.postcode, m.code, %(point_source)s, m.geom, (
           SELECT building.id
           FROM addresses_building building
           WHERE ST_Intersects(building.geom, m.geom)
             AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
           ORDER BY ST_Area(building.geom), building.id
           LIMIT 1
       )
FROM door_match m
LEFT JOIN addresses_address other
       ON other.side_id = m.side_id AND other.number = m.number AND other.suffix = m.suffix
      AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE m.address_id IS NULL
ORDER BY m.side_id, m.number, m.row
