-- Cases per H3 cell in some windows of days, from the kept counts and from what is not folded into them yet:
-- one statement, so that a fold that commits meanwhile changes nothing.
-- Parameters: resolution: of the cells wanted; zone: the city's time zone.
-- slots, begins, ends: the windows. rollup_*: what is read of the roll-ups, day_*: of the table of days (see
-- rules/rollups.py). range_*: ranges of indexes by resolution. value: the facet's value where that is not the type.
-- type_group, type: a group's id, a type's code; organisation, channel, district, neighbourhood: ids; null: any.
-- public_only: count only cases that may be public; sensitive: count those of sensitive types too;
-- minimum: counts under it are left out.
-- Columns: slot, cell, cases. Leans on the unique indexes densityrollup_key and densityday_key and on the index
-- densitychange_cell.
WITH types AS MATERIALIZED (
  SELECT '+' AS whose, id, 1 AS sign
    FROM (SELECT id, group_id, code, sensitive FROM cases_requesttype
          UNION ALL SELECT 0, NULL, NULL, false) t
   WHERE (%(type_group)s::bigint IS NULL OR group_id = %(type_group)s)
     AND (%(type)s::text IS NULL OR code = %(type)s)
     AND (%(sensitive)s OR NOT sensitive)
  UNION ALL
  SELECT '-', id, -1 FROM cases_requesttype WHERE sensitive AND NOT %(sensitive)s),
ranges AS MATERIALIZED (
  SELECT * FROM unnest(%(range_resolutions)s::int[], %(range_lows)s::bigint[], %(range_highs)s::bigint[])
    AS r(resolution, low, high)),
found AS (
  SELECT p.slot, u.cell, coalesce(y.sign, 1) * u.n AS n
    FROM unnest(%(rollup_slots)s::int[], %(rollup_resolutions)s::int[], %(rollup_facets)s::text[],
                %(rollup_spans)s::text[], %(rollup_starts)s::date[], %(rollup_whose)s::text[])
      AS p(slot, resolution, facet, span, starts, whose)
    LEFT JOIN types y ON y.whose = p.whose
    JOIN ranges g ON g.resolution = p.resolution
    CROSS JOIN LATERAL (
      SELECT k.cell, k.n FROM spatial_analytics_densityrollup k
       WHERE k.resolution = p.resolution::smallint AND k.facet = p.facet::"char"
         AND k.span = p.span::"char" AND k.value = coalesce(y.id, %(value)s::int)::int
         AND k.starts = p.starts AND k.cell BETWEEN g.low AND g.high
         AND (NOT %(public_only)s OR k.public)
      OFFSET 0) u
   WHERE p.whose = '' OR y.id IS NOT NULL
  UNION ALL
  SELECT p.slot, u.cell, y.sign * u.n
    FROM unnest(%(day_slots)s::int[], %(day_months)s::date[], %(day_firsts)s::date[],
                %(day_lasts)s::date[], %(day_whose)s::text[]) AS p(slot, month, first, last, whose)
    JOIN types y ON y.whose = p.whose
    JOIN ranges g ON g.resolution = 10
    CROSS JOIN LATERAL (
      SELECT d.cell, d.n FROM spatial_analytics_densityday d
       WHERE d.month = p.month AND d.request_type_id = y.id::int
         AND d.cell BETWEEN g.low AND g.high AND d.day BETWEEN p.first AND p.last
         AND (%(organisation)s::int IS NULL OR d.organisation_id = %(organisation)s)
         AND (%(channel)s::int IS NULL OR d.channel_id = %(channel)s)
         AND (%(district)s::int IS NULL OR d.district_id = %(district)s)
         AND (%(neighbourhood)s::int IS NULL OR d.neighbourhood_id = %(neighbourhood)s)
         AND (NOT %(public_only)s OR d.public)
      OFFSET 0) u
  UNION ALL
  SELECT w.slot, c.cell, c.n
    FROM ranges g
    CROSS JOIN LATERAL (
      SELECT * FROM spatial_analytics_densitychange WHERE cell BETWEEN g.low AND g.high OFFSET 0) c
    JOIN unnest(%(slots)s::int[], %(begins)s::date[], %(ends)s::date[]) AS w(slot, first, last)
      ON (c.opened_at AT TIME ZONE %(zone)s)::date BETWEEN w.first AND w.last
    JOIN types y ON y.whose = '+' AND y.id = c.request_type_id
   WHERE g.resolution = 10
     AND (%(organisation)s::int IS NULL OR c.organisation_id = %(organisation)s)
     AND (%(channel)s::int IS NULL OR c.channel_id = %(channel)s)
     AND (%(district)s::int IS NULL OR c.district_id = %(district)s)
     AND (%(neighbourhood)s::int IS NULL OR c.neighbourhood_id = %(neighbourhood)s)
     AND (NOT %(public_only)s OR c.public))
SELECT slot,
       (cell & ~(15::bigint << 52)) | (%(resolution)s::bigint << 52)
         | ((1::bigint << (3 * (15 - %(resolution)s))) - 1) AS cell,
       sum(n)::int AS cases
  FROM found
 GROUP BY 1, 2
HAVING sum(n) >= %(minimum)s
 ORDER BY 1, 2
