-- Purpose: streets that have doors and no line; the place is the middle of the doors.
-- Parameters: districts (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: doors (how many).
-- Indexes: side by street, address by side.
SELECT s.id AS entity_id, NULL::bigint AS other_id, min(side.neighbourhood_id) AS neighbourhood_id,
       ST_Centroid(ST_Collect(a.geom)) AS geom, jsonb_build_object('doors', count(*)) AS detail
FROM addresses_street s
JOIN addresses_streetside side ON side.street_id = s.id
  AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
JOIN addresses_address a ON a.side_id = side.id
  AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (s.geom IS NULL OR ST_IsEmpty(s.geom))
  AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
GROUP BY s.id
