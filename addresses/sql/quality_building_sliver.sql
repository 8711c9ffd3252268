-- Purpose: outlines of buildings that are too small for one.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres.
-- Columns: those of every rule (see queries/quality.py); detail: square_metres.
-- Indexes: building by neighbourhood.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('square_metres', round(size.area::numeric, 2)) AS detail
FROM addresses_building b
CROSS JOIN LATERAL (SELECT ST_Area(b.geom_m) * cos(radians(ST_YMin(b.geom))) ^ 2 AS area) size
WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND size.area < %(square_metres)s AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
