-- Cells of one forecast under one tile.
-- Parameters: run; lows, highs: ranges of indexes at the run's resolution; edge: greatest rank_share.
-- Columns: h3, expected, p_any, lower, upper, rank_share. Leans on the unique index hotspotcell_once.
SELECT c.h3, c.expected, c.p_any, c.lower, c.upper, c.rank_share
  FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
  JOIN spatial_analytics_hotspotcell c ON c.run_id = %(run)s AND c.h3 BETWEEN r.low AND r.high
 WHERE c.rank_share <= %(edge)s
 ORDER BY c.h3
