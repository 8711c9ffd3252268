-- Purpose: neighbourhoods whose office of the head nobody holds today.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: neighbourhood_head by neighbourhood.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       ST_PointOnSurface(n.geom) AS geom, '{}'::jsonb AS detail
FROM addresses_neighbourhood n
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
  AND NOT EXISTS (
    SELECT FROM addresses_neighbourhoodhead head
    WHERE head.neighbourhood_id = n.id
      AND head.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND head.since <= current_date AND (head.until IS NULL OR head.until > current_date))
