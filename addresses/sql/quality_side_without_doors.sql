-- Purpose: living sides without a living door, in neighbourhoods that have doors.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py).
-- Indexes: address by side, address by neighbourhood.
SELECT side.id AS entity_id, NULL::bigint AS other_id, side.neighbourhood_id, s.geom,
       '{}'::jsonb AS detail
FROM addresses_streetside side
JOIN addresses_street s ON s.id = side.street_id
  AND s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR side.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND NOT EXISTS (
    SELECT FROM addresses_address a WHERE a.side_id = side.id
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
  AND EXISTS (
    SELECT FROM addresses_address a
    WHERE a.neighbourhood_id = side.neighbourhood_id
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION'))
