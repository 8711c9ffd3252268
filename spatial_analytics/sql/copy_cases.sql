-- The cases, for the columnar copy.
-- Parameters: cases: ids, or NULL for all; zone: of the days.
-- Columns: as `TABLES["cases"]` of spatial_analytics/facts/tables.py. Moments are UTC, days the city's own.
-- Leans on the primary key of cases_case where ids are given.
SELECT case_id,
       opened_at AT TIME ZONE 'UTC' AS opened, (opened_at AT TIME ZONE %(zone)s)::date AS opened_on,
       extract(hour FROM opened_at AT TIME ZONE %(zone)s)::int AS opened_hour,
       resolved_at AT TIME ZONE 'UTC' AS resolved, (resolved_at AT TIME ZONE %(zone)s)::date AS resolved_on,
       ended_at AT TIME ZONE 'UTC' AS ended, (ended_at AT TIME ZONE %(zone)s)::date AS ended_on,
       due_at AT TIME ZONE 'UTC' AS due, legal_due_at AT TIME ZONE 'UTC' AS legal_due,
       state, kind, channel_id, request_type_id, result_code_id, organisation_id, department_id, crew_id,
       district_id, neighbourhood_id, street_id, cell, public, lon, lat, parent_id, duplicate_of_id
  FROM cases_facts_v1
 WHERE %(cases)s::bigint[] IS NULL OR case_id = ANY (%(cases)s::bigint[])
 ORDER BY opened_at
