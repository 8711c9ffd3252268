-- Purpose: parts of a neighbourhood outside of its district.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres and metres (smaller and narrower
--   parts are slivers of drawing).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres.
-- Indexes: none: one row per neighbourhood.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id, beyond.geom,
       jsonb_build_object('square_metres', round(beyond.area::numeric)) AS detail
FROM addresses_neighbourhood n
JOIN addresses_district d ON d.id = n.district_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_IsValid(n.geom_m) AND ST_IsValid(d.geom_m)
                THEN ST_Difference(n.geom_m, d.geom_m) END AS geom_m,
           cos(radians(ST_YMin(n.geom))) AS scale
) outside
CROSS JOIN LATERAL (
    SELECT sum(ST_Area(part.geom) * scale ^ 2) AS area,
           ST_Transform(ST_Multi(ST_Collect(part.geom)), 4326) AS geom
    FROM ST_Dump(ST_CollectionExtract(outside.geom_m, 3)) part
    WHERE ST_Area(part.geom) * scale ^ 2 > %(square_metres)s
      AND 2 * ST_Area(part.geom) / ST_Perimeter(part.geom) * scale > %(metres)s
) beyond
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND beyond.area > 0
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
