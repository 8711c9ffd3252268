-- Purpose: notes which streets a change set renamed and which doors it renumbered.
-- Parameters: change_set.
-- Indexes: history by ended_by_id.
INSERT INTO addresses_lineage
    (change_set_id, entity, old_uid, new_uid, relation, old_value, new_value)
SELECT %(change_set)s, 'street', street.uid, street.uid, 'RENAMED', former.name, street.name
FROM addresses_street_history former
JOIN addresses_street street ON street.id = former.id
WHERE former.ended_by_id = %(change_set)s AND former.name_key <> street.name_key
UNION ALL
SELECT %(change_set)s, 'address', door.uid, door.uid, 'RENUMBERED',
       former.number || CASE former.suffix WHEN '' THEN '' ELSE '/' || former.suffix END,
       door.number || CASE door.suffix WHEN '' THEN '' ELSE '/' || door.suffix END
FROM addresses_address_history former
JOIN addresses_address door ON door.id = former.id
WHERE former.ended_by_id = %(change_set)s
  AND (former.number, former.suffix) <> (door.number, door.suffix)
ON CONFLICT DO NOTHING
