-- Purpose: the places that people know.
-- Parameters: landmarks (ids; NULL: all of them), as_of (a day; NULL: now).
-- Columns: as addresses.geocoder.names.LandmarkRow (degrees).
-- Indexes: none for all of them, once per process; primary key for a few.
SELECT id, name, neighbourhood_id, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM addresses_landmark_at(%(as_of)s)
WHERE status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(landmarks)s::bigint[] IS NULL OR id = ANY(%(landmarks)s::bigint[]))
ORDER BY id
