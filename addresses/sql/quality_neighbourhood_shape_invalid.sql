-- Purpose: outlines of a neighbourhood that are not a valid area, with the place where they fail.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: reason.
-- Indexes: none: every outline is looked at.
SELECT n.id AS entity_id, NULL::bigint AS other_id, n.id AS neighbourhood_id,
       coalesce((ST_IsValidDetail(n.geom)).location, ST_PointN(ST_ExteriorRing(ST_GeometryN(n.geom, 1)), 1)) AS geom,
       jsonb_build_object('reason', (ST_IsValidDetail(n.geom)).reason) AS detail
FROM addresses_neighbourhood n
WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND NOT ST_IsValid(n.geom)
  AND (%(neighbourhoods)s::bigint[] IS NULL OR n.id = ANY (%(neighbourhoods)s::bigint[]))
