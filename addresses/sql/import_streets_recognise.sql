-- Purpose: one row per street of the import in `street_match`, with the street of the register that
--   it is: by source, by uid, by a side's national code, by name in its neighbourhood
--   (as it is written before other forms of its type word).
-- Parameters: source.
-- Tables: reads staged_street (temporary); makes street_match (temporary).
-- Indexes: street_source_once, side_code, addresses_street name_key, streetside neighbourhood.
DROP TABLE IF EXISTS pg_temp.street_match;
CREATE TEMP TABLE street_match ON COMMIT DROP AS
WITH street AS (
    SELECT street_key,
           min(row) AS row,
           (array_agg(neighbourhood_id ORDER BY row))[1] AS neighbourhood_id,
           (array_agg(name ORDER BY row))[1] AS name,
           (array_agg(name_key ORDER BY row))[1] AS name_key,
           -- As one text: arrays of different lengths make no array.
           (array_agg(array_to_string(name_keys, '|') ORDER BY row))[1] AS name_keys,
           (array_agg(kind ORDER BY row))[1] AS kind,
           (array_agg(code ORDER BY row))[1] AS code,
           (array_agg(street_uid ORDER BY row))[1] AS street_uid,
           ST_Multi(ST_CollectionExtract(ST_Collect(geom ORDER BY row), 2)) AS geom
    FROM staged_street
    GROUP BY street_key
)
SELECT street.*,
       neighbourhood.district_id,
       coalesce(own.id, same.id, coded.id, named.id, formed.id) AS street_id,
       own.id IS NOT NULL AS own
FROM street
JOIN addresses_neighbourhood neighbourhood ON neighbourhood.id = street.neighbourhood_id
LEFT JOIN addresses_street own
       ON own.source = %(source)s AND own.source_id = street.street_key AND own.source_id <> ''
LEFT JOIN addresses_street same ON own.id IS NULL AND same.uid = street.street_uid
LEFT JOIN LATERAL (
    SELECT side.street_id AS id
    FROM addresses_streetside side
    WHERE own.id IS NULL AND same.id IS NULL AND street.code <> '' AND side.code = street.code
    ORDER BY side.id
    LIMIT 1
) coded ON true
LEFT JOIN LATERAL (
    SELECT side.street_id AS id
    FROM addresses_streetside side
    JOIN addresses_street other ON other.id = side.street_id
    -- A street with a code of its own is another one, even under the same name.
    WHERE own.id IS NULL AND same.id IS NULL AND coded.id IS NULL
      AND side.neighbourhood_id = street.neighbourhood_id
      AND other.name_key IN (split_part(street.name_keys, '|', 1), street.name_key)
      AND (side.code = '' OR coalesce(street.code, '') = '')
    ORDER BY other.name_key = split_part(street.name_keys, '|', 1) DESC, side.id
    LIMIT 1
) named ON true
-- Other forms of its type word are looked for only where nothing bears the name itself.
LEFT JOIN LATERAL (
    SELECT side.street_id AS id
    FROM addresses_streetside side
    JOIN addresses_street other ON other.id = side.street_id
    WHERE own.id IS NULL AND same.id IS NULL AND coded.id IS NULL AND named.id IS NULL
      AND side.neighbourhood_id = street.neighbourhood_id
      AND other.name_key = ANY (string_to_array(street.name_keys, '|'))
      AND (side.code = '' OR coalesce(street.code, '') = '')
    ORDER BY array_position(string_to_array(street.name_keys, '|'), other.name_key::text), side.id
    LIMIT 1
) formed ON true
