-- Purpose: outlines of a parcel that are not a valid area, with the place where they fail.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: reason.
-- Indexes: none: every outline is looked at.
SELECT p.id AS entity_id, NULL::bigint AS other_id, p.neighbourhood_id AS neighbourhood_id,
       coalesce((ST_IsValidDetail(p.geom)).location, ST_PointN(ST_ExteriorRing(ST_GeometryN(p.geom, 1)), 1)) AS geom,
       jsonb_build_object('reason', (ST_IsValidDetail(p.geom)).reason) AS detail
FROM addresses_parcel p
WHERE p.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND NOT ST_IsValid(p.geom)
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR p.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
