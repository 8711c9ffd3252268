-- Purpose: gives sides of this source their new neighbourhood or code, and sides without a code
--   the one of the import.
-- Parameters: source, change_set.
-- Tables: reads staged_street, street_match (temporary).
-- Indexes: streetside_source_once, side_once.
UPDATE addresses_streetside side
SET neighbourhood_id = CASE WHEN s.own THEN s.neighbourhood_id ELSE side.neighbourhood_id END,
    code = CASE WHEN s.own THEN coalesce(s.code, side.code)
                ELSE coalesce(nullif(side.code, ''), s.code, '') END,
    version = side.version + 1,
    change_set_id = %(change_set)s
FROM (
    SELECT DISTINCT ON (id) id, own, neighbourhood_id, code
    FROM (
        SELECT found.id, true AS own, staged.row, staged.neighbourhood_id, staged.code
        FROM staged_street staged
        JOIN addresses_streetside found
          ON found.source = %(source)s AND found.source_id = staged.side_key
        UNION ALL
        SELECT found.id, false, staged.row, staged.neighbourhood_id, staged.code
        FROM staged_street staged
        JOIN street_match USING (street_key)
        JOIN addresses_streetside found
          ON found.street_id = street_match.street_id
         AND found.neighbourhood_id = staged.neighbourhood_id AND found.side = staged.side
    ) candidate
    ORDER BY id, own DESC, row
) s
WHERE side.id = s.id
  AND (s.own AND side.neighbourhood_id <> s.neighbourhood_id
       OR s.code IS NOT NULL AND (s.own AND side.code <> s.code OR side.code = ''))
