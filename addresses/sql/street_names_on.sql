-- Purpose: streets that were called otherwise on a day than their version of that day says, by the
--   periods of their former names: these reach back further than the versions do.
-- Parameters: day, streets (ids). Columns: id, name (of the version), then.
-- Indexes: primary keys of street and its history, streetname by street.
SELECT version.id, version.name, former.name AS then
FROM addresses_street_at(%(day)s) version
CROSS JOIN LATERAL (
    SELECT name FROM addresses_streetname n
    WHERE n.street_id = version.id AND n.kind = 'FORMER' AND n.status = 'ACTIVE'
      AND n.used_until > %(day)s AND (n.used_from IS NULL OR n.used_from <= %(day)s)
    ORDER BY n.used_until LIMIT 1
) former
WHERE version.id = ANY(%(streets)s) AND former.name <> version.name
