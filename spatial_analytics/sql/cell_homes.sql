-- Residents and dwellings of some cells, of all that lies in them or of its part in one area.
-- Parameters: resolution; cells; district, neighbourhood: ids, null: any.
-- Columns: cell, residents, dwellings. Leans on the index cellhomes_cell.
SELECT h.cell, sum(h.residents) AS residents, sum(h.dwellings) AS dwellings
  FROM spatial_analytics_cellhomes h
 WHERE h.resolution = %(resolution)s AND h.cell = ANY (%(cells)s::bigint[])
   AND (%(district)s::bigint IS NULL OR h.district_id = %(district)s)
   AND (%(neighbourhood)s::bigint IS NULL OR h.neighbourhood_id = %(neighbourhood)s)
 GROUP BY 1
