-- Purpose: doors of one number on two streets of one name, close to each other.
-- Parameters: neighbourhoods (ids; NULL: all), metres.
-- Columns: those of every rule (see queries/quality.py); detail: metres.
-- Indexes: GiST on address.geom_m, primary keys.
SELECT CASE WHEN a.id > b.id THEN a.id ELSE b.id END AS entity_id,
       CASE WHEN a.id > b.id THEN b.id ELSE a.id END AS other_id,
       CASE WHEN a.id > b.id THEN a.neighbourhood_id ELSE b.neighbourhood_id END
       AS neighbourhood_id,
       CASE WHEN a.id > b.id THEN a.geom ELSE b.geom END AS geom,
       jsonb_build_object(
         'metres', round((ST_Distance(b.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))))::numeric, 1)) AS detail
FROM addresses_address a
JOIN addresses_address b
  ON ST_DWithin(b.geom_m, a.geom_m, %(metres)s / cos(radians(ST_Y(a.geom))))
 AND b.number = a.number AND b.suffix = a.suffix
 AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
 AND (b.id < a.id OR b.neighbourhood_id <> ALL (%(neighbourhoods)s::bigint[]))
JOIN addresses_streetside a_side ON a_side.id = a.side_id
JOIN addresses_streetside b_side ON b_side.id = b.side_id
JOIN addresses_street a_street ON a_street.id = a_side.street_id
JOIN addresses_street b_street ON b_street.id = b_side.street_id
WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
  AND a_street.id <> b_street.id
  AND a_street.name_key = b_street.name_key AND (%(neighbourhoods)s::bigint[] IS NULL
    OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
