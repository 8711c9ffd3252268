-- Purpose: what the register has at one point: areas by polygon, the nearest door and street, the
--   building and the parcel that hold it, and how near the district's boundary is.
-- Parameters: as_of (a day; NULL: now), lon, lat (degrees), near_m (how far a door or street may be), boundary_m (how near
--   another district must be to be named); both in metres.
-- Columns: one row. Distances are metres: EPSG:3857 shortened by the cosine of the latitude, which
--   errs by less than one hundredth.
-- Indexes: GiST on geom_m of district, neighbourhood, address, street, building, parcel.
WITH point AS (
    SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857) AS m,
           cos(radians(%(lat)s)) AS scale
), neighbourhood AS (
    SELECT n.id, n.name, n.district_id
    FROM point, addresses_neighbourhood_at(%(as_of)s) n
    WHERE ST_Intersects(n.geom_m, point.m) AND n.status = 'ACTIVE'
    ORDER BY n.id
    LIMIT 1
), polygon AS (
    SELECT d.id
    FROM point, addresses_district_at(%(as_of)s) d
    WHERE ST_Intersects(d.geom_m, point.m) AND d.status = 'ACTIVE'
    ORDER BY d.id
    LIMIT 1
), district AS (
    -- The neighbourhood knows its district; polygons of two levels may disagree at the edges.
    SELECT d.id, d.name, d.geom_m, p.name AS province, p.language
    FROM addresses_district_at(%(as_of)s) d
    JOIN addresses_province_at(%(as_of)s) p ON p.id = d.province_id
    WHERE d.id = coalesce((SELECT district_id FROM neighbourhood), (SELECT id FROM polygon))
), door AS (
    SELECT a.id, a.side_id, a.number, a.suffix, a.building_id, a.parcel_id,
           ST_Distance(a.geom_m, point.m) * point.scale AS metres
    FROM point, addresses_address_at(%(as_of)s) a
    WHERE ST_DWithin(a.geom_m, point.m, %(near_m)s / point.scale)
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY a.geom_m <-> point.m
    LIMIT 1
), street AS (
    SELECT s.id, s.name
    FROM point, addresses_street_at(%(as_of)s) s
    WHERE ST_DWithin(s.geom_m, point.m, %(near_m)s / point.scale) AND s.status = 'ACTIVE'
    ORDER BY s.geom_m <-> point.m
    LIMIT 1
), other AS (
    SELECT d.id
    FROM point, addresses_district_at(%(as_of)s) d
    WHERE ST_DWithin(d.geom_m, point.m, %(boundary_m)s / point.scale)
      AND d.status = 'ACTIVE' AND d.id <> (SELECT id FROM district)
    ORDER BY ST_Distance(d.geom_m, point.m)
    LIMIT 1
)
SELECT district.id AS district_id,
       district.name AS district,
       district.province,
       district.language,
       (SELECT id FROM polygon) AS polygon_district_id,
       neighbourhood.id AS neighbourhood_id,
       neighbourhood.name AS neighbourhood,
       door.id AS address_id,
       door.metres AS door_m,
       door.number,
       door.suffix,
       side.id AS side_id,
       side.neighbourhood_id AS door_neighbourhood_id,
       coalesce(door_street.id, street.id) AS street_id,
       coalesce(door_street.name, street.name) AS street,
       (SELECT b.id FROM addresses_building_at(%(as_of)s) b
        WHERE ST_Intersects(b.geom_m, point.m) AND b.status = 'ACTIVE'
        ORDER BY b.id LIMIT 1) AS building_id,
       (SELECT p.id FROM addresses_parcel_at(%(as_of)s) p
        WHERE ST_Intersects(p.geom_m, point.m) AND p.status = 'ACTIVE'
        ORDER BY p.id LIMIT 1) AS parcel_id,
       ST_Distance(ST_Boundary(district.geom_m), point.m) * point.scale AS boundary_m,
       (SELECT id FROM other) AS other_district_id
FROM point
LEFT JOIN district ON true
LEFT JOIN neighbourhood ON true
LEFT JOIN door ON true
LEFT JOIN addresses_streetside_at(%(as_of)s) side ON side.id = door.side_id
LEFT JOIN addresses_street_at(%(as_of)s) door_street ON door_street.id = side.street_id
LEFT JOIN street ON true
