-- Pairs of streets that meet: of those given, within some metres of each other.
-- Parameters: streets: ids; metres: in EPSG:3857 at the city's latitude; living: states in force.
-- Columns: one, other (one < other). Leans on the spatial index street_geom_m.
SELECT a.id AS one, b.id AS other
  FROM addresses_street a
  JOIN addresses_street b ON b.id > a.id AND ST_DWithin(a.geom_m, b.geom_m, %(metres)s)
 WHERE a.id = ANY (%(streets)s::bigint[]) AND b.id = ANY (%(streets)s::bigint[])
   AND a.status = ANY (%(living)s) AND b.status = ANY (%(living)s)
