-- The way through these nodes in their order over the graph of tour_network.sql: GeoJSON and metres.
-- %(nodes)s: an array of at least two nodes.
SELECT ST_AsGeoJSON(ST_LineMerge(ST_Collect(e.geom ORDER BY way.seq)), 6)::json AS geometry,
       coalesce(sum(e.cost), 0) AS metres
FROM pgr_dijkstraVia(
    'SELECT id, source, target, cost FROM tour_edge', %(nodes)s::bigint[], directed => false
) AS way
JOIN tour_edge e ON e.id = way.edge
