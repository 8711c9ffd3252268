-- Purpose: names that end in two type words of one kind.
-- Parameters: districts (ids; NULL: all), word_languages, words, word_kinds, printed (type words
--   of streets with their kind and how that is printed, folded).
-- Columns: those of every rule (see queries/quality.py); detail: name.
-- Indexes: primary keys.
WITH word AS (
    SELECT * FROM unnest(%(word_languages)s::text[], %(words)s::text[], %(word_kinds)s::text[],
                         %(printed)s::text[]) AS w (language, word, kind, printed)
), s AS MATERIALIZED (
    SELECT s.id, s.name, s.kind, s.geom, p.language, end_of.words[2] AS last, end_of.words[1] AS before
    FROM addresses_street s
    JOIN addresses_district d ON d.id = s.district_id
    JOIN addresses_province p ON p.id = d.province_id
    CROSS JOIN LATERAL (
        SELECT regexp_match(s.name_key, '(?:^| )(?:(\S+) )?(\S+)$') AS words
    ) end_of
    WHERE s.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')
      AND (%(districts)s::bigint[] IS NULL OR s.district_id = ANY (%(districts)s::bigint[]))
      AND s.name_key LIKE '%% %%'
)
SELECT DISTINCT s.id AS entity_id, NULL::bigint AS other_id,
       (SELECT min(side.neighbourhood_id) FROM addresses_streetside side
        WHERE side.street_id = s.id
          AND side.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS neighbourhood_id,
       s.geom, jsonb_build_object('name', s.name) AS detail
FROM s
JOIN word ON word.language = s.language AND word.word = s.last
JOIN word before
  ON before.language = s.language AND before.kind = word.kind AND before.word = s.before
WHERE length(before.word) > 1
  -- A dead end (çıkmaz) is called so and is a street too.
  AND left(before.word, 1) = left(word.word, 1)
