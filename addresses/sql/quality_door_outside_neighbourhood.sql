-- Purpose: doors whose point lies outside the outline of their neighbourhood.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: metres (to the outline), lies_in
--   (uid), lies_in_name.
-- Indexes: address by neighbourhood, GiST on neighbourhood.geom_m.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object(
         'metres', round((ST_Distance(n.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))))::numeric, 1),
         'lies_in', o.uid, 'lies_in_name', o.name) AS detail
FROM addresses_neighbourhood n
JOIN addresses_address a ON a.neighbourhood_id = n.id
  AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
LEFT JOIN LATERAL (
    SELECT uid, name FROM addresses_neighbourhood
    WHERE ST_Intersects(geom_m, a.geom_m) AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY id LIMIT 1
) o ON true
WHERE NOT ST_Intersects(n.geom_m, a.geom_m) AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
