-- Purpose: buildings that the line of a street crosses.
-- Parameters: neighbourhoods (ids; NULL: all), metres (of the line inside).
-- Columns: those of every rule (see queries/quality.py); detail: metres, street.
-- Indexes: GiST on street.geom_m and building.geom_m.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('metres', round(max(crossing.metres)::numeric, 1),
                          'street', min(s.name)) AS detail
FROM addresses_street s
JOIN addresses_building b ON ST_Intersects(s.geom_m, b.geom_m)
  AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_IsValid(b.geom_m) THEN ST_Length(ST_Intersection(s.geom_m, b.geom_m)) END
           * cos(radians(ST_YMin(b.geom))) AS metres
) crossing
WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND crossing.metres > %(metres)s
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
GROUP BY b.id
