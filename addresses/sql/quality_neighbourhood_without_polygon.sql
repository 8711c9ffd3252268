-- Purpose: neighbourhoods that have no outline.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: primary key.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       NULL::geometry AS geom, '{}'::jsonb AS detail
FROM addresses_neighbourhood n
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (n.geom IS NULL OR ST_IsEmpty(n.geom))
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
