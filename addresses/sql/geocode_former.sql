-- Purpose: the doors that had some numbers on some sides once: renumbered ones, and the living heirs
--   of retired ones. Asked only where no living door has the number.
-- Parameters: sides (ids), numbers. The register as it is now.
-- Columns: as addresses.geocoder.doors.DoorRow; `side_id`, `number` and `suffix` are the former ones,
--   `became` the number now, `how` is renumbered, replaced, or retired (no heir: no address_id).
-- Indexes: address_history_number, address by side, lineage by old_uid.
WITH RECURSIVE gone AS (
    SELECT address.id, address.uid, address.side_id, address.number, address.suffix,
           address.geom
    FROM addresses_address address
    WHERE address.side_id = ANY(%(sides)s::bigint[]) AND address.number = ANY(%(numbers)s::int[])
      AND address.status = 'RETIRED'
), heir AS (
    SELECT gone.id AS origin, gone.uid, 0 AS step FROM gone
    UNION
    SELECT heir.origin, lineage.new_uid, heir.step + 1
    FROM heir
    JOIN addresses_lineage lineage ON lineage.old_uid = heir.uid
    WHERE lineage.entity = 'address' AND lineage.new_uid <> lineage.old_uid AND heir.step < 8
), renumbered AS (
    SELECT DISTINCT ON (former.id, former.number, former.suffix)
           address.id, former.side_id, former.number, former.suffix, address.side_id AS now_side
    FROM addresses_address_history former
    JOIN addresses_address address ON address.id = former.id
    WHERE former.side_id = ANY(%(sides)s::bigint[]) AND former.number = ANY(%(numbers)s::int[])
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
), found AS (
    SELECT id, side_id, number, suffix, 'renumbered' AS how FROM renumbered
    UNION ALL
    SELECT address.id, gone.side_id, gone.number, gone.suffix, 'replaced'
    FROM heir
    JOIN gone ON gone.id = heir.origin
    JOIN addresses_address address ON address.uid = heir.uid
    WHERE heir.step > 0 AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
)
SELECT address.id AS address_id, found.side_id, found.number, found.suffix,
       ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
       address.building_id, address.parcel_id, NULL::bigint AS unit_id,
       address.number || CASE address.suffix WHEN '' THEN '' ELSE '/' || address.suffix END AS became,
       found.how, side.id AS now_side_id, side.street_id, side.neighbourhood_id
FROM found
JOIN addresses_address address ON address.id = found.id
JOIN addresses_streetside side ON side.id = address.side_id
UNION ALL
SELECT NULL, gone.side_id, gone.number, gone.suffix, ST_X(gone.geom), ST_Y(gone.geom),
       NULL, NULL, NULL, '', 'retired', gone.side_id, NULL, NULL
FROM gone
WHERE NOT EXISTS (SELECT FROM found
                  WHERE (found.side_id, found.number, found.suffix)
                      = (gone.side_id, gone.number, gone.suffix))
