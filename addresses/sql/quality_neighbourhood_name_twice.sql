-- Purpose: neighbourhoods of one district that share their name.
-- Parameters: districts (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: other (name).
-- Indexes: neighbourhood.name_key.
SELECT a.id AS entity_id, b.id AS other_id, a.id AS neighbourhood_id,
       ST_PointOnSurface(a.geom) AS geom, jsonb_build_object('other', b.name) AS detail
FROM addresses_neighbourhood a
JOIN addresses_neighbourhood b
  ON b.district_id = a.district_id AND b.name_key = a.name_key AND b.id < a.id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(districts)s::bigint[] IS NULL OR a.district_id = ANY (%(districts)s::bigint[]))
