-- Purpose: parcels that are tiny, or long and thin as no plot of land is.
-- Parameters: neighbourhoods (ids; NULL: all), square_metres, metres (mean width).
-- Columns: those of every rule (see queries/quality.py); detail: square_metres, metres.
-- Indexes: parcel by neighbourhood.
SELECT p.id AS entity_id, NULL::bigint AS other_id, p.neighbourhood_id, p.geom,
       jsonb_build_object('square_metres', round(size.area::numeric, 2),
                          'metres', round(size.width::numeric, 2)) AS detail
FROM addresses_parcel p
CROSS JOIN LATERAL (
    SELECT ST_Area(p.geom_m) * cos(radians(ST_YMin(p.geom))) ^ 2 AS area,
           2 * ST_Area(p.geom_m) / nullif(ST_Perimeter(p.geom_m), 0) * cos(radians(ST_YMin(p.geom))) AS width
) size
WHERE p.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (size.area < %(square_metres)s OR size.width < %(metres)s)
  AND (%(neighbourhoods)s::bigint[] IS NULL
         OR p.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
