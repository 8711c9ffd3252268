-- Purpose: buildings in use, larger than a shed, that no living door leads into.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres.
-- Columns: those of every rule (see queries/quality.py); detail: square_metres.
-- Indexes: address by building.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('square_metres', round((ST_Area(b.geom_m) * cos(radians(ST_YMin(b.geom))) ^ 2)::numeric))
       AS detail
FROM addresses_building b
WHERE b.status = 'ACTIVE' AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND coalesce(ST_Area(b.geom_m) * cos(radians(ST_YMin(b.geom))) ^ 2, 'infinity') > %(square_metres)s
  AND NOT EXISTS (
    SELECT FROM addresses_address a WHERE a.building_id = b.id
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
