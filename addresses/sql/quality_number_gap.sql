-- Purpose: numbers that come after a long gap on their side; odd and even numbers apart.
-- Parameters: neighbourhoods (ids; NULL: all), gap (how many numbers are missing).
-- Columns: those of every rule (see queries/quality.py); detail: after (the number before),
--   number.
-- Indexes: address by neighbourhood.
SELECT id AS entity_id, NULL::bigint AS other_id, neighbourhood_id, geom,
       jsonb_build_object('after', before, 'number', number) AS detail
FROM (
    SELECT a.id, a.neighbourhood_id, a.geom, a.number,
           lag(a.number) OVER (PARTITION BY a.side_id, a.number %% 2 ORDER BY a.number, a.id)
             AS before
    FROM addresses_address a
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
) door
WHERE number - before > %(gap)s
