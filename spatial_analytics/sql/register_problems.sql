-- Open problems of the address register, and its doors, as they are now.
-- Parameters: by_district, by_neighbourhood, by_rule: what is told apart;
--   districts, neighbourhoods, rules: filters, or NULL.
-- Columns: district, neighbourhood, rule: NULL where not told apart; whole: of everything; problems; doors: in the
--   places counted, also where nothing is wrong.
-- Leans on quality_open_by_area and the doors' index by neighbourhood.
WITH doors AS (
    SELECT a.neighbourhood_id, nb.district_id, count(*) AS n
      FROM addresses_address a
      JOIN addresses_neighbourhood nb ON nb.id = a.neighbourhood_id
     WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
     GROUP BY 1, 2
), problems AS (
    SELECT f.neighbourhood_id, f.district_id, f.rule, count(*) AS n
      FROM addresses_qualityfinding f
     WHERE f.resolved_at IS NULL AND f.accepted_at IS NULL
       AND (%(rules)s::text[] IS NULL OR f.rule = ANY(%(rules)s::text[]))
     GROUP BY 1, 2, 3
), told AS (
    SELECT CASE WHEN %(by_district)s THEN district_id END AS district,
           CASE WHEN %(by_neighbourhood)s THEN neighbourhood_id END AS neighbourhood,
           CASE WHEN %(by_rule)s THEN rule END AS rule, problems, doors
      FROM (SELECT neighbourhood_id, district_id, rule, n AS problems, 0 AS doors FROM problems
            UNION ALL
            SELECT neighbourhood_id, district_id, NULL, 0, n FROM doors) both_of_them
     WHERE (%(districts)s::bigint[] IS NULL OR district_id = ANY(%(districts)s::bigint[]))
       AND (%(neighbourhoods)s::bigint[] IS NULL OR neighbourhood_id = ANY(%(neighbourhoods)s::bigint[]))
)
SELECT district, neighbourhood, rule, GROUPING(district, neighbourhood, rule) > 0 AS whole,
       sum(problems)::bigint AS problems, sum(doors)::bigint AS doors
  FROM told
 GROUP BY GROUPING SETS ((district, neighbourhood, rule), ())
