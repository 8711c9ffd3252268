-- Purpose: where streets of one list meet streets of another, or come nearest. A street without a line
--   is taken for the set of its doors.
-- Parameters: streets, others (ids), metres (how far apart they may be), as_of (a day; NULL: now).
-- Columns: as addresses.geocoder.register.CrossingRow. Metres: EPSG:3857 shortened by the cosine of
--   the latitude.
-- Indexes: street by id; streetside by street, address by side.
WITH shape AS (
    SELECT street.id, cos(radians(ST_YMin(coalesce(street.geom, doors.geom)))) AS scale,
           coalesce(street.geom_m, doors.geom_m) AS geom_m
    FROM addresses_street_at(%(as_of)s) street
    LEFT JOIN LATERAL (
        SELECT ST_Collect(address.geom) AS geom, ST_Collect(address.geom_m) AS geom_m
        FROM addresses_streetside_at(%(as_of)s) side
        JOIN addresses_address_at(%(as_of)s) address ON address.side_id = side.id
        WHERE street.geom IS NULL AND side.street_id = street.id
          AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ) doors ON true
    WHERE street.id = ANY(%(streets)s::bigint[] || %(others)s::bigint[])
)
SELECT one.id AS street_id, other.id AS other_id,
       ST_X(place.point) AS lon, ST_Y(place.point) AS lat,
       ST_Distance(one.geom_m, other.geom_m) * one.scale AS metres
FROM shape one
JOIN shape other ON other.id <> one.id
    AND ST_DWithin(one.geom_m, other.geom_m, %(metres)s::float / one.scale)
CROSS JOIN LATERAL (
    SELECT ST_Transform(ST_Centroid(ST_ShortestLine(one.geom_m, other.geom_m)), 4326) AS point
) place
WHERE one.id = ANY(%(streets)s::bigint[]) AND other.id = ANY(%(others)s::bigint[])
ORDER BY metres
LIMIT 200
