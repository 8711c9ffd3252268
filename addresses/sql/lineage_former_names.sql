-- Purpose: keeps the names that a change set takes from streets as former names. A name that is
--   only written otherwise (same key) is none, nor one that the street has among its others.
-- Parameters: change_set, day (when the new name begins; NULL if that is not known).
-- Indexes: history by ended_by_id, streetname by street.
INSERT INTO addresses_streetname (street_id, name, name_key, kind, used_from, used_until)
SELECT street.id, former.name, former.name_key, 'FORMER',
       CASE WHEN former.valid_from < %(day)s::date THEN former.valid_from END, %(day)s::date
FROM addresses_street_history former
JOIN addresses_street street ON street.id = former.id
WHERE former.ended_by_id = %(change_set)s AND former.name_key <> street.name_key
  AND NOT EXISTS (
      SELECT FROM addresses_streetname other
      WHERE other.street_id = street.id AND other.name_key = former.name_key
        AND other.status = 'ACTIVE')
