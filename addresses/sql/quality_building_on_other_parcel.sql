-- Purpose: buildings of which a part lies on a parcel that they are not registered on.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres and share (what is less passes).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres, parcels.
-- Indexes: GiST on parcel.geom_m, building_parcel by building.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('square_metres', round(sum(part.area)::numeric),
                          'parcels', string_agg(p.cadastral_block || '/' || p.number, ', ')) AS detail
FROM addresses_building b
JOIN addresses_parcel p ON ST_Intersects(p.geom_m, b.geom_m)
  AND p.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_IsValid(b.geom_m) AND ST_IsValid(p.geom_m)
                THEN ST_Area(ST_Intersection(b.geom_m, p.geom_m)) END
           * cos(radians(ST_YMin(b.geom))) ^ 2 AS area,
           ST_Area(b.geom_m) * cos(radians(ST_YMin(b.geom))) ^ 2 AS whole
) part
WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND EXISTS (
    SELECT FROM addresses_buildingparcel link
    WHERE link.building_id = b.id AND link.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
  AND NOT EXISTS (
    SELECT FROM addresses_buildingparcel link
    WHERE link.building_id = b.id AND link.parcel_id = p.id
      AND link.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
  AND part.area > %(square_metres)s AND part.area > %(share)s * part.whole
GROUP BY b.id
