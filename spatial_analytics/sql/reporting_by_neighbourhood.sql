-- Requests, dwellings and different reporters of every neighbourhood since a moment.
-- Parameters: since.
-- Columns: name, district, cases, named (links of cases to their own reporters), reporters (different ones), dwellings.
-- Leans on the index case_opened; reads the cases of the time once.
WITH counted AS (
  SELECT c.neighbourhood_id, count(DISTINCT c.id) AS cases, count(r.id) AS named, count(DISTINCT r.reporter_id) AS reporters
    FROM cases_case c
    LEFT JOIN cases_casereporter r ON r.case_id = c.id AND NOT r.follows AND r.merged_from_id IS NULL
   WHERE c.opened_at >= %(since)s AND c.neighbourhood_id IS NOT NULL
   GROUP BY 1),
homes AS (
  SELECT neighbourhood_id, sum(dwellings) AS dwellings
    FROM spatial_analytics_cellhomes
   WHERE resolution = (SELECT min(resolution) FROM spatial_analytics_cellhomes) GROUP BY 1)
SELECT n.name, d.name AS district, coalesce(c.cases, 0) AS cases, coalesce(c.named, 0) AS named,
       coalesce(c.reporters, 0) AS reporters, coalesce(h.dwellings, 0) AS dwellings
  FROM addresses_neighbourhood n
  JOIN addresses_district d ON d.id = n.district_id
  LEFT JOIN counted c ON c.neighbourhood_id = n.id
  LEFT JOIN homes h ON h.neighbourhood_id = n.id
 WHERE n.status = 'ACTIVE'
 ORDER BY d.name, n.name
