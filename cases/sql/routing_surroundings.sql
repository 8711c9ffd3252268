-- Purpose: what routing asks of the places of cases: their areas as the register has them today, the
--   drawn areas around them, whose assets they are, and what lies behind the boundaries that are near.
-- Parameters: ids, lons, lats (degrees, NULL without a point), bare (a bare point: the outlines decide
--   its areas), addresses, buildings, parcels, streets, neighbourhoods, districts (ids or NULL): one
--   entry per case; day: whose drawn areas hold; near_m: how far a boundary is looked for;
--   drawn: whether there are drawn areas at all.
-- Columns: id, neighbourhood_id, district_id; owners (words of the register), areas and near (JSON lists).
--   Distances are metres: EPSG:3857 shortened by the cosine of the latitude.
-- Indexes: GiST on geom_m of district, neighbourhood and routing area.
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(lons)s::float8[], %(lats)s::float8[], %(bare)s::bool[],
        %(addresses)s::bigint[], %(buildings)s::bigint[], %(parcels)s::bigint[],
        %(streets)s::bigint[], %(neighbourhoods)s::bigint[], %(districts)s::bigint[]
    ) AS a(id, lon, lat, bare, address, building, parcel, street, neighbourhood, district)
), point AS MATERIALIZED (
    SELECT a.*, ST_Transform(ST_SetSRID(ST_MakePoint(a.lon, a.lat), 4326), 3857) AS m,
           cos(radians(a.lat)) AS scale
    FROM asked a
), placed AS MATERIALIZED (
    SELECT p.*,
           CASE WHEN p.address IS NOT NULL THEN door.neighbourhood_id
                WHEN p.bare THEN outline.id ELSE p.neighbourhood END AS n_id,
           CASE WHEN p.address IS NOT NULL THEN door.district_id
                WHEN p.bare THEN coalesce(outline.district_id, lone.id) ELSE p.district END AS d_id
    FROM point p
    LEFT JOIN LATERAL (
        SELECT s.neighbourhood_id, n.district_id
        FROM addresses_address a
        JOIN addresses_streetside s ON s.id = a.side_id
        JOIN addresses_neighbourhood n ON n.id = s.neighbourhood_id
        WHERE a.id = p.address
    ) door ON true
    LEFT JOIN LATERAL (
        SELECT n.id, n.district_id FROM addresses_neighbourhood n
        WHERE p.bare AND p.address IS NULL AND n.status = 'ACTIVE' AND ST_Intersects(n.geom_m, p.m)
        ORDER BY n.id LIMIT 1
    ) outline ON true
    LEFT JOIN LATERAL (
        SELECT d.id FROM addresses_district d
        WHERE p.bare AND p.address IS NULL AND outline.id IS NULL AND d.status = 'ACTIVE'
          AND ST_Intersects(d.geom_m, p.m)
        ORDER BY d.id LIMIT 1
    ) lone ON true
)
SELECT p.id, p.n_id AS neighbourhood_id, p.d_id AS district_id,
       ARRAY(SELECT x.owner FROM (
           SELECT b.identifiers ->> 'owner' AS owner FROM addresses_building b WHERE b.id = p.building
           UNION SELECT l.identifiers ->> 'owner' FROM addresses_parcel l WHERE l.id = p.parcel
           UNION SELECT s.identifiers ->> 'owner' FROM addresses_street s WHERE s.id = p.street
       ) x WHERE x.owner IS NOT NULL) AS owners,
       drawn.areas::text AS areas, others.near::text AS near
FROM placed p
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
               'key', a.name_key, 'owner', a.owner, 'inside', ST_Intersects(a.geom_m, p.m),
               'm', ST_Distance(ST_Boundary(a.geom_m), p.m) * p.scale) ORDER BY a.id) AS areas
    FROM cases_routingarea a
    WHERE %(drawn)s::bool AND ST_DWithin(a.geom_m, p.m, %(near_m)s::float8 / p.scale)
      AND (a.valid_from IS NULL OR a.valid_from <= %(day)s::date)
      AND (a.valid_to IS NULL OR a.valid_to > %(day)s::date)
) drawn ON true
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('n', o.n, 'd', o.d, 'm', o.away * p.scale) ORDER BY o.away)
               AS near
    FROM (
        SELECT n.id AS n, n.district_id AS d, ST_Distance(n.geom_m, p.m) AS away
        FROM addresses_neighbourhood n
        WHERE p.bare AND p.address IS NULL AND n.status = 'ACTIVE'
          AND n.id IS DISTINCT FROM p.n_id
          AND ST_DWithin(n.geom_m, p.m, %(near_m)s::float8 / p.scale)
        UNION ALL
        -- Districts that have no outlined neighbourhoods.
        SELECT NULL, d.id, ST_Distance(d.geom_m, p.m)
        FROM addresses_district d
        WHERE p.bare AND p.address IS NULL AND d.status = 'ACTIVE' AND d.id IS DISTINCT FROM p.d_id
          AND d.geom_m && ST_Expand(p.m, %(near_m)s::float8 / p.scale)
          AND NOT EXISTS (SELECT FROM addresses_neighbourhood n
                          WHERE n.district_id = d.id AND n.status = 'ACTIVE'
                            AND n.geom_m IS NOT NULL)
          AND ST_DWithin(d.geom_m, p.m, %(near_m)s::float8 / p.scale)
        ORDER BY away LIMIT 6
    ) o
) others ON true
