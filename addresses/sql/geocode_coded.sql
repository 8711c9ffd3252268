-- Purpose: everything that has a national code, or a name of digits in another body's system.
-- Parameters: code, as_of (a day; NULL: now). Columns: as addresses.geocoder.register.CodedRow.
-- Indexes: code of each table; identifiers of each table (their conditions are repeated here).
WITH found AS (
    SELECT 'unit' AS entity, '' AS scheme, id FROM addresses_unit_at(%(as_of)s)
    WHERE code = %(code)s::text AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT 'address', '', id FROM addresses_address_at(%(as_of)s)
    WHERE code = %(code)s::text AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT 'street_side', '', id FROM addresses_streetside_at(%(as_of)s)
    WHERE code = %(code)s::text AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT 'building', '', id FROM addresses_building_at(%(as_of)s)
    WHERE code = %(code)s::text AND code <> ''
      AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT 'parcel', '', id FROM addresses_parcel_at(%(as_of)s)
    WHERE code = %(code)s::text AND code <> ''
      AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT 'neighbourhood', '', id FROM addresses_neighbourhood_at(%(as_of)s)
    WHERE code = %(code)s::text AND code <> ''
      AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    UNION ALL
    SELECT named.entity, scheme.name, named.id
    FROM unnest(ARRAY['uavt', 'maks', 'tkgm', 'takbis', 'dask']) AS scheme (name)
    CROSS JOIN LATERAL (
        SELECT 'unit' AS entity, id FROM addresses_unit_at(%(as_of)s)
        WHERE identifiers @> jsonb_build_object(scheme.name, %(code)s::text)
          AND identifiers <> '{}' AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
        UNION ALL
        SELECT 'address', id FROM addresses_address_at(%(as_of)s)
        WHERE identifiers @> jsonb_build_object(scheme.name, %(code)s::text)
          AND identifiers <> '{}' AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
        UNION ALL
        SELECT 'building', id FROM addresses_building_at(%(as_of)s)
        WHERE identifiers @> jsonb_build_object(scheme.name, %(code)s::text)
          AND identifiers <> '{}' AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
        UNION ALL
        SELECT 'parcel', id FROM addresses_parcel_at(%(as_of)s)
        WHERE identifiers @> jsonb_build_object(scheme.name, %(code)s::text)
          AND identifiers <> '{}' AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ) named
), joined AS (
    SELECT found.entity, found.scheme, unit.id AS unit_id, unit.unit_number,
           coalesce(unit.address_id, address.id) AS address_id, side.id AS side_id,
           building.id AS building_id, parcel.id AS parcel_id,
           coalesce(building.neighbourhood_id, parcel.neighbourhood_id, neighbourhood.id)
               AS neighbourhood_id,
           coalesce(building.geom, parcel.geom, neighbourhood.geom) AS geom
    FROM found
    LEFT JOIN addresses_unit_at(%(as_of)s) unit ON found.entity = 'unit' AND unit.id = found.id
    LEFT JOIN addresses_address_at(%(as_of)s) address ON found.entity = 'address' AND address.id = found.id
    LEFT JOIN addresses_streetside_at(%(as_of)s) side ON found.entity = 'street_side' AND side.id = found.id
    LEFT JOIN addresses_building_at(%(as_of)s) building ON found.entity = 'building' AND building.id = found.id
    LEFT JOIN addresses_parcel_at(%(as_of)s) parcel ON found.entity = 'parcel' AND parcel.id = found.id
    LEFT JOIN addresses_neighbourhood_at(%(as_of)s) neighbourhood
        ON found.entity = 'neighbourhood' AND neighbourhood.id = found.id
    LIMIT 20
)
SELECT joined.entity, joined.scheme,
       ST_X(place.point) AS lon, ST_Y(place.point) AS lat,
       joined.unit_id, door.id AS address_id, side.id AS side_id, side.street_id,
       coalesce(door.building_id, joined.building_id) AS building_id,
       coalesce(door.parcel_id, joined.parcel_id) AS parcel_id,
       coalesce(side.neighbourhood_id, joined.neighbourhood_id) AS neighbourhood_id,
       door.number, door.suffix, joined.unit_number
FROM joined
LEFT JOIN addresses_address_at(%(as_of)s) door ON door.id = joined.address_id
LEFT JOIN addresses_streetside_at(%(as_of)s) side ON side.id = coalesce(door.side_id, joined.side_id)
LEFT JOIN addresses_street_at(%(as_of)s) street ON street.id = side.street_id
CROSS JOIN LATERAL (
    SELECT coalesce(door.geom, ST_PointOnSurface(joined.geom), ST_PointOnSurface(street.geom)) AS point
) place
