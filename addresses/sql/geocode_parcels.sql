-- Purpose: the parcels of one cadastral number in some neighbourhoods, with a point inside.
-- Parameters: block, number, neighbourhoods (ids), as_of (a day; NULL: now).
-- Columns: as addresses.geocoder.register.ParcelRow.
-- Indexes: parcel_number_once (its condition is repeated here).
SELECT parcel.id AS parcel_id, parcel.neighbourhood_id, parcel.cadastral_block, parcel.number,
       ST_X(ST_PointOnSurface(parcel.geom)) AS lon, ST_Y(ST_PointOnSurface(parcel.geom)) AS lat
FROM addresses_parcel_at(%(as_of)s) parcel
WHERE parcel.neighbourhood_id = ANY(%(neighbourhoods)s::bigint[])
  AND parcel.cadastral_block = %(block)s::text AND parcel.number = %(number)s::text
  AND parcel.status = 'ACTIVE'
ORDER BY parcel.id
