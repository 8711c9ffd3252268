-- Purpose: a page of the doors in force on a day, called as they were called then.
-- Parameters: as_of (a day); west, south, east, north (degrees; NULL: everywhere); most, past.
-- Columns: id, uid, number, suffix, postcode, code, geom (WKB, EPSG:4326), street, neighbourhood.
-- Indexes: GiST on geom_m of address and of its history; primary keys.
SELECT door.id, door.uid, door.number, door.suffix, door.postcode, door.code,
       ST_AsBinary(door.geom) AS geom, street.name AS street, neighbourhood.name AS neighbourhood
FROM addresses_address_at(%(as_of)s) door
LEFT JOIN addresses_streetside_at(%(as_of)s) side ON side.id = door.side_id
LEFT JOIN addresses_street_at(%(as_of)s) street ON street.id = side.street_id
LEFT JOIN addresses_neighbourhood_at(%(as_of)s) neighbourhood ON neighbourhood.id = side.neighbourhood_id
WHERE door.status = 'ACTIVE'
  AND (%(west)s::float IS NULL
       OR door.geom_m && ST_Transform(
           ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857))
ORDER BY door.id
LIMIT %(most)s OFFSET %(past)s
