-- Purpose: parts of a district that none of its neighbourhoods covers, gathered by the
--   neighbourhood that is nearest.
-- Parameters: districts (ids; NULL: all), square_metres and metres (smaller and narrower parts
--   are slivers of drawing).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres.
-- Indexes: GiST on neighbourhood.geom_m.
WITH covered AS (
    SELECT n.district_id, ST_Union(n.geom_m) AS geom_m
    FROM addresses_neighbourhood n
    WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND ST_IsValid(n.geom_m)
      AND (%(districts)s::bigint[] IS NULL OR n.district_id = ANY (%(districts)s::bigint[]))
    GROUP BY n.district_id
), hole AS (
    SELECT d.id AS district_id, part.geom AS geom_m, cos(radians(ST_YMin(d.geom))) AS scale
    FROM addresses_district d
    JOIN covered ON covered.district_id = d.id
    CROSS JOIN LATERAL ST_Dump(ST_Difference(d.geom_m, covered.geom_m)) part
    WHERE d.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND ST_IsValid(d.geom_m)
)
SELECT nearest.id AS entity_id, NULL::bigint AS other_id, nearest.id AS neighbourhood_id,
       ST_Transform(ST_Multi(ST_Collect(hole.geom_m)), 4326) AS geom,
       jsonb_build_object('square_metres',
                          round(sum(ST_Area(hole.geom_m) * scale ^ 2)::numeric)) AS detail
FROM hole
CROSS JOIN LATERAL (
    SELECT n.id
    FROM addresses_neighbourhood n
    WHERE n.district_id = hole.district_id
      AND n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND n.geom_m IS NOT NULL
    ORDER BY n.geom_m <-> ST_PointOnSurface(hole.geom_m), n.id
    LIMIT 1
) nearest
WHERE ST_Area(hole.geom_m) * scale ^ 2 > %(square_metres)s
  AND 2 * ST_Area(hole.geom_m) / ST_Perimeter(hole.geom_m) * scale > %(metres)s
GROUP BY nearest.id
