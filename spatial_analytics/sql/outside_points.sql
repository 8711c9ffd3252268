-- The neighbourhood and district that points lie in; of a point on a boundary one of the two.
-- Parameters: lons, lats: degrees (EPSG:4326), in the same order.
-- Columns: at: the place in the lists, from 1; neighbourhood_id, district_id.
-- Leans on the spatial index of the neighbourhoods' `geom_m`.
SELECT p.at, nb.id AS neighbourhood_id, nb.district_id
  FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS p(lon, lat, at)
 CROSS JOIN LATERAL (
       SELECT n.id, n.district_id
         FROM addresses_neighbourhood n
        WHERE n.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
          AND ST_Covers(n.geom_m, ST_Transform(ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326), 3857))
        ORDER BY n.id
        LIMIT 1) nb
