-- Purpose: one row per building of the import, with its entry in the register: by source, by uid,
--   by national code. An entry is given to one row only.
-- Parameters: source.
-- Tables: reads staged_building (temporary); makes building_match (temporary).
-- Indexes: building_source_once, building uid.
DROP TABLE IF EXISTS pg_temp.building_match;
CREATE TEMP TABLE building_match ON COMMIT DROP AS
WITH coded AS (
    -- Codes have no index: one pass over the register, not one for each row of the import.
    SELECT code, min(id) AS id
    FROM addresses_building
    WHERE code <> '' AND status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
    GROUP BY code
)
SELECT found.row, found.source_id, CASE WHEN claim = 1 THEN found.uid END AS uid,
       CASE WHEN claim = 1 THEN found.building_id END AS entity_id,
       found.own AND claim = 1 AS own, found.neighbourhood_id, found.name, found.block, found.use,
       found.floors, found.dwellings, found.code, found.status, found.valid_from, found.geom
FROM (
    SELECT candidate.*,
           CASE WHEN candidate.building_id IS NULL THEN 1
                ELSE row_number() OVER (
                    PARTITION BY candidate.building_id ORDER BY candidate.own DESC, candidate.row
                ) END AS claim
    FROM (
        SELECT staged.row, staged.source_id, staged.uid, staged.neighbourhood_id,
               coalesce(staged.name, '') AS name, coalesce(staged.block, '') AS block,
               coalesce(staged.use, '') AS use, staged.floors, staged.dwellings,
               coalesce(staged.code, '') AS code, staged.status, staged.valid_from, staged.geom,
               coalesce(own.id, same.id, coded.id) AS building_id, own.id IS NOT NULL AS own
        FROM staged_building staged
        LEFT JOIN addresses_building own
               ON own.source = %(source)s AND own.source_id = staged.source_id
        LEFT JOIN addresses_building same ON own.id IS NULL AND same.uid = staged.uid
        LEFT JOIN coded ON own.id IS NULL AND same.id IS NULL AND coded.code = staged.code
    ) candidate
) found
