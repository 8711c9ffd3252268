-- Kilometres of street, of every area.
-- Parameters: living: states of the register's records in force.
-- Columns: level (district, neighbourhood, street), area_id, km.
-- A street whose sides lie in several neighbourhoods is shared among them evenly.
-- Leans on no index: it reads the streets once.
WITH streets AS (
  SELECT id, district_id, ST_Length(geom::geography) / 1000 AS km
    FROM addresses_street WHERE status = ANY (%(living)s) AND geom IS NOT NULL),
sides AS (
  SELECT DISTINCT street_id, neighbourhood_id FROM addresses_streetside WHERE status = ANY (%(living)s)),
shares AS (SELECT street_id, count(*) AS n FROM sides GROUP BY 1)
SELECT 'street' AS level, id AS area_id, km FROM streets
UNION ALL
SELECT 'district', district_id, sum(km) FROM streets GROUP BY 2
UNION ALL
SELECT 'neighbourhood', s.neighbourhood_id, sum(t.km / h.n)
  FROM sides s JOIN shares h USING (street_id) JOIN streets t ON t.id = s.street_id GROUP BY 2
