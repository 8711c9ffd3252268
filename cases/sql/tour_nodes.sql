-- The node of each stop in the graph of tour_network.sql, or NULL where no street is near.
-- %(lon)s, %(lat)s: as there.
SELECT (
    SELECT CASE WHEN e.a = p THEN e.source ELSE e.target END
    FROM tour_edge e WHERE e.a = p OR e.b = p LIMIT 1
) AS node
FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS s (lon, lat, n)
CROSS JOIN LATERAL (
    SELECT ST_SnapToGrid(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 1e-5) AS p
) AS snapped
ORDER BY n
