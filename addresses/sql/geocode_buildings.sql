-- Purpose: the named buildings of some neighbourhoods, each with its door where it has exactly one.
-- Parameters: neighbourhoods (ids), as_of (a day; NULL: now). Columns: as addresses.geocoder.register.BuildingRow.
-- Indexes: building by neighbourhood, address by building, primary keys.
SELECT building.id AS building_id, building.neighbourhood_id, building.name, building.block,
       ST_X(coalesce(door.geom, place.point)) AS lon, ST_Y(coalesce(door.geom, place.point)) AS lat,
       door.id AS address_id, door.side_id, side.street_id, door.number, door.suffix
FROM addresses_building_at(%(as_of)s) building
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(building.geom) AS point) place
LEFT JOIN LATERAL (
    SELECT min(a.id) AS id FROM addresses_address_at(%(as_of)s) a
    WHERE a.building_id = building.id
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    HAVING count(*) = 1
) only_door ON true
LEFT JOIN addresses_address_at(%(as_of)s) door ON door.id = only_door.id
LEFT JOIN addresses_streetside_at(%(as_of)s) side ON side.id = door.side_id
WHERE building.neighbourhood_id = ANY(%(neighbourhoods)s::bigint[]) AND building.name <> ''
  AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
ORDER BY building.name, building.block, building.id
