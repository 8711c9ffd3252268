-- Metres from each node to each other one over the graph of tour_network.sql; without the pairs that
-- have no way. %(nodes)s: an array of nodes.
SELECT start_vid, end_vid, agg_cost
FROM pgr_dijkstraCostMatrix(
    'SELECT id, source, target, cost FROM tour_edge', %(nodes)s::bigint[], directed => false
)
