-- Purpose: one row per landmark of the import, with its entry in the register: by source, else by
--   kind and name in the neighbourhood among those of other sources.
-- Parameters: source.
-- Tables: reads staged_landmark (temporary); makes landmark_match (temporary).
-- Indexes: landmark_source_once, addresses_landmark name_key.
DROP TABLE IF EXISTS pg_temp.landmark_match;
CREATE TEMP TABLE landmark_match ON COMMIT DROP AS
SELECT staged.row, staged.source_id, staged.neighbourhood_id, staged.name, staged.name_key,
       staged.kind, ST_SetSRID(ST_MakePoint(staged.lon, staged.lat), 4326) AS geom,
       coalesce(own.id, named.id) AS entity_id, own.id IS NOT NULL AS own
FROM staged_landmark staged
LEFT JOIN addresses_landmark own ON own.source = %(source)s AND own.source_id = staged.source_id
LEFT JOIN LATERAL (
    SELECT landmark.id
    FROM addresses_landmark landmark
    WHERE own.id IS NULL AND landmark.source <> %(source)s
      AND landmark.name_key = staged.name_key AND landmark.kind = staged.kind
      AND landmark.neighbourhood_id = staged.neighbourhood_id AND landmark.status = 'ACTIVE'
    ORDER BY landmark.id
    LIMIT 1
) named ON true
