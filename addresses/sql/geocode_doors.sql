-- Purpose: the living doors of some numbers on some sides, all suffixes, with a unit if asked for.
-- Parameters: sides (ids), numbers, unit ("" for none), as_of (a day; NULL: now).
-- Columns: version, then as addresses.geocoder.doors.DoorRow. One row at least: where there is no door
--   it has only the version, which tells the state of the register that was seen.
-- Indexes: address_number_once (its condition is repeated here), unit by address,
--   building by id.
SELECT now.version, door.*
FROM addresses_names_version now
LEFT JOIN LATERAL (
    SELECT address.id AS address_id, address.side_id, address.number, address.suffix,
           ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
           address.building_id, address.parcel_id,
           CASE WHEN %(unit)s::text <> '' THEN (
               SELECT unit.id FROM addresses_unit_at(%(as_of)s) unit
               WHERE unit.address_id = address.id AND unit.unit_number = %(unit)s::text
                 AND unit.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
               ORDER BY unit.id LIMIT 1
           ) END AS unit_id,
           coalesce(building.name, '') AS building, coalesce(building.block, '') AS block
    FROM addresses_address_at(%(as_of)s) address
    LEFT JOIN addresses_building_at(%(as_of)s) building ON building.id = address.building_id
    WHERE address.side_id = ANY(%(sides)s::bigint[])
      AND address.number = ANY(%(numbers)s::int[])
      AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
) door ON true
