-- Cases referred from one organisation to another, for the columnar copy.
-- Parameters: cases: ids, or NULL for all; zone: of the days.
-- Columns: as `TABLES["referrals"]` of spatial_analytics/facts/tables.py.
-- Leans on cases_referral (case_id) where ids are given.
SELECT case_id, (at AT TIME ZONE %(zone)s)::date AS referred_on, from_organisation_id, to_organisation_id, accepted
  FROM cases_referrals_v1
 WHERE %(cases)s::bigint[] IS NULL OR case_id = ANY (%(cases)s::bigint[])
