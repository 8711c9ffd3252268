-- Lines of streets.
-- Parameters: ids.
-- Columns: id, geometry (GeoJSON, EPSG:4326, six digits). Leans on the primary key.
SELECT id, ST_AsGeoJSON(geom, 6) AS geometry FROM addresses_street WHERE id = ANY (%(ids)s) AND geom IS NOT NULL
