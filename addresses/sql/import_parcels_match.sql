-- Purpose: one row per parcel of the import, with its entry in the register: by source, by uid, by
--   national code, by number in the neighbourhood. An entry is given to one row only; the others
--   become entries of their own. `free`: no other row or entry has the number.
-- Parameters: source.
-- Tables: reads staged_parcel (temporary); makes parcel_match (temporary).
-- Indexes: parcel_source_once, parcel uid, parcel_number_once.
DROP TABLE IF EXISTS pg_temp.parcel_match;
CREATE TEMP TABLE parcel_match ON COMMIT DROP AS
WITH coded AS (
    -- Codes have no index: one pass over the register, not one for each row of the import.
    SELECT code, min(id) AS id
    FROM addresses_parcel
    WHERE code <> '' AND status = 'ACTIVE'
    GROUP BY code
)
SELECT found.row, found.source_id, CASE WHEN claim = 1 THEN found.uid END AS uid,
       CASE WHEN claim = 1 THEN found.parcel_id END AS entity_id, found.own AND claim = 1 AS own,
       found.neighbourhood_id, found.cadastral_block, found.number, found.map_sheet, found.code,
       found.status, found.valid_from, found.geom,
       row_number() OVER (
           PARTITION BY found.neighbourhood_id, found.cadastral_block, found.number
           ORDER BY coalesce(found.status, 'ACTIVE') = 'ACTIVE' DESC, found.row
       ) = 1 AND NOT EXISTS (
           SELECT FROM addresses_parcel other
           WHERE other.neighbourhood_id = found.neighbourhood_id
             AND other.cadastral_block = found.cadastral_block AND other.number = found.number
             AND other.status = 'ACTIVE'
             AND (claim > 1 OR other.id IS DISTINCT FROM found.parcel_id)
       ) AS free
FROM (
    SELECT candidate.*,
           CASE WHEN candidate.parcel_id IS NULL THEN 1
                ELSE row_number() OVER (
                    PARTITION BY candidate.parcel_id ORDER BY candidate.own DESC, candidate.row
                ) END AS claim
    FROM (
        SELECT staged.row, staged.source_id, staged.uid, staged.neighbourhood_id,
               coalesce(staged.cadastral_block, '') AS cadastral_block, staged.number,
               coalesce(staged.map_sheet, '') AS map_sheet, coalesce(staged.code, '') AS code,
               staged.status, staged.valid_from, staged.geom,
               coalesce(own.id, same.id, coded.id, numbered.id) AS parcel_id,
               own.id IS NOT NULL AS own
        FROM staged_parcel staged
        LEFT JOIN addresses_parcel own
               ON own.source = %(source)s AND own.source_id = staged.source_id
        LEFT JOIN addresses_parcel same ON own.id IS NULL AND same.uid = staged.uid
        LEFT JOIN coded ON own.id IS NULL AND same.id IS NULL AND coded.code = staged.code
        LEFT JOIN LATERAL (
            SELECT parcel.id
            FROM addresses_parcel parcel
            WHERE own.id IS NULL AND same.id IS NULL AND coded.id IS NULL
              AND parcel.neighbourhood_id = staged.neighbourhood_id
              AND parcel.cadastral_block = coalesce(staged.cadastral_block, '')
              AND parcel.number = staged.number AND parcel.status = 'ACTIVE'
              AND (parcel.code = '' OR coalesce(staged.code, '') = '')
            LIMIT 1
        ) numbered ON true
    ) candidate
) found
