-- Purpose: gives living doors without a building the smallest one of the change set that holds them.
-- Parameters: change_set.
-- Tables: updates addresses_address.
-- Indexes: address geom (GiST).
UPDATE addresses_address address
SET building_id = holder.building_id, version = address.version + 1, change_set_id = %(change_set)s
FROM (
    SELECT DISTINCT ON (door.id) door.id, building.id AS building_id
    FROM addresses_building building
    JOIN addresses_address door ON ST_Intersects(building.geom, door.geom)
    WHERE building.change_set_id = %(change_set)s AND door.building_id IS NULL
      AND building.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND door.status NOT IN ('RETIRED', 'REJECTED')
    ORDER BY door.id, ST_Area(building.geom), building.id
) holder
WHERE address.id = holder.id
