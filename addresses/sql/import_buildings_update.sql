-- Purpose: changes buildings that differ from the import. A building of another source is completed,
--   not overwritten; nothing is blanked out; the status is left to people.
-- Parameters: change_set.
-- Tables: reads building_match (temporary).
-- Indexes: primary key.
UPDATE addresses_building building
SET neighbourhood_id = new.neighbourhood_id, name = new.name, block = new.block, use = new.use,
    floors = new.floors, dwellings = new.dwellings, code = new.code, valid_from = new.valid_from,
    geom = new.geom, version = building.version + 1, change_set_id = %(change_set)s
FROM (
    SELECT old.id,
           CASE WHEN m.own THEN m.neighbourhood_id ELSE old.neighbourhood_id END
               AS neighbourhood_id,
           CASE WHEN m.name <> '' AND (m.own OR old.name = '')
                THEN m.name ELSE old.name END AS name,
           CASE WHEN m.block <> '' AND (m.own OR old.block = '')
                THEN m.block ELSE old.block END AS block,
           CASE WHEN m.use <> '' AND (m.own OR old.use = '')
                THEN m.use ELSE old.use END AS use,
           CASE WHEN m.own THEN coalesce(m.floors, old.floors)
                ELSE coalesce(old.floors, m.floors) END AS floors,
           CASE WHEN m.own THEN coalesce(m.dwellings, old.dwellings)
                ELSE coalesce(old.dwellings, m.dwellings) END AS dwellings,
           CASE WHEN m.code <> '' AND (m.own OR old.code = '')
                THEN m.code ELSE old.code END AS code,
           CASE WHEN m.own THEN coalesce(m.valid_from, old.valid_from)
                ELSE coalesce(old.valid_from, m.valid_from) END AS valid_from,
           CASE WHEN m.own THEN coalesce(m.geom, old.geom)
                ELSE coalesce(old.geom, m.geom) END AS geom
    FROM building_match m
    JOIN addresses_building old ON old.id = m.entity_id
) new
WHERE building.id = new.id
  AND (building.neighbourhood_id, building.name, building.block, building.use, building.floors,
       building.dwellings, building.code, building.valid_from, building.geom)
      IS DISTINCT FROM (new.neighbourhood_id, new.name, new.block, new.use, new.floors,
                        new.dwellings, new.code, new.valid_from, new.geom)
