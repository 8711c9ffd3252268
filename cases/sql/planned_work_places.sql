-- What the shape of a planned work touches.
-- Parameters: shape (WKB, EPSG:4326); near_m: how far from its centre line a street is still meant; along_m: length of a street
-- beside the shape from which the work is one on that street, and not one that crosses it; the one with most is meant in any case.
-- Columns: streets (ids), neighbourhoods (ids), districts (ids), metres: length of the lines, or half the outline of the areas.
-- Leans on the GiST indexes of the generated geom_m columns; lengths are those of the spheroid.
WITH given AS MATERIALIZED (
    SELECT g, ST_Transform(g, 3857) AS m, 1 / cos(radians(ST_Y(ST_Centroid(g)))) AS stretch,
           CASE WHEN ST_Dimension(g) = 2 THEN ST_Perimeter(g::geography) / 2 ELSE ST_Length(g::geography) END AS metres
      FROM (SELECT ST_SetSRID(%(shape)s::geometry, 4326) AS g) AS sent
), near AS MATERIALIZED (
    SELECT ST_Buffer(m, %(near_m)s * stretch, 'quad_segs=4') AS belt, metres, stretch FROM given
)
SELECT ARRAY(
           SELECT id
             FROM (SELECT s.id, along.metres, row_number() OVER (ORDER BY along.metres DESC, s.id) AS place
                     FROM near
                     JOIN addresses_street s ON s.geom_m && near.belt
                          AND s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
                    CROSS JOIN LATERAL (SELECT ST_Length(ST_Intersection(s.geom_m, near.belt)) / near.stretch) AS along(metres)
                    WHERE along.metres > 0) AS beside
            WHERE metres >= %(along_m)s OR place = 1
            ORDER BY id) AS streets,
       ARRAY(SELECT n.id FROM given, addresses_neighbourhood n
              WHERE n.geom_m && given.m AND ST_Intersects(n.geom_m, given.m)
                AND n.status = 'ACTIVE' ORDER BY n.id) AS neighbourhoods,
       ARRAY(SELECT d.id FROM given, addresses_district d
              WHERE d.geom_m && given.m AND ST_Intersects(d.geom_m, given.m)
                AND d.status = 'ACTIVE' ORDER BY d.id) AS districts,
       (SELECT metres FROM given) AS metres
