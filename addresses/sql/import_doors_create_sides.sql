-- Purpose: a side for each created street, and its id in door_street.
-- Parameters: source, change_set.
-- Tables: reads and completes door_street (temporary). Gives the number of sides.
-- Indexes: street_source_once, streetside_source_once.
WITH side AS (
    INSERT INTO addresses_streetside
        (source, source_id, change_set_id, street_id, neighbourhood_id, side, parity, code)
    SELECT DISTINCT ON (street.id)
           street.source, street.source_id, %(change_set)s, street.id, missing.neighbourhood_id,
           'B', 'ANY', coalesce(missing.code, '')
    FROM door_street missing
    JOIN addresses_street street
      ON street.source = %(source)s
     AND street.source_id = left('door|' || missing.neighbourhood_id || '|' || missing.name_key, 120)
    WHERE missing.side_id IS NULL
    ORDER BY street.id, missing.row
    ON CONFLICT DO NOTHING
    RETURNING id, source_id
), filled AS (
    UPDATE door_street missing
    SET side_id = side.id, created = true
    FROM side
    WHERE missing.side_id IS NULL
      AND side.source_id = left('door|' || missing.neighbourhood_id || '|' || missing.name_key, 120)
)
SELECT id FROM side
