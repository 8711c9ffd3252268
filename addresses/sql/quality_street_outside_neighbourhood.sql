-- Purpose: lengths of a street outside all the neighbourhoods in which it has a side.
-- Parameters: districts (ids; NULL: all), metres (shorter lengths pass).
-- Columns: those of every rule (see queries/quality.py); detail: metres.
-- Indexes: side by street.
WITH area AS (
    SELECT s.id, s.geom_m, cos(radians(ST_YMin(s.geom))) AS scale, min(n.id) AS neighbourhood_id,
           ST_Collect(n.geom_m) AS areas_m
    FROM addresses_street s
    JOIN addresses_streetside side ON side.street_id = s.id
      AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    JOIN addresses_neighbourhood n ON n.id = side.neighbourhood_id AND ST_IsValid(n.geom_m)
    WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND s.geom_m IS NOT NULL
      AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
      AND NOT EXISTS (
        SELECT FROM addresses_streetside inner_side
        JOIN addresses_neighbourhood whole ON whole.id = inner_side.neighbourhood_id
        WHERE inner_side.street_id = s.id AND ST_Covers(whole.geom_m, s.geom_m))
    GROUP BY s.id
)
SELECT area.id AS entity_id, NULL::bigint AS other_id, area.neighbourhood_id,
       ST_Transform(ST_Multi(outside.geom_m), 4326) AS geom,
       jsonb_build_object('metres',
                          round((ST_Length(outside.geom_m) * area.scale)::numeric)) AS detail
FROM area
CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Difference(area.geom_m, ST_UnaryUnion(area.areas_m)), 2)
           AS geom_m
) outside
WHERE ST_Length(outside.geom_m) * area.scale > %(metres)s
