-- Purpose: the living doors of some numbers on some sides, all suffixes, with a unit if asked for.
-- Parameters: sides (ids), numbers, unit ("" for none).
-- Columns: as addresses.geocoder.doors.DoorRow.
-- Indexes: address_number_once (its condition is repeated here), unit by address.
SELECT address.id AS address_id, address.side_id, address.number, address.suffix,
       ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
       address.building_id, address.parcel_id,
       CASE WHEN %(unit)s <> '' THEN (
           SELECT unit.id FROM addresses_unit unit
           WHERE unit.address_id = address.id AND unit.unit_number = %(unit)s
           ORDER BY unit.id LIMIT 1
       ) END AS unit_id
FROM addresses_address address
WHERE address.side_id = ANY(%(sides)s)
  AND address.number = ANY(%(numbers)s)
  AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
