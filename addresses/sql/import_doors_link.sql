-- Purpose: the side of the register for every street that the doors name: by uid, by the source's own id
--   of the side, by national code, by name in the neighbourhood (the name as it is written before other forms
--   of its type word, then the side of the right parity).
-- Parameters: source.
-- Tables: reads staged_door_street (temporary); makes door_street (temporary).
-- Indexes: streetside_source_once, side_code, streetside neighbourhood.
DROP TABLE IF EXISTS pg_temp.door_street;
CREATE TEMP TABLE door_street ON COMMIT DROP AS
SELECT staged.*, coalesce(by_uid.id, by_ref.id, by_code.id, by_name.id, by_form.id) AS side_id, false AS created
FROM staged_door_street staged
LEFT JOIN addresses_streetside by_uid ON by_uid.uid = staged.side_uid
LEFT JOIN (
    -- Ids of a source have no index without the source: one pass, not one for each street.
    SELECT DISTINCT ON (side.source_id) side.source_id, side.id
    FROM addresses_streetside side
    WHERE side.source_id IN (SELECT named.side_ref FROM staged_door_street named)
    ORDER BY side.source_id, side.source = %(source)s DESC, side.id
) by_ref ON by_uid.id IS NULL AND by_ref.source_id = staged.side_ref
LEFT JOIN LATERAL (
    SELECT side.id
    FROM addresses_streetside side
    WHERE by_uid.id IS NULL AND by_ref.id IS NULL AND staged.code <> '' AND side.code = staged.code
    ORDER BY side.neighbourhood_id = staged.neighbourhood_id DESC,
             side.parity = CASE staged.odd WHEN 1 THEN 'ODD' ELSE 'EVEN' END DESC, side.id
    LIMIT 1
) by_code ON true
LEFT JOIN LATERAL (
    SELECT side.id
    FROM addresses_streetside side
    JOIN addresses_street street ON street.id = side.street_id
    WHERE by_uid.id IS NULL AND by_ref.id IS NULL AND by_code.id IS NULL
      AND side.neighbourhood_id = staged.neighbourhood_id
      AND street.name_key IN (staged.name_keys[1], staged.name_key)
    ORDER BY street.name_key = staged.name_keys[1] DESC,
             side.parity = CASE staged.odd WHEN 1 THEN 'ODD' ELSE 'EVEN' END DESC, side.id
    LIMIT 1
) by_name ON true
-- Other forms of its type word are looked for only where nothing bears the name itself.
LEFT JOIN LATERAL (
    SELECT side.id
    FROM addresses_streetside side
    JOIN addresses_street street ON street.id = side.street_id
    WHERE by_uid.id IS NULL AND by_ref.id IS NULL AND by_code.id IS NULL AND by_name.id IS NULL
      AND side.neighbourhood_id = staged.neighbourhood_id
      AND street.name_key = ANY (staged.name_keys)
    ORDER BY array_position(staged.name_keys, street.name_key::text),
             side.parity = CASE staged.odd WHEN 1 THEN 'ODD' ELSE 'EVEN' END DESC, side.id
    LIMIT 1
) by_form ON true
