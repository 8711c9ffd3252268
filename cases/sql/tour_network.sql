-- The streets around some stops as a graph, for pgRouting, until the transaction ends: lines are cut
-- where they cross, ends within about a metre of each other are one node, and each stop is joined to
-- the nearest street. Costs in metres.
-- %(lon)s, %(lat)s: arrays of degrees, EPSG:4326, at most a town apart; %(margin)s: degrees around them;
-- %(reach)s: metres from a stop within which a street must be.
CREATE TEMPORARY TABLE tour_edge ON COMMIT DROP AS
WITH stop AS MATERIALIZED (
    SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom
    FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) AS s (lon, lat)
),
line AS (
    SELECT (ST_Dump(s.geom)).geom
    FROM addresses_street s
    WHERE s.status IN ('ACTIVE', 'UNDER_CONSTRUCTION')
      AND s.geom && (SELECT ST_Expand(ST_Extent(geom)::geometry, %(margin)s) FROM stop)
    UNION ALL
    -- A little beyond the street, so that the two surely cross.
    SELECT ST_MakeLine(
        stop.geom,
        CASE
            WHEN away > 1e-7 THEN ST_Translate(at, (ST_X(at) - ST_X(stop.geom)) / away * 1e-6,
                                               (ST_Y(at) - ST_Y(stop.geom)) / away * 1e-6)
            ELSE ST_Translate(stop.geom, 7e-7, 5e-7)
        END
    )
    FROM stop
    CROSS JOIN LATERAL (
        SELECT ST_ClosestPoint(s.geom, stop.geom) AS at
        FROM addresses_street s
        WHERE s.status IN ('ACTIVE', 'UNDER_CONSTRUCTION') AND s.geom IS NOT NULL
        ORDER BY s.geom <-> stop.geom
        LIMIT 1
    ) AS nearest
    CROSS JOIN LATERAL (SELECT ST_Distance(at, stop.geom) AS away) AS distance
    WHERE ST_Distance(at::geography, stop.geom::geography) <= %(reach)s
),
piece AS (
    SELECT (ST_Dump(ST_Node(ST_Collect(geom)))).geom FROM line WHERE ST_Length(geom) > 0
),
ends AS (
    SELECT geom,
           ST_SnapToGrid(ST_StartPoint(geom), 1e-5) AS a,
           ST_SnapToGrid(ST_EndPoint(geom), 1e-5) AS b
    FROM piece
),
node AS (
    SELECT row_number() OVER () AS id, p FROM (SELECT a AS p FROM ends UNION SELECT b FROM ends) AS u
)
SELECT row_number() OVER () AS id, a.id AS source, b.id AS target,
       ST_Length(ends.geom::geography) AS cost, ends.geom, ends.a, ends.b
FROM ends JOIN node a ON a.p = ends.a JOIN node b ON b.p = ends.b
WHERE a.id <> b.id
