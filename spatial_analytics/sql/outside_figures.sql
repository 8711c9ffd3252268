-- Values that others brought in, put together by what is asked.
-- Parameters: indicator: its id; level: of its values; together: sum, mean, weighted or last; begin, until: the
--   first days of the periods that count lie between them; time: what date_trunc takes, weekday, or NULL;
--   by_district, by_neighbourhood, by_street, by_organisation, by_department, by_category: what is told apart;
--   districts, neighbourhoods, streets, organisations, departments, categories: filters, or NULL.
-- Columns: district, neighbourhood, street, organisation, department, category, day, weekday: NULL where not told apart;
--   whole: of everything; value; n: how many values it rests on.
-- Leans on outside_value_once.
WITH placed AS (
    SELECT v.key, v.begin, v.category AS kind, v.value, v.weight,
           CASE %(level)s WHEN 'district' THEN v.key
                          WHEN 'neighbourhood' THEN nb.district_id
                          WHEN 'street' THEN st.district_id END AS district_id,
           CASE %(level)s WHEN 'organisation' THEN v.key WHEN 'department' THEN dp.organisation_id END AS organisation_id
      FROM spatial_analytics_outsidevalue v
      LEFT JOIN addresses_neighbourhood nb ON %(level)s = 'neighbourhood' AND nb.id = v.key
      LEFT JOIN addresses_street st ON %(level)s = 'street' AND st.id = v.key
      LEFT JOIN accounts_department dp ON %(level)s = 'department' AND dp.id = v.key
     WHERE v.indicator_id = %(indicator)s AND v.replaced_by_id IS NULL
       AND v.begin BETWEEN %(begin)s AND %(until)s
), told AS (
    SELECT CASE WHEN %(by_district)s THEN district_id END AS district,
           CASE WHEN %(by_neighbourhood)s THEN key END AS neighbourhood,
           CASE WHEN %(by_street)s THEN key END AS street,
           CASE WHEN %(by_organisation)s THEN organisation_id END AS organisation,
           CASE WHEN %(by_department)s THEN key END AS department,
           CASE WHEN %(by_category)s THEN kind END AS category,
           CASE WHEN %(time)s <> 'weekday' THEN date_trunc(%(time)s, begin)::date END AS day,
           CASE WHEN %(time)s = 'weekday' THEN extract(isodow FROM begin)::int END AS weekday,
           key, kind, begin, value, weight
      FROM placed
     WHERE (%(districts)s::bigint[] IS NULL OR district_id = ANY(%(districts)s::bigint[]))
       AND (%(neighbourhoods)s::bigint[] IS NULL OR key = ANY(%(neighbourhoods)s::bigint[]))
       AND (%(streets)s::bigint[] IS NULL OR key = ANY(%(streets)s::bigint[]))
       AND (%(organisations)s::bigint[] IS NULL OR organisation_id = ANY(%(organisations)s::bigint[]))
       AND (%(departments)s::bigint[] IS NULL OR key = ANY(%(departments)s::bigint[]))
       AND (%(categories)s::text[] IS NULL OR kind = ANY(%(categories)s::text[]))
), counted AS (
    SELECT *, %(together)s <> 'last'
              OR row_number() OVER (PARTITION BY key, kind, day, weekday ORDER BY begin DESC) = 1 AS counts
      FROM told
)
SELECT district, neighbourhood, street, organisation, department, category, day, weekday,
       GROUPING(district, neighbourhood, street, organisation, department, category, day, weekday) > 0 AS whole,
       CASE %(together)s WHEN 'mean' THEN avg(value)
                         WHEN 'weighted' THEN sum(value * weight) / nullif(sum(weight), 0)
                         ELSE sum(value) END AS value,
       count(*) AS n
  FROM counted
 WHERE counts
 GROUP BY GROUPING SETS ((district, neighbourhood, street, organisation, department, category, day, weekday), ())
