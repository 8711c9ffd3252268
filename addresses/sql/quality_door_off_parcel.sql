-- Purpose: doors outside of the parcel that they are registered on.
-- Parameters: neighbourhoods (ids; NULL: all), metres.
-- Columns: those of every rule (see queries/quality.py); detail: metres.
-- Indexes: address by neighbourhood, primary key of parcel.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('metres', round(away.metres::numeric, 1)) AS detail
FROM addresses_address a
JOIN addresses_parcel p ON p.id = a.parcel_id
  AND p.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
CROSS JOIN LATERAL (
    SELECT ST_Distance(p.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))) AS metres
) away
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND away.metres > %(metres)s
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
