-- Purpose: one row per door of the import: its side, its entry in the register (by source, else
--   by uid), and its turn among the doors of the import with the same side, number and suffix.
-- Parameters: source.
-- Tables: reads staged_door, door_street (temporary); makes door_match (temporary).
-- Indexes: address_source_once, address uid.
DROP TABLE IF EXISTS pg_temp.door_match;
CREATE TEMP TABLE door_match ON COMMIT DROP AS
SELECT door.row, door.source_id, street.side_id, door.number, coalesce(door.suffix, '') AS suffix,
       coalesce(door.postcode, '') AS postcode, coalesce(door.code, '') AS code,
       ST_SetSRID(ST_MakePoint(door.lon, door.lat), 4326) AS geom,
       row_number() OVER (
           PARTITION BY street.side_id, door.number, coalesce(door.suffix, '')
           ORDER BY coalesce(door.status, 'ACTIVE')
                    IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') DESC, door.row
       ) AS turn,
       door.uid, door.status, door.valid_from, door.point_source, building.id AS building_id,
       parcel.id AS parcel_id, coalesce(address.id, same.id) AS address_id,
       address.id IS NOT NULL AS own
FROM (
    -- Several units of one door are several rows with one identity: the first gives the point.
    SELECT DISTINCT ON (source_id) * FROM staged_door ORDER BY source_id, row
) door
JOIN door_street street USING (street_no)
LEFT JOIN addresses_address address
       ON address.source = %(source)s AND address.source_id = door.source_id
LEFT JOIN addresses_address same ON address.id IS NULL AND same.uid = door.uid
LEFT JOIN addresses_building building ON building.uid = door.building_uid
LEFT JOIN addresses_parcel parcel ON parcel.uid = door.parcel_uid
WHERE street.side_id IS NOT NULL
