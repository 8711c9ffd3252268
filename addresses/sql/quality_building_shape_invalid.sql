-- Purpose: outlines of a building that are not a valid area, with the place where they fail.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: reason.
-- Indexes: none: every outline is looked at.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id AS neighbourhood_id,
       coalesce((ST_IsValidDetail(b.geom)).location, ST_PointN(ST_ExteriorRing(ST_GeometryN(b.geom, 1)), 1)) AS geom,
       jsonb_build_object('reason', (ST_IsValidDetail(b.geom)).reason) AS detail
FROM addresses_building b
WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND NOT ST_IsValid(b.geom)
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
