-- Purpose: changes landmarks of this source that differ from the import; those of others have
--   nothing to be completed. The status is left to people.
-- Parameters: change_set.
-- Tables: reads landmark_match (temporary).
-- Indexes: primary key.
UPDATE addresses_landmark landmark
SET neighbourhood_id = m.neighbourhood_id, name = m.name, name_key = m.name_key, kind = m.kind,
    geom = m.geom, version = landmark.version + 1, change_set_id = %(change_set)s
FROM landmark_match m
WHERE landmark.id = m.entity_id AND m.own
  AND (landmark.neighbourhood_id, landmark.name, landmark.name_key, landmark.kind, landmark.geom)
      IS DISTINCT FROM (m.neighbourhood_id, m.name, m.name_key, m.kind, m.geom)
