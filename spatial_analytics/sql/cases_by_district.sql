-- Cases opened in a period, and residents, of every district in force.
-- Parameters: begin, end: first and last local day; zone: the city's time zone; group: a type group or
-- null; public_only: count only cases that may be public; sensitive: count those of
-- sensitive types too.
-- Columns: id, name, district, population (null: not known), cases.
-- Leans on the index case_opened below the view cases_published_v1.
-- A district whose own population is not known has the sum of its neighbourhoods'.
SELECT a.id, a.name, a.name AS district, coalesce(a.population, p.population) AS population,
       coalesce(n.cases, 0) AS cases
  FROM addresses_district a
  LEFT JOIN (
    SELECT district_id, sum(population)::bigint AS population
      FROM addresses_neighbourhood
     WHERE status = 'ACTIVE'
     GROUP BY 1) p ON p.district_id = a.id
  LEFT JOIN (
    SELECT district_id AS area, count(*) AS cases
      FROM cases_published_v1
     WHERE opened_at >= %(begin)s::date::timestamp AT TIME ZONE %(zone)s
       AND opened_at < (%(end)s::date + 1)::timestamp AT TIME ZONE %(zone)s
       AND (NOT %(public_only)s OR public)
       AND (%(sensitive)s OR NOT sensitive)
       AND (%(group)s::bigint IS NULL OR type_group_id = %(group)s)
     GROUP BY 1) n ON n.area = a.id
 WHERE a.status = 'ACTIVE' AND a.geom IS NOT NULL
 ORDER BY district, a.name, a.id
