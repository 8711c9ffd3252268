-- Purpose: buildings whose inner point lies outside the outline of their neighbourhood.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: lies_in (uid), lies_in_name.
-- Indexes: building by neighbourhood, GiST on neighbourhood.geom_m.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('lies_in', o.uid, 'lies_in_name', o.name) AS detail
FROM addresses_neighbourhood n
JOIN addresses_building b ON b.neighbourhood_id = n.id
  AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
LEFT JOIN LATERAL (
    SELECT uid, name FROM addresses_neighbourhood
    WHERE ST_Intersects(geom_m, ST_PointOnSurface(b.geom_m))
      AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY id LIMIT 1
) o ON true
WHERE (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  -- Nearly all lie inside as a whole, which is found quickly.
  AND NOT ST_Contains(n.geom_m, b.geom_m)
  AND NOT ST_Intersects(n.geom_m, ST_PointOnSurface(b.geom_m))
