-- Purpose: how many units the import speaks of.
-- Parameters: none. Column: count.
-- Tables: reads staged_door (temporary).
SELECT count(DISTINCT unit_source_id) FROM staged_door WHERE unit IS NOT NULL
