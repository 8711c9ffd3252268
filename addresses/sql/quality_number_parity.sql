-- Purpose: numbers that contradict the parity of their side.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: number, parity.
-- Indexes: address by neighbourhood.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('number', a.number, 'parity', side.parity) AS detail
FROM addresses_address a
JOIN addresses_streetside side ON side.id = a.side_id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
  AND (side.parity = 'ODD' AND a.number %% 2 = 0 OR side.parity = 'EVEN' AND a.number %% 2 = 1)
