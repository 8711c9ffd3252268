-- Purpose: one row per door of the import: its side, its entry in the register, and its turn among
--   the doors of the import with the same side, number and suffix.
-- Parameters: source.
-- Tables: reads staged_door, door_street (temporary); makes door_match (temporary).
-- Indexes: address_source_once.
DROP TABLE IF EXISTS pg_temp.door_match;
CREATE TEMP TABLE door_match ON COMMIT DROP AS
SELECT door.row, door.source_id, street.side_id, door.number, coalesce(door.suffix, '') AS suffix,
       coalesce(door.postcode, '') AS postcode, coalesce(door.code, '') AS code,
       ST_SetSRID(ST_MakePoint(door.lon, door.lat), 4326) AS geom,
       row_number() OVER (
           PARTITION BY street.side_id, door.number, coalesce(door.suffix, '') ORDER BY door.row
       ) AS turn,
       address.id AS address_id
FROM (
    -- Several units of one door are several rows with one identity: the first gives the point.
    SELECT DISTINCT ON (source_id) * FROM staged_door ORDER BY source_id, row
) door
JOIN door_street street USING (street_no)
LEFT JOIN addresses_address address
       ON address.source = %(source)s AND address.source_id = door.source_id
WHERE street.side_id IS NOT NULL
