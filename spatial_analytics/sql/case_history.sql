-- The history that a forecast learns from: public cases with a point, in the order of time.
-- Parameters: zone: the city's time zone; since: first instant.
-- Columns: one row of four arrays of the same length: opened (local seconds since 1970), lat, lon,
-- type_group (0 where the type is not known).
-- Leans on the index case_opened below the view cases_published_v1.
SELECT array_agg(h.opened) AS opened, array_agg(h.lat) AS lat, array_agg(h.lon) AS lon,
       array_agg(h.type_group) AS type_group
  FROM (
    SELECT extract(epoch FROM opened_at AT TIME ZONE %(zone)s)::bigint AS opened, lat, lon,
           coalesce(type_group_id, 0) AS type_group
      FROM cases_published_v1
     WHERE public AND lon IS NOT NULL AND opened_at >= %(since)s
     ORDER BY opened_at, id) h
