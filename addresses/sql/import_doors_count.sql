-- Purpose: how many doors the import speaks of.
-- Parameters: none. Column: count.
-- Tables: reads door_match (temporary).
SELECT count(*) FROM door_match
