-- Where a change set touched the map: the boxes of the records that it made or changed, as they are
-- and as they were; all NULL where it changed an area, which is drawn far beyond itself.
-- Parameters: change_set: its id; most: no more boxes than these.
-- Columns: west, south, east, north in degrees.
-- Leans on the indexes of change_set_id and, in the histories, of ended_by_id.
WITH touched(geom) AS (
              SELECT NULL::geometry FROM addresses_province WHERE change_set_id = %(change_set)s
    UNION ALL SELECT NULL FROM addresses_district WHERE change_set_id = %(change_set)s
    UNION ALL SELECT NULL FROM addresses_neighbourhood WHERE change_set_id = %(change_set)s
    UNION ALL SELECT geom FROM addresses_street WHERE change_set_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_street_history WHERE ended_by_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_parcel WHERE change_set_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_parcel_history WHERE ended_by_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_building WHERE change_set_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_building_history WHERE ended_by_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_address WHERE change_set_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_address_history WHERE ended_by_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_landmark WHERE change_set_id = %(change_set)s AND geom IS NOT NULL
    UNION ALL SELECT geom FROM addresses_landmark_history WHERE ended_by_id = %(change_set)s AND geom IS NOT NULL
)
SELECT ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east, ST_YMax(geom) AS north
  FROM touched LIMIT %(most)s
