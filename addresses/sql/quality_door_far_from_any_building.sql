-- Purpose: doors that lead into no building and have none near, in neighbourhoods whose buildings
--   are drawn.
-- Parameters: neighbourhoods (ids; NULL: all), metres.
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: GiST on building.geom_m, building by neighbourhood.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       '{}'::jsonb AS detail
FROM addresses_address a
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.building_id IS NULL
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND EXISTS (
    SELECT FROM addresses_building b
    WHERE b.neighbourhood_id = a.neighbourhood_id
      AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND b.geom_m IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM addresses_building b
    WHERE ST_DWithin(b.geom_m, a.geom_m, %(metres)s / cos(radians(ST_Y(a.geom))))
      AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
