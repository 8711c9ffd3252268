-- Adds a share of the log of changes to the counts and takes it out of the log.
-- Parameters: zone: the city's time zone; share: rows of the log at most; facets, spans, resolutions: the kinds
-- of roll-ups that are kept.
-- Columns: changes (rows taken from the log), oldest (the first month that they changed; null: none).
-- Leans on the primary key of the log and the unique indexes densityday_key and densityrollup_key.
-- What another transaction has written and not committed is not seen, and stays for the next time.
WITH taken AS (
  DELETE FROM spatial_analytics_densitychange
   WHERE id IN (SELECT id FROM spatial_analytics_densitychange ORDER BY id LIMIT %(share)s)
  RETURNING (opened_at AT TIME ZONE %(zone)s)::date AS day, cell, request_type_id, organisation_id,
            channel_id, district_id, neighbourhood_id, public, n),
delta AS MATERIALIZED (
  SELECT date_trunc('month', day)::date AS month, day, cell, request_type_id, organisation_id, channel_id,
         district_id, neighbourhood_id, public, sum(n)::int AS n
    FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0),
added AS (
  INSERT INTO spatial_analytics_densityday AS d
    (month, day, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n)
  SELECT month, day, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n
    FROM delta ORDER BY month, request_type_id, cell, day
  ON CONFLICT (month, request_type_id, cell, day, organisation_id, channel_id, district_id, neighbourhood_id, public)
  DO UPDATE SET n = d.n + excluded.n),
rolled AS (
  INSERT INTO spatial_analytics_densityrollup AS r
    (resolution, facet, span, value, starts, cell, public, n)
  SELECT k.resolution, k.facet, k.span,
         CASE k.facet WHEN 'A' THEN 0 WHEN 'T' THEN request_type_id WHEN 'O' THEN organisation_id
                      WHEN 'C' THEN channel_id WHEN 'D' THEN district_id
                      WHEN 'N' THEN neighbourhood_id END,
         CASE k.span WHEN 'M' THEN month ELSE day END,
         (cell & ~(15::bigint << 52)) | (k.resolution::bigint << 52)
           | ((1::bigint << (3 * (15 - k.resolution))) - 1),
         public, sum(n)::int
    FROM delta
   CROSS JOIN unnest(%(facets)s::text[]::"char"[], %(spans)s::text[]::"char"[],
                     %(resolutions)s::smallint[]) AS k(facet, span, resolution)
   GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0
   ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (resolution, facet, span, value, starts, cell, public)
  DO UPDATE SET n = r.n + excluded.n)
SELECT count(*) AS changes, (SELECT min(month) FROM delta) AS oldest FROM taken
