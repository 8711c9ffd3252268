-- Cells of one forecast under one tile.
-- Parameters: run; weeks: length of the time forecast; lows, highs: ranges of indexes at the run's resolution; edge:
-- greatest rank_share.
-- Columns: h3, expected, usual, distinct_expected, dwellings, p_any, p_unusual, lower, upper, rank_share, happened, emerging. Leans on the
-- unique index hotspotcell_once.
SELECT c.h3, c.expected, c.usual, c."distinct" AS distinct_expected, c.dwellings, c.p_any, c.p_unusual, c.lower, c.upper,
       c.rank_share, c.happened, c.emerging
  FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
  JOIN spatial_analytics_hotspotcell c
    ON c.run_id = %(run)s AND c.weeks = %(weeks)s AND c.h3 BETWEEN r.low AND r.high
 WHERE c.rank_share <= %(edge)s
 ORDER BY c.h3
