-- Purpose: whose names may have changed since a change number: streets (S), landmarks (L), and whether
--   an area has (A).
-- Parameters: since (a change number). Columns: what, id.
-- Indexes: change set by number; change_set_id of each table.
WITH later AS (
    SELECT id FROM addresses_changeset WHERE number > %(since)s::bigint
)
SELECT 'S' AS what, id FROM addresses_street WHERE change_set_id IN (SELECT id FROM later)
UNION
SELECT 'S', street_id FROM addresses_streetname WHERE change_set_id IN (SELECT id FROM later)
UNION
SELECT 'S', street_id FROM addresses_streetside WHERE change_set_id IN (SELECT id FROM later)
UNION
SELECT 'S', former.street_id FROM addresses_streetside_history former
WHERE former.ended_by_id IN (SELECT id FROM later)
UNION
SELECT 'S', former.street_id FROM addresses_streetname_history former
WHERE former.ended_by_id IN (SELECT id FROM later)
UNION
SELECT 'L', id FROM addresses_landmark WHERE change_set_id IN (SELECT id FROM later)
UNION ALL
(SELECT 'A', 0 WHERE EXISTS (
    SELECT FROM addresses_neighbourhood WHERE change_set_id IN (SELECT id FROM later)
    UNION ALL SELECT FROM addresses_district WHERE change_set_id IN (SELECT id FROM later)
    UNION ALL SELECT FROM addresses_province WHERE change_set_id IN (SELECT id FROM later)))
