-- The neighbourhood and district in which most dwellings of a cell lie.
-- Parameters: resolution; cells.
-- Columns: cell, area, district. Leans on the index cellhomes_cell.
SELECT DISTINCT ON (h.cell) h.cell, n.name AS area, d.name AS district
  FROM spatial_analytics_cellhomes h
  JOIN addresses_neighbourhood n ON n.id = h.neighbourhood_id
  JOIN addresses_district d ON d.id = n.district_id
 WHERE h.resolution = %(resolution)s AND h.cell = ANY (%(cells)s::bigint[])
 ORDER BY h.cell, h.dwellings DESC, n.id
