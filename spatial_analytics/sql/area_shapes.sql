-- Shapes of all areas of a level, generalised for a whole-city view, as GeoJSON.
-- Parameters: level: DISTRICT or NEIGHBOURHOOD; band: the band of the shapes.
-- Columns: id, geometry (GeoJSON text, EPSG:4326, five decimals).
SELECT s.area_id AS id, ST_AsGeoJSON(ST_Transform(s.geom_m, 4326), 5) AS geometry
  FROM addresses_boundaryshape s
 WHERE s.level = %(level)s AND s.max_zoom = %(band)s
 ORDER BY 1
