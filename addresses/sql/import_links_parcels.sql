-- Purpose: ties buildings to the parcels that hold at least a share of their area, where the change
--   set touched the building or the parcel.
-- Parameters: change_set, share.
-- Tables: writes addresses_buildingparcel.
-- Indexes: building and parcel geom (GiST), building_parcel_once.
INSERT INTO addresses_buildingparcel (building_id, parcel_id)
SELECT pair.building_id, pair.parcel_id
FROM (
    SELECT building.id AS building_id, parcel.id AS parcel_id,
           building.geom AS stands, parcel.geom AS ground
    FROM addresses_building building
    JOIN addresses_parcel parcel ON ST_Intersects(parcel.geom, building.geom)
    WHERE building.change_set_id = %(change_set)s AND parcel.status = 'ACTIVE'
      AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT building.id, parcel.id, building.geom, parcel.geom
    FROM addresses_parcel parcel
    JOIN addresses_building building ON ST_Intersects(building.geom, parcel.geom)
    WHERE parcel.change_set_id = %(change_set)s AND parcel.status = 'ACTIVE'
      AND building.change_set_id IS DISTINCT FROM %(change_set)s
      AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
) pair
WHERE ST_Area(ST_Intersection(pair.stands, pair.ground)) >= %(share)s * ST_Area(pair.stands)
  AND NOT EXISTS (
      SELECT FROM addresses_buildingparcel old
      WHERE old.building_id = pair.building_id AND old.parcel_id = pair.parcel_id
        AND old.status = 'ACTIVE'
  )
