-- Purpose: what the world is told of places of the register: uids, names and postcodes of everything
--   that a candidate of the geocoder names by row id, and how far a street or an area reaches.
-- Parameters: as_of (a day; NULL: now); units, addresses, sides, streets, other_streets, buildings,
--   parcels, landmarks, neighbourhoods, districts: ids in step, NULL where a place has none.
-- Columns: n (from 1), one row each; uids; lon and lat of the door, west … north of the street,
--   neighbourhood or district, the first of them that is there (degrees, EPSG:4326).
-- Indexes: primary keys.
SELECT wanted.n::int AS n,
       address.uid AS address_uid, side.uid AS side_uid, street.uid AS street_uid,
       building.uid AS building_uid, parcel.uid AS parcel_uid,
       unit.uid AS unit_uid, other.uid AS other_street_uid, landmark.uid AS landmark_uid,
       neighbourhood.uid AS neighbourhood_uid, district.uid AS district_uid,
       address.number, address.suffix,
       ST_X(address.geom) AS lon, ST_Y(address.geom) AS lat,
       unit.unit_number AS unit, street.name AS street, other.name AS other_street,
       coalesce(building.name, '') AS building, coalesce(building.block, '') AS block,
       parcel.cadastral_block || '/' || parcel.number AS parcel, landmark.name AS poi,
       neighbourhood.name AS neighbourhood,
       district.name AS district, province.name AS province, province.language,
       coalesce(nullif(address.postcode, ''), neighbourhood.postcode, '') AS postcode,
       ST_XMin(area.box) AS west, ST_YMin(area.box) AS south,
       ST_XMax(area.box) AS east, ST_YMax(area.box) AS north
FROM unnest(%(units)s::bigint[], %(addresses)s::bigint[], %(sides)s::bigint[],
            %(streets)s::bigint[], %(other_streets)s::bigint[], %(buildings)s::bigint[],
            %(parcels)s::bigint[], %(landmarks)s::bigint[], %(neighbourhoods)s::bigint[],
            %(districts)s::bigint[])
         WITH ORDINALITY
         AS wanted (unit, address, side, street, other_street, building, parcel, landmark,
                    neighbourhood, district, n)
LEFT JOIN addresses_unit_at(%(as_of)s) unit ON unit.id = wanted.unit
LEFT JOIN addresses_landmark_at(%(as_of)s) landmark ON landmark.id = wanted.landmark
LEFT JOIN addresses_street_at(%(as_of)s) other ON other.id = wanted.other_street
LEFT JOIN addresses_address_at(%(as_of)s) address ON address.id = wanted.address
LEFT JOIN addresses_streetside_at(%(as_of)s) side ON side.id = coalesce(address.side_id, wanted.side)
LEFT JOIN addresses_street_at(%(as_of)s) street ON street.id = coalesce(side.street_id, wanted.street)
LEFT JOIN addresses_building_at(%(as_of)s) building
    ON building.id = coalesce(wanted.building, address.building_id)
LEFT JOIN addresses_parcel_at(%(as_of)s) parcel
    ON parcel.id = coalesce(wanted.parcel, address.parcel_id)
-- A door is told under its registered neighbourhood, wherever its point lies.
LEFT JOIN addresses_neighbourhood_at(%(as_of)s) neighbourhood
    ON neighbourhood.id = coalesce(address.neighbourhood_id, wanted.neighbourhood)
LEFT JOIN addresses_district_at(%(as_of)s) district
    ON district.id = coalesce(neighbourhood.district_id, wanted.district)
LEFT JOIN addresses_province_at(%(as_of)s) province ON province.id = district.province_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN street.id IS NOT NULL THEN Box2D(street.geom)
                WHEN neighbourhood.id IS NOT NULL THEN Box2D(neighbourhood.geom)
                ELSE Box2D(district.geom) END AS box
) area ON true
ORDER BY wanted.n
