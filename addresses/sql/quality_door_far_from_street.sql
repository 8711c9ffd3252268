-- Purpose: doors far from the line of their street.
-- Parameters: neighbourhoods (ids; NULL: all), metres (in towns), rural_metres (in villages).
-- Columns: those of every rule (see queries/quality.py); detail: metres.
-- Indexes: address by neighbourhood, primary keys.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('metres', round(away.metres::numeric)) AS detail
FROM addresses_address a
JOIN addresses_streetside side ON side.id = a.side_id
JOIN addresses_street s ON s.id = side.street_id
JOIN addresses_neighbourhood n ON n.id = a.neighbourhood_id
CROSS JOIN LATERAL (
    SELECT ST_Distance(s.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))) AS metres
) away
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND away.metres > CASE n.kind WHEN 'VILLAGE' THEN %(rural_metres)s ELSE %(metres)s END
