-- Purpose: the doors of some sides whose number begins as typed, a few of each side: the number
--   itself first, then in their order along the street.
-- Parameters: as_of (a day; NULL: now), sides (ids), lows and highs (ranges of numbers, in step), suffix (its beginning, "" for
--   any), number (as typed), most (doors of one side).
-- Columns: as addresses.geocoder.complete.DoorBeginning.
-- Indexes: address_number_once (its condition is repeated here).
SELECT door.id AS address_id, door.side_id, door.number, door.suffix, door.building_id,
       door.parcel_id, ST_X(door.geom) AS lon, ST_Y(door.geom) AS lat
FROM unnest(%(sides)s::bigint[]) WITH ORDINALITY AS wanted (side, place)
CROSS JOIN LATERAL (
    SELECT address.*
    FROM addresses_address_at(%(as_of)s) address
    WHERE address.side_id = wanted.side
      AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND EXISTS (SELECT FROM unnest(%(lows)s::int[], %(highs)s::int[]) AS span (low, high)
                  WHERE address.number BETWEEN span.low AND span.high)
      AND starts_with(address.suffix, %(suffix)s)
    ORDER BY address.number <> %(number)s, address.number, address.suffix
    LIMIT %(most)s
) door
ORDER BY wanted.place, door.number <> %(number)s, door.number, door.suffix
