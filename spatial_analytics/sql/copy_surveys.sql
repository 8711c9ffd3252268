-- What reporters answered after the end, for the columnar copy.
-- Parameters: cases: ids, or NULL for all; zone: of the days.
-- Columns: as `TABLES["surveys"]` of spatial_analytics/facts/tables.py.
-- Leans on cases_survey (case_id) where ids are given.
SELECT case_id, (asked_at AT TIME ZONE %(zone)s)::date AS asked_on,
       (answered_at AT TIME ZONE %(zone)s)::date AS answered_on, satisfied, solved
  FROM cases_surveys_v1
 WHERE %(cases)s::bigint[] IS NULL OR case_id = ANY (%(cases)s::bigint[])
