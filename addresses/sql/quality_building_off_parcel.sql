-- Purpose: buildings that lie on their own parcels by less than a share of their area.
-- Parameters: neighbourhoods (ids; NULL: all), share.
-- Columns: those of every rule (see queries/quality.py); detail: share (inside).
-- Indexes: building_parcel by building, primary key of parcel.
WITH b AS (
    SELECT b.id, b.neighbourhood_id, b.geom, b.geom_m,
           array_agg(p.geom_m) AS parcels_m
    FROM addresses_building b
    JOIN addresses_buildingparcel link ON link.building_id = b.id
      AND link.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    JOIN addresses_parcel p ON p.id = link.parcel_id
      AND p.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND p.geom_m IS NOT NULL
    WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
    GROUP BY b.id
    HAVING NOT bool_or(ST_CoveredBy(b.geom_m, p.geom_m))
)
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('share', round(inside.share::numeric, 2)) AS detail
FROM b
CROSS JOIN LATERAL (
    -- Shapes that cross themselves have a rule of their own.
    SELECT CASE WHEN ST_IsValid(b.geom_m)
                 AND (SELECT bool_and(ST_IsValid(own)) FROM unnest(b.parcels_m) own)
                THEN ST_Area(ST_Intersection(b.geom_m, ST_Union(b.parcels_m))) END
           / nullif(ST_Area(b.geom_m), 0) AS share
) inside
WHERE inside.share < %(share)s
