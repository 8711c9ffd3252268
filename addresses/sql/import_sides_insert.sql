-- Purpose: adds the sides that the register does not have.
-- Parameters: source, change_set.
-- Tables: reads staged_street, street_match (temporary).
-- Indexes: streetside_source_once, side_once.
INSERT INTO addresses_streetside
    (source, source_id, change_set_id, uid, street_id, neighbourhood_id, side, parity, code)
SELECT DISTINCT ON (match.street_id, staged.neighbourhood_id, staged.side)
       %(source)s, staged.side_key, %(change_set)s, coalesce(staged.uid, gen_random_uuid()),
       match.street_id, staged.neighbourhood_id, staged.side, coalesce(staged.parity, 'ANY'),
       coalesce(staged.code, '')
FROM staged_street staged
JOIN street_match match USING (street_key)
ORDER BY match.street_id, staged.neighbourhood_id, staged.side, staged.row
ON CONFLICT DO NOTHING
