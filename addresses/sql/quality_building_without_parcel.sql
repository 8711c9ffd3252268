-- Purpose: buildings that stand on a parcel and are registered on none.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: parcel (uid), parcel_name.
-- Indexes: GiST on parcel.geom_m, building_parcel by building.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('parcel', p.uid, 'parcel_name', p.cadastral_block || '/' || p.number)
       AS detail
FROM addresses_building b
CROSS JOIN LATERAL (
    SELECT uid, cadastral_block, number FROM addresses_parcel
    WHERE ST_Intersects(geom_m, ST_PointOnSurface(b.geom_m))
      AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY id LIMIT 1
) p
WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND b.geom_m IS NOT NULL
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND NOT EXISTS (
    SELECT FROM addresses_buildingparcel link
    WHERE link.building_id = b.id AND link.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
