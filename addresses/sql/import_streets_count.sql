-- Purpose: how many streets the import speaks of.
-- Parameters: none. Column: count.
-- Tables: reads street_match (temporary).
SELECT count(*) FROM street_match
