-- What lies in outlines, to give them a name.
-- Parameters: outlines: WKB in EPSG:4326; living: states of the register's records in force.
-- Columns: n (from 1), neighbourhood, district, neighbourhood_id, district_id (of the middle), buildings, streets (names, the longest
-- inside first, at most 8), street_count, landmark (the one nearest the middle, inside).
-- Leans on the spatial indexes over geom_m of buildings, streets and landmarks, and on that of neighbourhoods.
WITH given AS (
  SELECT n, g.geom, ST_Transform(g.geom, 3857) AS geom_m, ST_PointOnSurface(g.geom) AS middle
    FROM unnest(%(outlines)s::bytea[]) WITH ORDINALITY AS o(wkb, n),
         LATERAL (SELECT ST_SetSRID(ST_GeomFromWKB(o.wkb), 4326) AS geom) g)
SELECT g.n, hood.name AS neighbourhood, d.name AS district, hood.id AS neighbourhood_id, d.id AS district_id,
       (SELECT count(*) FROM addresses_building b
         WHERE b.geom_m && g.geom_m AND ST_Intersects(b.geom_m, g.geom_m) AND b.status = ANY (%(living)s)) AS buildings,
       coalesce(s.names, '{}') AS streets, coalesce(s.total, 0) AS street_count, l.name AS landmark
  FROM given g
  LEFT JOIN LATERAL (
    SELECT a.id, a.name, a.district_id FROM addresses_neighbourhood a
     WHERE ST_Intersects(a.geom, g.middle) AND a.status = ANY (%(living)s) LIMIT 1) hood ON true
  LEFT JOIN addresses_district d ON d.id = hood.district_id
  LEFT JOIN LATERAL (
    SELECT (array_agg(name ORDER BY metres DESC, name))[1:8] AS names, count(*) AS total
      FROM (SELECT t.name, sum(ST_Length(ST_Intersection(t.geom_m, g.geom_m))) AS metres
              FROM addresses_street t
             WHERE t.geom_m && g.geom_m AND ST_Intersects(t.geom_m, g.geom_m) AND t.status = ANY (%(living)s)
             GROUP BY 1) inside) s ON true
  LEFT JOIN LATERAL (
    SELECT m.name FROM addresses_landmark m
     WHERE m.geom_m && g.geom_m AND ST_Intersects(m.geom_m, g.geom_m) AND m.status = ANY (%(living)s)
     ORDER BY m.geom_m <-> ST_Transform(g.middle, 3857) LIMIT 1) l ON true
 ORDER BY g.n
