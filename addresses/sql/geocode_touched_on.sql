-- Purpose: whose names were others on a day than they are now: streets (S), landmarks (L), and whether an
--   area's were (A).
-- Parameters: day. Columns: what, id.
-- Indexes: none; asked once for a day.
SELECT 'S' AS what, id FROM addresses_street WHERE valid_from > %(day)s::date
UNION
SELECT 'S', street_id FROM addresses_streetname WHERE valid_from > %(day)s::date
UNION
SELECT 'S', street_id FROM addresses_streetside WHERE valid_from > %(day)s::date
UNION
SELECT 'S', id FROM addresses_street_history WHERE valid @> %(day)s::date
UNION
SELECT 'S', street_id FROM addresses_streetname_history WHERE valid @> %(day)s::date
UNION
SELECT 'S', street_id FROM addresses_streetside_history WHERE valid @> %(day)s::date
UNION
SELECT 'L', id FROM addresses_landmark WHERE valid_from > %(day)s::date
UNION
SELECT 'L', id FROM addresses_landmark_history WHERE valid @> %(day)s::date
UNION ALL
(SELECT 'A', 0 WHERE EXISTS (
    SELECT FROM addresses_neighbourhood WHERE valid_from > %(day)s::date
    UNION ALL SELECT FROM addresses_neighbourhood_history WHERE valid @> %(day)s::date
    UNION ALL SELECT FROM addresses_district WHERE valid_from > %(day)s::date
    UNION ALL SELECT FROM addresses_district_history WHERE valid @> %(day)s::date
    UNION ALL SELECT FROM addresses_province WHERE valid_from > %(day)s::date
    UNION ALL SELECT FROM addresses_province_history WHERE valid @> %(day)s::date))
