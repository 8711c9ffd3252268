-- Purpose: changes parcels that differ from the import. A parcel of another source is completed,
--   not overwritten; one that would take a number which another has keeps its own; nothing is
--   blanked out; the status is left to people.
-- Parameters: change_set.
-- Tables: reads parcel_match (temporary).
-- Indexes: primary key.
UPDATE addresses_parcel parcel
SET neighbourhood_id = new.neighbourhood_id, cadastral_block = new.cadastral_block,
    number = new.number, map_sheet = new.map_sheet, code = new.code,
    valid_from = new.valid_from, geom = new.geom,
    version = parcel.version + 1, change_set_id = %(change_set)s
FROM (
    SELECT old.id,
           CASE WHEN m.own AND (m.free OR old.status <> 'ACTIVE')
                THEN m.neighbourhood_id ELSE old.neighbourhood_id END AS neighbourhood_id,
           CASE WHEN m.own AND (m.free OR old.status <> 'ACTIVE')
                THEN m.cadastral_block ELSE old.cadastral_block END AS cadastral_block,
           CASE WHEN m.own AND (m.free OR old.status <> 'ACTIVE')
                THEN m.number ELSE old.number END AS number,
           CASE WHEN m.map_sheet <> '' AND (m.own OR old.map_sheet = '')
                THEN m.map_sheet ELSE old.map_sheet END AS map_sheet,
           CASE WHEN m.code <> '' AND (m.own OR old.code = '')
                THEN m.code ELSE old.code END AS code,
           CASE WHEN m.own THEN coalesce(m.valid_from, old.valid_from)
                ELSE coalesce(old.valid_from, m.valid_from) END AS valid_from,
           CASE WHEN m.own THEN coalesce(m.geom, old.geom)
                ELSE coalesce(old.geom, m.geom) END AS geom
    FROM parcel_match m
    JOIN addresses_parcel old ON old.id = m.entity_id
) new
WHERE parcel.id = new.id
  AND (parcel.neighbourhood_id, parcel.cadastral_block, parcel.number, parcel.map_sheet,
       parcel.code, parcel.valid_from, parcel.geom)
      IS DISTINCT FROM (new.neighbourhood_id, new.cadastral_block, new.number, new.map_sheet,
                        new.code, new.valid_from, new.geom)
