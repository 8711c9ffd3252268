-- Dwellings and residents at every living door.
-- Parameters: living: states of the register's records in force.
-- Columns: lon, lat (EPSG:4326), district_id, neighbourhood_id, street_id, dwellings, residents.
-- A door has as many dwellings as units; a building without units has those that it says, spread over its doors. A
-- neighbourhood's residents are spread evenly over its dwellings; where none is known, over its doors.
-- Leans on no index: it reads the register once.
WITH doors AS (
  SELECT a.id, a.geom, a.neighbourhood_id, a.side_id, a.building_id,
         (SELECT count(*) FROM addresses_unit u WHERE u.address_id = a.id AND u.status = ANY (%(living)s)) AS units
    FROM addresses_address a
   WHERE a.status = ANY (%(living)s)),
buildings AS (
  SELECT building_id, sum(units) AS units, count(*) AS doors
    FROM doors WHERE building_id IS NOT NULL GROUP BY 1),
homes AS (
  SELECT d.id, d.geom, d.neighbourhood_id, d.side_id,
         CASE WHEN d.units > 0 OR coalesce(b.units, 0) > 0 THEN d.units
              ELSE coalesce(h.dwellings::float8 / b.doors, 0) END AS dwellings
    FROM doors d
    LEFT JOIN buildings b ON b.building_id = d.building_id
    LEFT JOIN addresses_building h ON h.id = d.building_id),
areas AS (
  SELECT h.neighbourhood_id, sum(h.dwellings) AS dwellings, count(*) AS doors FROM homes h GROUP BY 1)
SELECT ST_X(h.geom) AS lon, ST_Y(h.geom) AS lat, n.district_id, h.neighbourhood_id, side.street_id,
       h.dwellings::float8 AS dwellings,
       (coalesce(n.population, 0)
         * CASE WHEN s.dwellings > 0 THEN h.dwellings / s.dwellings ELSE 1.0 / s.doors END)::float8 AS residents
  FROM homes h
  JOIN areas s ON s.neighbourhood_id = h.neighbourhood_id
  JOIN addresses_streetside side ON side.id = h.side_id
  JOIN addresses_neighbourhood n ON n.id = h.neighbourhood_id
 ORDER BY h.id
