-- Purpose: streets that were called otherwise on a day, by the versions of the street and, where these
--   do not reach back, by the periods of its former names.
-- Parameters: day, streets (ids). Columns: id, now, then.
-- Indexes: primary keys of street and its history, streetname by street.
SELECT street.id, street.name AS now, coalesce(former.name, version.name) AS then
FROM addresses_street street
LEFT JOIN LATERAL (
    SELECT name FROM addresses_street_at(%(day)s) v WHERE v.id = street.id
) version ON true
LEFT JOIN LATERAL (
    SELECT name FROM addresses_streetname n
    WHERE n.street_id = street.id AND n.kind = 'FORMER' AND n.status = 'ACTIVE'
      AND n.used_until > %(day)s AND (n.used_from IS NULL OR n.used_from <= %(day)s)
    ORDER BY n.used_until LIMIT 1
) former ON true
WHERE street.id = ANY(%(streets)s)
  AND coalesce(former.name, version.name) <> street.name
