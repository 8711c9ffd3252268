-- Purpose: doors whose postcode is not that of their neighbourhood.
-- Parameters: neighbourhoods (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: postcode,
--   neighbourhood_postcode.
-- Indexes: address by neighbourhood.
SELECT a.id AS entity_id, NULL::bigint AS other_id, a.neighbourhood_id, a.geom,
       jsonb_build_object('postcode', a.postcode, 'neighbourhood_postcode', n.postcode) AS detail
FROM addresses_address a
JOIN addresses_neighbourhood n ON n.id = a.neighbourhood_id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.postcode <> ''
  AND n.postcode <> '' AND a.postcode <> n.postcode
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
