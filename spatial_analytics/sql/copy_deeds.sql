-- What people did to cases, for the columnar copy.
-- Parameters: cases: ids, or NULL for all; zone: of the days.
-- Columns: as `TABLES["deeds"]` of spatial_analytics/facts/tables.py.
-- Leans on cases_caseevent (case_id, at) where ids are given.
SELECT case_id, at AT TIME ZONE 'UTC' AS done, (at AT TIME ZONE %(zone)s)::date AS done_on, kind, actor_id, noted
  FROM cases_deeds_v1
 WHERE %(cases)s::bigint[] IS NULL OR case_id = ANY (%(cases)s::bigint[])
