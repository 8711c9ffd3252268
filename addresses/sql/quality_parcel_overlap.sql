-- Purpose: ground that two parcels claim.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres (less is an inexact corner).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres.
-- Indexes: GiST on parcel.geom_m.
SELECT CASE WHEN a.id > b.id THEN a.id ELSE b.id END AS entity_id,
       CASE WHEN a.id > b.id THEN b.id ELSE a.id END AS other_id,
       CASE WHEN a.id > b.id THEN a.neighbourhood_id ELSE b.neighbourhood_id END
       AS neighbourhood_id,
       ST_Transform(shared.geom_m, 4326) AS geom,
       jsonb_build_object('square_metres', round((ST_Area(shared.geom_m) * scale ^ 2)::numeric, 1))
       AS detail
FROM addresses_parcel a
JOIN addresses_parcel b
  ON ST_Intersects(b.geom_m, a.geom_m) AND b.id <> a.id
    AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
 AND (b.id < a.id OR b.neighbourhood_id <> ALL (%(neighbourhoods)s::bigint[]))
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_IsValid(a.geom_m) AND ST_IsValid(b.geom_m)
                THEN ST_CollectionExtract(ST_Intersection(a.geom_m, b.geom_m), 3) END AS geom_m,
           cos(radians(ST_YMin(a.geom))) AS scale
) shared
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND ST_Area(shared.geom_m) * scale ^ 2 > %(square_metres)s
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
