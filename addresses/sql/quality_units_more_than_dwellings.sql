-- Purpose: buildings with more living units than the register says that they have.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: units, dwellings.
-- Indexes: address by building, unit by address.
SELECT b.id AS entity_id, NULL::bigint AS other_id, b.neighbourhood_id, b.geom,
       jsonb_build_object('units', counted.units, 'dwellings', b.dwellings) AS detail
FROM addresses_building b
JOIN (
    SELECT a.building_id, count(*) AS units
    FROM addresses_unit u
    JOIN addresses_address a ON a.id = u.address_id AND a.building_id IS NOT NULL
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    WHERE u.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR u.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
    GROUP BY a.building_id
) counted ON counted.building_id = b.id
WHERE b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND b.dwellings > 0
  AND counted.units > b.dwellings AND (%(neighbourhoods)s::bigint[] IS NULL
         OR b.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
