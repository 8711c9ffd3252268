-- Deletes what has lain in the log of changes longer than any copy of the cases is used.
-- Parameters: age: of the oldest row that stays.
-- Leans on no index: the log is short.
DELETE FROM spatial_analytics_casechange WHERE at < now() - %(age)s::interval
