-- Purpose: the living doors of some numbers on some sides, all suffixes, with a unit if asked for; and
--   the doors that had such a number once and have another one now, unless somebody else has it.
-- Parameters: sides (ids), numbers, unit ("" for none), as_of (a day; NULL: now).
-- Columns: as addresses.geocoder.doors.DoorRow.
-- Indexes: address_number_once (its condition is repeated here), unit by address,
--   address_history_number.
SELECT address.id AS address_id, address.side_id, address.number, address.suffix,
       ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
       address.building_id, address.parcel_id,
       CASE WHEN %(unit)s <> '' THEN (
           SELECT unit.id FROM addresses_unit unit
           WHERE unit.address_id = address.id AND unit.unit_number = %(unit)s
           ORDER BY unit.id LIMIT 1
       ) END AS unit_id,
       '' AS renumbered
FROM addresses_address_at(%(as_of)s) address
WHERE address.side_id = ANY(%(sides)s)
  AND address.number = ANY(%(numbers)s)
  AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
UNION ALL
SELECT DISTINCT ON (former.id, former.number, former.suffix)
       address.id, former.side_id, former.number, former.suffix,
       ST_X(address.geom), ST_Y(address.geom), address.building_id, address.parcel_id, NULL,
       address.number || CASE address.suffix WHEN '' THEN '' ELSE '/' || address.suffix END
FROM addresses_address_history former
JOIN addresses_address address ON address.id = former.id
WHERE %(as_of)s::date IS NULL
  AND former.side_id = ANY(%(sides)s) AND former.number = ANY(%(numbers)s)
  AND NOT isempty(former.valid)
  AND former.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (address.side_id, address.number, address.suffix)
      <> (former.side_id, former.number, former.suffix)
  AND NOT EXISTS (
      SELECT FROM addresses_address other
      WHERE other.side_id = former.side_id AND other.number = former.number
        AND other.suffix = former.suffix
        AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
