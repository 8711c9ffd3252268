-- Purpose: every name of every living street in each of its neighbourhoods, with its sides there.
-- Parameters: streets (ids; NULL: all of them), as_of (a day; NULL: now).
-- Columns: street_id, name, kind, neighbourhood_id, side_ids, official (false for former and
--   popular names).
-- Indexes: none for all streets, once per process; streetside and streetname by street for a few.
WITH place AS (
    SELECT street_id, neighbourhood_id, array_agg(id ORDER BY id) AS side_ids
    FROM addresses_streetside_at(%(as_of)s)
    WHERE status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND (%(streets)s::bigint[] IS NULL OR street_id = ANY(%(streets)s::bigint[]))
    GROUP BY street_id, neighbourhood_id
)
SELECT street.id AS street_id, street.name, street.kind, place.neighbourhood_id, place.side_ids,
       true AS official
FROM addresses_street_at(%(as_of)s) street
JOIN place ON place.street_id = street.id
WHERE street.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
UNION ALL
SELECT street.id, other.name, street.kind, place.neighbourhood_id, place.side_ids, false
FROM addresses_streetname_at(%(as_of)s) other
JOIN addresses_street_at(%(as_of)s) street ON street.id = other.street_id
JOIN place ON place.street_id = street.id
WHERE street.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
ORDER BY street_id, official DESC, neighbourhood_id
