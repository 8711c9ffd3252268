-- Purpose: streets of one neighbourhood whose names differ by few letters; numbers are meant to
--   differ.
-- Parameters: districts (ids; NULL: all), letters (how many may differ), length (shorter names
--   pass).
-- Columns: those of every rule (see queries/quality.py); detail: other (name).
-- Indexes: side by street.
WITH here AS (
    SELECT DISTINCT s.id, s.name, s.name_key, side.neighbourhood_id
    FROM addresses_street s
    JOIN addresses_streetside side ON side.street_id = s.id
      AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
      AND s.name_key !~ '\d' AND length(s.name_key) BETWEEN %(length)s AND 255
)
SELECT a.id AS entity_id, b.id AS other_id, min(a.neighbourhood_id) AS neighbourhood_id,
       (SELECT geom FROM addresses_street WHERE id = a.id) AS geom,
       jsonb_build_object('other', min(b.name)) AS detail
FROM here a
JOIN here b ON b.neighbourhood_id = a.neighbourhood_id AND b.id < a.id
 AND b.name_key <> a.name_key
 AND abs(length(a.name_key) - length(b.name_key)) <= %(letters)s
 AND levenshtein_less_equal(a.name_key, b.name_key, %(letters)s) <= %(letters)s
GROUP BY a.id, b.id
