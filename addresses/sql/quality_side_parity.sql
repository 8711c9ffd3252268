-- Purpose: sides most of whose numbers contradict the registered parity.
-- Parameters: neighbourhoods (ids; NULL: all), share (of the numbers that contradict), count
--   (fewer doors prove nothing).
-- Columns: those of every rule (see queries/quality.py); detail: parity (what the doors show),
--   doors.
-- Indexes: address by side.
SELECT side.id AS entity_id, NULL::bigint AS other_id, side.neighbourhood_id, s.geom,
       jsonb_build_object('parity', CASE side.parity WHEN 'ODD' THEN 'EVEN' ELSE 'ODD' END,
                          'doors', against.doors) AS detail
FROM addresses_streetside side
JOIN addresses_street s ON s.id = side.street_id
JOIN (
    SELECT a.side_id, count(*) AS doors, avg(a.number %% 2) AS odd
    FROM addresses_address a
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
    GROUP BY a.side_id
) against ON against.side_id = side.id
WHERE side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND against.doors >= %(count)s
  AND CASE side.parity WHEN 'ODD' THEN 1 - against.odd WHEN 'EVEN' THEN against.odd ELSE 0 END
      >= %(share)s
