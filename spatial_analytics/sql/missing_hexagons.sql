-- Cells of the counts, at every resolution that a map shows, that have no outline yet.
-- Parameters: resolutions; since: first month that is looked at (null: all).
-- Columns: cell.
-- Leans on the unique indexes densityrollup_key and densityday_key and on the primary key of the outlines.
SELECT c.cell
  FROM (SELECT DISTINCT (k.cell & ~(15::bigint << 52)) | (r.resolution::bigint << 52)
                 | ((1::bigint << (3 * (15 - r.resolution))) - 1) AS cell
          FROM (SELECT DISTINCT cell FROM spatial_analytics_densityrollup
                 WHERE resolution = 10 AND facet = 'A' AND span = 'M' AND value = 0
                   AND (%(since)s::date IS NULL OR starts >= %(since)s)) k
         CROSS JOIN unnest(%(resolutions)s::int[]) AS r(resolution)) c
 WHERE NOT EXISTS (SELECT 1 FROM spatial_analytics_hexagon h WHERE h.cell = c.cell)
 ORDER BY 1
