-- One kind of roll-up anew, from the new table of days.
-- Parameters: facet, span, resolution. The same sums as fold_density.sql makes.
INSERT INTO density_fresh_rollup (resolution, facet, span, value, starts, cell, public, n)
SELECT %(resolution)s, %(facet)s::"char", %(span)s::"char",
       CASE %(facet)s WHEN 'A' THEN 0 WHEN 'T' THEN request_type_id WHEN 'O' THEN organisation_id
                      WHEN 'C' THEN channel_id WHEN 'D' THEN district_id
                      WHEN 'N' THEN neighbourhood_id END,
       CASE %(span)s WHEN 'M' THEN month ELSE day END,
       (cell & ~(15::bigint << 52)) | (%(resolution)s::bigint << 52)
         | ((1::bigint << (3 * (15 - %(resolution)s))) - 1),
       public, sum(n)
  FROM density_fresh_day
 GROUP BY 4, 5, 6, 7
 ORDER BY 4, 5, 6
