-- Purpose: the names of all areas, provinces first.
-- Parameters: as_of (a day; NULL: now).
-- Columns: what ('P', 'D', 'N'), id, name, parent_id (of P: none), language (of P), postcode (of N).
-- Indexes: none, once per process.
SELECT 'P' AS what, id, name, NULL::bigint AS parent_id, language, '' AS postcode
FROM addresses_province_at(%(as_of)s)
UNION ALL
SELECT 'D', id, name, province_id, '', '' FROM addresses_district_at(%(as_of)s)
UNION ALL
SELECT 'N', id, name, district_id, '', postcode FROM addresses_neighbourhood_at(%(as_of)s)
WHERE status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
ORDER BY 1 DESC, 2
