-- Purpose: changes streets that differ from the import. A street of another source is completed,
--   not overwritten; nothing is blanked out.
-- Parameters: source, change_set.
-- Tables: reads street_match (temporary).
-- Indexes: primary key.
UPDATE addresses_street street
SET name = CASE WHEN m.own THEN m.name ELSE street.name END,
    name_key = CASE WHEN m.own THEN m.name_key ELSE street.name_key END,
    kind = CASE WHEN m.own THEN m.kind ELSE street.kind END,
    district_id = CASE WHEN m.own THEN m.district_id ELSE street.district_id END,
    geom = CASE WHEN m.own OR street.geom IS NULL THEN coalesce(m.geom, street.geom)
                ELSE street.geom END,
    version = street.version + 1,
    change_set_id = %(change_set)s
FROM street_match m
WHERE street.id = m.street_id
  AND (m.own AND (street.name, street.kind, street.district_id)
                 IS DISTINCT FROM (m.name, m.kind, m.district_id)
       OR m.geom IS NOT NULL AND (m.own AND street.geom IS DISTINCT FROM m.geom
                                  OR street.geom IS NULL))
