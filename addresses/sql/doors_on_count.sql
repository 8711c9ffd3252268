-- Purpose: how many doors were in force on a day.
-- Parameters: as `doors_on`, without a page.
-- Columns: one number.
-- Indexes: GiST on geom_m of address and of its history.
SELECT count(*)
FROM addresses_address_at(%(as_of)s) door
WHERE door.status = 'ACTIVE'
  AND (%(west)s::float IS NULL
       OR door.geom_m && ST_Transform(
           ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), 3857))
