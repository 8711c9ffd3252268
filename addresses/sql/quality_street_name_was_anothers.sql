-- Purpose: former names that are the present name of another street of the district.
-- Parameters: districts (ids; NULL: all).
-- Columns: those of every rule (see queries/quality.py); detail: name, other_kind.
-- Indexes: street.name_key, street_name by street.
SELECT s.id AS entity_id, other.id AS other_id,
       (SELECT min(side.neighbourhood_id) FROM addresses_streetside side
        WHERE side.street_id = s.id
          AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS neighbourhood_id,
       s.geom, jsonb_build_object('name', min(former.name)) AS detail
FROM addresses_street s
JOIN addresses_streetname former
  ON former.street_id = s.id AND former.kind = 'FORMER'
    AND former.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
JOIN addresses_street other
  ON other.district_id = s.district_id AND other.name_key = former.name_key AND other.id <> s.id
 AND other.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
  AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
GROUP BY s.id, other.id
