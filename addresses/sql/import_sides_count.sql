-- Purpose: how many sides the import speaks of.
-- Parameters: none. Column: count.
-- Tables: reads staged_street, street_match (temporary).
SELECT count(DISTINCT (match.street_id, staged.neighbourhood_id, staged.side))
FROM staged_street staged
JOIN street_match match USING (street_key)
