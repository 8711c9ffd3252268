-- Open cases, and those that came in since %(since)s, at whose point a change set moves boundaries,
-- with the areas before and after it.
--
-- Run while the set %(change_set)s is applied: what it ended stands in the history, what it made in
-- the tables. At most %(limit)s cases, open ones first. Only a case inside an area that changed can
-- change hands, so the others are not looked at.
WITH changed AS (
    SELECT geom_m FROM addresses_neighbourhood WHERE change_set_id = %(change_set)s
    UNION ALL SELECT geom_m FROM addresses_neighbourhood_history WHERE ended_by_id = %(change_set)s
    UNION ALL SELECT geom_m FROM addresses_district WHERE change_set_id = %(change_set)s
    UNION ALL SELECT geom_m FROM addresses_district_history WHERE ended_by_id = %(change_set)s
),
looked_at AS MATERIALIZED (
    SELECT c.id, c.geom_m, c.request_type_id, c.channel_id, c.kind, c.opened_at, c.answers,
           c.state = ANY(%(states)s) AS open, c.opened_at >= %(since)s AS of_the_year
      FROM cases_case c
     WHERE (c.state = ANY(%(states)s) OR c.opened_at >= %(since)s)
       AND EXISTS (SELECT 1 FROM changed x WHERE ST_Intersects(x.geom_m, c.geom_m))
     ORDER BY open DESC, c.id
     LIMIT %(limit)s
)
SELECT c.request_type_id, t.group_id, c.channel_id, c.kind, c.opened_at, c.answers::text AS answers, c.open, c.of_the_year,
       n_before.id AS neighbourhood_before, n_after.id AS neighbourhood_after,
       -- As for any point: the neighbourhood knows its district, else the district's outline says.
       coalesce(n_before.district_id, d_before.id) AS district_before,
       coalesce(n_after.district_id, d_after.id) AS district_after
  FROM looked_at c
  LEFT JOIN cases_requesttype t ON t.id = c.request_type_id
  LEFT JOIN LATERAL (
    SELECT b.id, b.district_id FROM (
        SELECT h.id, h.district_id, h.geom_m FROM addresses_neighbourhood_history h
         WHERE h.ended_by_id = %(change_set)s AND h.status = ANY(%(living)s)
        UNION ALL
        SELECT n.id, n.district_id, n.geom_m FROM addresses_neighbourhood n
         WHERE n.change_set_id <> %(change_set)s AND n.status = ANY(%(living)s)
    ) b WHERE ST_Intersects(b.geom_m, c.geom_m) ORDER BY b.id LIMIT 1) n_before ON true
  LEFT JOIN LATERAL (
    SELECT n.id, n.district_id FROM addresses_neighbourhood n
     WHERE n.status = ANY(%(living)s) AND ST_Intersects(n.geom_m, c.geom_m)
     ORDER BY n.id LIMIT 1) n_after ON true
  LEFT JOIN LATERAL (
    SELECT b.id FROM (
        SELECT h.id, h.geom_m FROM addresses_district_history h
         WHERE h.ended_by_id = %(change_set)s AND h.status = ANY(%(living)s)
        UNION ALL
        SELECT d.id, d.geom_m FROM addresses_district d
         WHERE d.change_set_id <> %(change_set)s AND d.status = ANY(%(living)s)
    ) b WHERE ST_Intersects(b.geom_m, c.geom_m) ORDER BY b.id LIMIT 1) d_before ON true
  LEFT JOIN LATERAL (
    SELECT d.id FROM addresses_district d
     WHERE d.status = ANY(%(living)s) AND ST_Intersects(d.geom_m, c.geom_m)
     ORDER BY d.id LIMIT 1) d_after ON true
