-- Purpose: land that two neighbourhoods claim.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres and metres (smaller and narrower
--   parts are slivers of drawing).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres, other (name).
-- Indexes: GiST on neighbourhood.geom_m.
SELECT greatest(a.id, b.id) AS entity_id, least(a.id, b.id) AS other_id,
       greatest(a.id, b.id) AS neighbourhood_id, shared.geom,
       jsonb_build_object('square_metres', round(shared.area::numeric),
                          'other', CASE WHEN a.id < b.id THEN a.name ELSE b.name END) AS detail
FROM addresses_neighbourhood a
JOIN addresses_neighbourhood b
  ON b.geom_m && a.geom_m AND b.id <> a.id
    AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
 AND (b.id < a.id OR b.id <> ALL (%(neighbourhoods)s::bigint[]))
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_IsValid(a.geom_m) AND ST_IsValid(b.geom_m)
                THEN ST_Intersection(a.geom_m, b.geom_m) END AS geom_m,
           cos(radians(ST_YMin(a.geom))) AS scale
) both_claim
CROSS JOIN LATERAL (
    SELECT sum(ST_Area(part.geom) * scale ^ 2) AS area,
           ST_Transform(ST_Multi(ST_Collect(part.geom)), 4326) AS geom
    FROM ST_Dump(ST_CollectionExtract(both_claim.geom_m, 3)) part
    WHERE ST_Area(part.geom) * scale ^ 2 > %(square_metres)s
      AND 2 * ST_Area(part.geom) / ST_Perimeter(part.geom) * scale > %(metres)s
) shared
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND shared.area > 0
  AND (%(neighbourhoods)s::bigint[] IS NULL OR a.id = ANY (%(neighbourhoods)s::bigint[]))
