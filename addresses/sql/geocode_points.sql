-- Purpose: a point for streets, neighbourhoods and districts that are answered without a door: the
--   middle of the street's line, else the mean of its doors; a point inside the area.
-- Parameters: streets and street_neighbourhoods (ids, in step), neighbourhoods, districts (ids),
--   as_of (a day; NULL: now).
-- Columns: what ('S', 'N', 'D'), id, neighbourhood_id (of a street), lon, lat (degrees).
-- Indexes: primary keys, streetside by street, address by side.
SELECT 'S' AS what, wanted.street AS id, wanted.neighbourhood AS neighbourhood_id,
       ST_X(place.point) AS lon, ST_Y(place.point) AS lat
FROM unnest(%(streets)s::bigint[], %(street_neighbourhoods)s::bigint[])
         AS wanted (street, neighbourhood)
JOIN addresses_street_at(%(as_of)s) street ON street.id = wanted.street
CROSS JOIN LATERAL (
    SELECT coalesce(
        ST_PointOnSurface(street.geom),
        (SELECT ST_Centroid(ST_Collect(address.geom))
         FROM addresses_streetside_at(%(as_of)s) side
         JOIN addresses_address_at(%(as_of)s) address ON address.side_id = side.id
         WHERE side.street_id = wanted.street AND side.neighbourhood_id = wanted.neighbourhood)
    ) AS point
) place
WHERE place.point IS NOT NULL
UNION ALL
SELECT 'N', id, id, ST_X(ST_PointOnSurface(geom)), ST_Y(ST_PointOnSurface(geom))
FROM addresses_neighbourhood_at(%(as_of)s)
WHERE id = ANY(%(neighbourhoods)s::bigint[]) AND geom IS NOT NULL
UNION ALL
SELECT 'D', id, id, ST_X(ST_PointOnSurface(geom)), ST_Y(ST_PointOnSurface(geom))
FROM addresses_district_at(%(as_of)s)
WHERE id = ANY(%(districts)s::bigint[]) AND geom IS NOT NULL
