-- Purpose: the neighbours of a number that a side lacks: the next lower and the next higher door of the
--   same parity, both on one side.
-- Parameters: sides (ids), number, as_of (a day; NULL: now).
-- Columns: side_id, low, high (numbers), lon, lat (degrees: the point between them by number), metres
--   (between the two doors).
-- Indexes: address_number_once (its condition is repeated here).
SELECT side.id AS side_id, low.number AS low, high.number AS high,
       ST_X(place.point) AS lon, ST_Y(place.point) AS lat,
       ST_Distance(low.geom::geography, high.geom::geography) AS metres
FROM unnest(%(sides)s::bigint[]) AS side (id)
CROSS JOIN LATERAL (
    SELECT a.number, a.geom FROM addresses_address_at(%(as_of)s) a
    WHERE a.side_id = side.id AND a.number < %(number)s::int
      AND a.number %% 2 = %(number)s::int %% 2 AND a.number > 0
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY a.number DESC, a.suffix LIMIT 1
) low
CROSS JOIN LATERAL (
    SELECT a.number, a.geom FROM addresses_address_at(%(as_of)s) a
    WHERE a.side_id = side.id AND a.number > %(number)s::int
      AND a.number %% 2 = %(number)s::int %% 2
      AND a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    ORDER BY a.number, a.suffix LIMIT 1
) high
CROSS JOIN LATERAL (
    SELECT ST_LineInterpolatePoint(
        ST_MakeLine(low.geom, high.geom),
        (%(number)s::int - low.number)::float / (high.number - low.number)) AS point
) place
ORDER BY high.number - low.number, side.id
