-- Purpose: lines with a part that has no length.
-- Parameters: districts (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: parts (how many of them are
--   empty).
-- Indexes: none: every line is looked at.
SELECT s.id AS entity_id, NULL::bigint AS other_id,
       (SELECT min(side.neighbourhood_id) FROM addresses_streetside side
        WHERE side.street_id = s.id
          AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS neighbourhood_id,
       s.geom, jsonb_build_object('parts', broken.parts) AS detail
FROM addresses_street s
CROSS JOIN LATERAL (
    SELECT count(*) AS parts FROM ST_Dump(s.geom) part WHERE ST_Length(part.geom) = 0
) broken
WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION') AND broken.parts > 0
  AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
