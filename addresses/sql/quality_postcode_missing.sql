-- Purpose: neighbourhoods without a postcode.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: primary key.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       ST_PointOnSurface(n.geom) AS geom, '{}'::jsonb AS detail
FROM addresses_neighbourhood n
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND n.postcode = ''
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
