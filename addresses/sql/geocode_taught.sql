-- Purpose: the living door that people said some words mean, with what a label needs.
-- Parameters: keys (of `geocoder.aliases.key_of`).
-- Columns: version, address_id, side_id, street_id, street, number, suffix, lon, lat, building_id, parcel_id,
--   neighbourhood_id; one row, with
--   the version alone where there is no such door.
-- Indexes: place_alias_once (its condition is repeated here), address, side and street by id.
SELECT now.version, door.*
FROM addresses_names_version now
LEFT JOIN LATERAL (
    SELECT address.id AS address_id, address.side_id, side.street_id, street.name AS street,
           address.number, address.suffix, ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
           address.building_id, address.parcel_id, address.neighbourhood_id
    FROM addresses_placealias alias
    JOIN addresses_address address ON address.id = alias.address_id
    JOIN addresses_streetside side ON side.id = address.side_id
    JOIN addresses_street street ON street.id = side.street_id
    WHERE alias.text_key = ANY(%(keys)s::text[]) AND alias.withdrawn_at IS NULL
      AND address.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY alias.id
    LIMIT 1
) door ON true
