-- Deletes counts that a fold has brought to nought, so that the tables are those of a rebuild.
-- Leans on the indexes densityday_none and densityrollup_none, which hold only such rows.
WITH days AS (DELETE FROM spatial_analytics_densityday WHERE n = 0)
DELETE FROM spatial_analytics_densityrollup WHERE n = 0
