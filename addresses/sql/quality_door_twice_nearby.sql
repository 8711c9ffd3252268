-- Purpose: doors of one number on two streets of one name, close to each other.
-- Parameters: neighbourhoods (ids; NULL: all), metres.
-- Columns: those of every rule (see queries/quality.py); detail: metres.
-- Indexes: GiST on address.geom_m, primary keys.
-- Pairs that are near come first: names such as Atatürk Caddesi are everywhere.
WITH near AS MATERIALIZED (
    SELECT CASE WHEN a.id > b.id THEN a.id ELSE b.id END AS id,
           CASE WHEN a.id > b.id THEN b.id ELSE a.id END AS other_id,
           CASE WHEN a.id > b.id THEN a.neighbourhood_id ELSE b.neighbourhood_id END
             AS neighbourhood_id,
           CASE WHEN a.id > b.id THEN a.geom ELSE b.geom END AS geom,
           a.side_id, b.side_id AS other_side_id,
           ST_Distance(b.geom_m, a.geom_m) * cos(radians(ST_Y(a.geom))) AS metres
    FROM addresses_address a
    JOIN addresses_address b
      ON ST_DWithin(b.geom_m, a.geom_m, %(metres)s / cos(radians(ST_Y(a.geom))))
     AND b.number = a.number AND b.suffix = a.suffix AND b.side_id <> a.side_id
     AND b.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
     AND (b.id < a.id OR b.neighbourhood_id <> ALL (%(neighbourhoods)s::bigint[]))
    WHERE a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND a.number > 0
      AND (%(neighbourhoods)s::bigint[] IS NULL
         OR a.neighbourhood_id = ANY (%(neighbourhoods)s::bigint[]))
)
SELECT named.id AS entity_id, named.other_id, named.neighbourhood_id, named.geom,
       jsonb_build_object('metres', round(named.metres::numeric, 1)) AS detail
FROM (
    -- Few are left: looked up one by one, not joined to whole tables.
    SELECT near.*,
           (SELECT ARRAY[s.id::text, s.name_key] FROM addresses_streetside side
            JOIN addresses_street s ON s.id = side.street_id WHERE side.id = near.side_id) AS street,
           (SELECT ARRAY[s.id::text, s.name_key] FROM addresses_streetside side
            JOIN addresses_street s ON s.id = side.street_id WHERE side.id = near.other_side_id)
             AS other_street
    FROM near
) named
WHERE street[2] = other_street[2] AND street[1] <> other_street[1]
