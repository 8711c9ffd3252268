-- Cases per H3 cell of a coarser resolution, for the cells under one tile.
-- Parameters: lows, highs: ranges of resolution-10 indexes (see rules/hexes.py); resolution: of the
-- cells wanted; since: first instant; group: a type group or null; public_only: count only cases that
-- may be public; sensitive: count those of sensitive types too; minimum: cells with fewer cases are left out.
-- Columns: cell, cases. Leans on an index on cases_case (h3_10, opened_at).
SELECT (c.h3_10 & ~(15::bigint << 52)) | (%(resolution)s::bigint << 52)
         | ((1::bigint << (3 * (15 - %(resolution)s))) - 1) AS cell,
       count(*) AS cases
  FROM unnest(%(lows)s::bigint[], %(highs)s::bigint[]) AS r(low, high)
  JOIN cases_published_v1 c ON c.h3_10 BETWEEN r.low AND r.high
 WHERE c.opened_at >= %(since)s
   AND (NOT %(public_only)s OR c.public)
   AND (%(sensitive)s OR NOT c.sensitive)
   AND (%(group)s::bigint IS NULL OR c.type_group_id = %(group)s)
 GROUP BY 1
HAVING count(*) >= %(minimum)s
 ORDER BY 1
