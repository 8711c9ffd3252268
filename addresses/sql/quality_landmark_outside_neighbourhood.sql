-- Purpose: landmarks whose point lies outside the outline of their neighbourhood.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: metres, lies_in (uid),
--   lies_in_name.
-- Indexes: landmark by neighbourhood, GiST on neighbourhood.geom_m.
SELECT l.id AS entity_id, NULL::bigint AS other_id, l.neighbourhood_id, l.geom,
       jsonb_build_object(
         'metres', round((ST_Distance(n.geom_m, l.geom_m) * cos(radians(ST_Y(l.geom))))::numeric, 1),
         'lies_in', o.uid, 'lies_in_name', o.name) AS detail
FROM addresses_landmark l
JOIN addresses_neighbourhood n ON n.id = l.neighbourhood_id
LEFT JOIN LATERAL (
    SELECT uid, name FROM addresses_neighbourhood
    WHERE ST_Intersects(geom_m, l.geom_m) AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY id LIMIT 1
) o ON true
WHERE l.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND NOT ST_Intersects(n.geom_m, l.geom_m) AND (%(neighbourhoods)s::bigint[] IS NULL
         OR l.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
