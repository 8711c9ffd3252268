-- Cases of one neighbourhood per H3 cell in some windows of days, from the cases themselves: they are few.
-- Parameters: as density_counts.sql, without roll-ups and days; neighbourhood: an id; lows, highs: ranges of
-- resolution-10 indexes.
-- Columns: slot, cell, cases. Leans on the index case_neighbourhood below the view cases_published_v1.
SELECT w.slot,
       (c.h3_10 & ~(15::bigint << 52)) | (%(resolution)s::bigint << 52)
         | ((1::bigint << (3 * (15 - %(resolution)s))) - 1) AS cell,
       count(*)::int AS cases
  FROM unnest(%(slots)s::int[], %(begins)s::date[], %(ends)s::date[]) AS w(slot, first, last)
  JOIN cases_published_v1 c
    ON c.neighbourhood_id = %(neighbourhood)s
   AND c.opened_at >= w.first::timestamp AT TIME ZONE %(zone)s
   AND c.opened_at < (w.last + 1)::timestamp AT TIME ZONE %(zone)s
  LEFT JOIN cases_requesttype t ON t.id = c.request_type_id
 WHERE EXISTS (SELECT 1 FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
                WHERE c.h3_10 BETWEEN r.low AND r.high)
   AND (NOT %(public_only)s OR c.public)
   AND (%(sensitive)s OR NOT c.sensitive)
   AND (%(type_group)s::bigint IS NULL OR c.type_group_id = %(type_group)s)
   AND (%(type)s::text IS NULL OR t.code = %(type)s)
   AND (%(organisation)s::bigint IS NULL OR c.organisation_id = %(organisation)s)
   AND (%(channel)s::bigint IS NULL OR c.channel_id = %(channel)s)
   AND (%(district)s::bigint IS NULL OR c.district_id = %(district)s)
 GROUP BY 1, 2
HAVING count(*) >= %(minimum)s
 ORDER BY 1, 2
