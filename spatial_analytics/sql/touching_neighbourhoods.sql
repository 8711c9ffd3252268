-- Pairs of neighbourhoods that share a border, give or take fifty metres.
-- Parameters: living: states in force.
-- Columns: one, other (one < other). Leans on the spatial index over geom.
SELECT a.id AS one, b.id AS other
  FROM addresses_neighbourhood a
  JOIN addresses_neighbourhood b ON b.id > a.id AND ST_DWithin(a.geom, b.geom, 0.0005)
 WHERE a.status = ANY (%(living)s) AND b.status = ANY (%(living)s)
