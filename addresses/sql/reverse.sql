-- Purpose: what the register has at one point: areas by polygon, the nearest door, street and crossing,
--   the building and the parcel that hold it, and another district that is near.
-- Parameters: as_of (a day; NULL: now), lon, lat (degrees), near_m (how far a door or street may be),
--   crossing_m (how far a crossing), boundary_m (how far another district).
-- Columns: one row. Distances are metres: EPSG:3857 shortened by the cosine of the latitude, which
--   errs by less than one hundredth.
-- Indexes: GiST on geom_m of district, neighbourhood, address, street, building, parcel, and of the
--   histories of address and street: the nearest of each is taken before the two are joined.
WITH point AS MATERIALIZED (
    SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s::float, %(lat)s::float), 4326), 3857) AS m,
           cos(radians(%(lat)s::float)) AS scale
), neighbourhood AS MATERIALIZED (
    SELECT n.id, n.name, n.district_id
    FROM addresses_neighbourhood_at(%(as_of)s) n
    WHERE ST_Intersects(n.geom_m, (SELECT m FROM point)) AND n.status = 'ACTIVE'
    ORDER BY n.id
    LIMIT 1
), registered AS MATERIALIZED (
    -- The neighbourhood knows its district; whether its polygon agrees is asked beside.
    SELECT d.id,
           d.geom_m IS NOT NULL AND NOT ST_Intersects(d.geom_m, (SELECT m FROM point)) AS conflict
    FROM addresses_district_at(%(as_of)s) d
    WHERE d.id = (SELECT district_id FROM neighbourhood)
), polygon AS MATERIALIZED (
    SELECT d.id
    FROM addresses_district_at(%(as_of)s) d
    WHERE coalesce((SELECT conflict FROM registered), true)
      AND d.geom_m && (SELECT m FROM point)
      AND ST_Intersects(d.geom_m, (SELECT m FROM point)) AND d.status = 'ACTIVE'
    ORDER BY d.id
    LIMIT 1
), district AS MATERIALIZED (
    SELECT d.id, d.name, p.name AS province, p.language
    FROM addresses_district_at(%(as_of)s) d
    JOIN addresses_province_at(%(as_of)s) p ON p.id = d.province_id
    WHERE d.id = coalesce((SELECT id FROM registered), (SELECT id FROM polygon))
), door AS MATERIALIZED (
    SELECT near.*, near.away * point.scale AS metres
    FROM point, LATERAL (
        (SELECT a.id, a.side_id, a.number, a.suffix, a.building_id, a.parcel_id,
                a.geom_m <-> point.m AS away
         FROM addresses_address a
         WHERE (%(as_of)s::date IS NULL OR a.valid_from IS NULL OR a.valid_from <= %(as_of)s::date)
           AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
         ORDER BY a.geom_m <-> point.m
         LIMIT 1)
        UNION ALL
        (SELECT a.id, a.side_id, a.number, a.suffix, a.building_id, a.parcel_id,
                a.geom_m <-> point.m
         FROM addresses_address_history a
         WHERE %(as_of)s::date IS NOT NULL AND a.valid @> %(as_of)s::date
           AND ST_DWithin(a.geom_m, point.m, %(near_m)s::float / point.scale)
           AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
         ORDER BY a.geom_m <-> point.m
         LIMIT 1)
    ) near
    WHERE near.away <= %(near_m)s::float / point.scale
    ORDER BY near.away
    LIMIT 1
), streets AS MATERIALIZED (
    SELECT near.id, near.name, near.geom_m, near.away
    FROM point, LATERAL (
        (SELECT s.id, s.name, s.geom_m, s.geom_m <-> point.m AS away
         FROM addresses_street s
         WHERE (%(as_of)s::date IS NULL OR s.valid_from IS NULL OR s.valid_from <= %(as_of)s::date)
           AND ST_DWithin(s.geom_m, point.m, %(crossing_m)s::float / point.scale)
           AND s.status = 'ACTIVE'
         ORDER BY s.geom_m <-> point.m
         LIMIT 8)
        UNION ALL
        (SELECT s.id, s.name, s.geom_m, s.geom_m <-> point.m
         FROM addresses_street_history s
         WHERE %(as_of)s::date IS NOT NULL AND s.valid @> %(as_of)s::date
           AND ST_DWithin(s.geom_m, point.m, %(crossing_m)s::float / point.scale)
           AND s.status = 'ACTIVE'
         ORDER BY s.geom_m <-> point.m
         LIMIT 8)
    ) near
    ORDER BY near.away
    LIMIT 8
), street AS MATERIALIZED (
    SELECT streets.id, streets.name, streets.geom_m, streets.away * point.scale AS metres
    FROM point, streets
    WHERE streets.away <= %(near_m)s::float / point.scale
    ORDER BY streets.away
    LIMIT 1
), crossing AS MATERIALIZED (
    -- Streets whose lines meet, or end a few metres from each other.
    SELECT one.name AS first, other.name AS second, one.id AS first_id, other.id AS second_id,
           ST_Distance(place.m, point.m) * point.scale AS metres,
           ST_Transform(place.m, 4326) AS at
    FROM point
    CROSS JOIN streets one
    JOIN streets other ON other.id > one.id
        AND ST_DWithin(one.geom_m, other.geom_m, 5 / point.scale)
    CROSS JOIN LATERAL (
        SELECT ST_StartPoint(ST_ShortestLine(one.geom_m, other.geom_m)) AS m
    ) place
    WHERE ST_DWithin(place.m, point.m, %(crossing_m)s::float / point.scale)
    ORDER BY metres
    LIMIT 1
), facing AS MATERIALIZED (
    -- The side of the nearest street that the point lies on: left or right of the line's direction.
    SELECT CASE WHEN turn.z > 0 THEN 'L' ELSE 'R' END AS side
    FROM point, street, LATERAL (
        SELECT (part.geom) AS line, ST_LineLocatePoint(part.geom, point.m) AS at
        FROM ST_Dump(street.geom_m) part
        ORDER BY part.geom <-> point.m
        LIMIT 1
    ) nearest, LATERAL (
        SELECT ST_LineInterpolatePoint(nearest.line, greatest(nearest.at - 0.01, 0)) AS a,
               ST_LineInterpolatePoint(nearest.line, least(nearest.at + 0.01, 1)) AS b
    ) piece, LATERAL (
        SELECT (ST_X(piece.b) - ST_X(piece.a)) * (ST_Y(point.m) - ST_Y(piece.a))
             - (ST_Y(piece.b) - ST_Y(piece.a)) * (ST_X(point.m) - ST_X(piece.a)) AS z
    ) turn
    WHERE NOT EXISTS (SELECT FROM door)
), other AS MATERIALIZED (
    -- Neighbourhoods are small, outlines of districts are not: these are asked only without those.
    SELECT near.id, near.away * point.scale AS metres
    FROM point, LATERAL (
        SELECT n.district_id AS id, ST_Distance(n.geom_m, point.m) AS away
        FROM addresses_neighbourhood_at(%(as_of)s) n
        WHERE ST_DWithin(n.geom_m, (SELECT m FROM point),
                         (SELECT %(boundary_m)s::float / scale FROM point))
          AND n.status = 'ACTIVE' AND n.district_id <> (SELECT id FROM district)
        UNION ALL
        SELECT d.id, ST_Distance(d.geom_m, point.m)
        FROM addresses_district_at(%(as_of)s) d
        WHERE d.geom_m && ST_Expand(point.m, %(boundary_m)s::float / point.scale)
          AND d.status = 'ACTIVE' AND d.id <> (SELECT id FROM district)
          AND NOT EXISTS (
              SELECT FROM addresses_neighbourhood n
              WHERE n.district_id = d.id AND n.status = 'ACTIVE' AND n.geom_m IS NOT NULL)
          AND ST_DWithin(d.geom_m, point.m, %(boundary_m)s::float / point.scale)
    ) near
    ORDER BY near.away
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
       coalesce(side.id, facing_side.id) AS side_id,
       side.neighbourhood_id AS door_neighbourhood_id,
       coalesce(door_street.id, street.id) AS street_id,
       coalesce(door_street.name, street.name) AS street,
       street.metres AS street_m,
       (SELECT b.id FROM addresses_building_at(%(as_of)s) b
        WHERE ST_Intersects(b.geom_m, (SELECT m FROM point)) AND b.status = 'ACTIVE'
        ORDER BY b.id LIMIT 1) AS building_id,
       (SELECT p.id FROM addresses_parcel_at(%(as_of)s) p
        WHERE ST_Intersects(p.geom_m, (SELECT m FROM point)) AND p.status = 'ACTIVE'
        ORDER BY p.id LIMIT 1) AS parcel_id,
       ST_X(crossing.at) AS crossing_lon, ST_Y(crossing.at) AS crossing_lat,
       crossing.metres AS crossing_m, crossing.first AS crossing_first,
       crossing.second AS crossing_second, crossing.first_id AS crossing_first_id,
       crossing.second_id AS crossing_second_id,
       other.metres AS boundary_m,
       other.id AS other_district_id
FROM point
LEFT JOIN district ON true
LEFT JOIN neighbourhood ON true
LEFT JOIN door ON true
LEFT JOIN LATERAL (
    SELECT s.id, s.street_id, s.neighbourhood_id FROM addresses_streetside_at(%(as_of)s) s
    WHERE s.id = door.side_id LIMIT 1
) side ON true
LEFT JOIN LATERAL (
    SELECT s.id, s.name FROM addresses_street_at(%(as_of)s) s WHERE s.id = side.street_id LIMIT 1
) door_street ON true
LEFT JOIN street ON true
LEFT JOIN facing ON true
LEFT JOIN LATERAL (
    SELECT s.id FROM addresses_streetside_at(%(as_of)s) s
    WHERE s.street_id = street.id AND s.side IN (facing.side, 'B') AND s.status = 'ACTIVE'
    ORDER BY s.neighbourhood_id <> neighbourhood.id, s.side = 'B', s.id
    LIMIT 1
) facing_side ON true
LEFT JOIN crossing ON true
LEFT JOIN other ON true
