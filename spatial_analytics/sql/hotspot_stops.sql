-- The least value of one figure among the best shares of the cells of a forecast.
-- Parameters: run, weeks; shown (expected, p_unusual, distinct, per_100 or happened); shares (numbers, ascending);
--   dwellings: of fewer no rate is told.
-- Columns: least, one value for each share, null where no cell has the figure.
-- Index: the cells of a run.
SELECT percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY value DESC) AS least
FROM (
    SELECT CASE %(shown)s
        WHEN 'p_unusual' THEN p_unusual
        WHEN 'distinct' THEN "distinct"
        WHEN 'happened' THEN happened
        WHEN 'per_100' THEN CASE WHEN dwellings >= %(dwellings)s THEN 100 * expected / dwellings END
        ELSE expected
    END AS value
    FROM spatial_analytics_hotspotcell
    WHERE run_id = %(run)s AND weeks = %(weeks)s
) AS cells
WHERE value IS NOT NULL
