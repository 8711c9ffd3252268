-- Purpose: living doors whose building or parcel is retired.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: what (building, parcel).
-- Indexes: address by neighbourhood, primary keys.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('what', CASE b.status WHEN 'RETIRED' THEN 'building' ELSE 'parcel' END)
       AS detail
FROM addresses_address a
LEFT JOIN addresses_building b ON b.id = a.building_id
LEFT JOIN addresses_parcel p ON p.id = a.parcel_id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (b.status = 'RETIRED' OR p.status = 'RETIRED') AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
