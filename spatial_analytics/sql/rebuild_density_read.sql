-- Reads some pages of the cases into the table that a rebuild counts from.
-- Parameters: zone: the city's time zone; low, high: first page, and the page after the last, as places of rows.
-- Counts what the triggers of migration 0002_density_counts count. Reads the pages in their order, without an index.
INSERT INTO density_read
  (cell, month, day, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public)
SELECT h3_10, date_trunc('month', opened_at AT TIME ZONE %(zone)s)::date,
       (opened_at AT TIME ZONE %(zone)s)::date, coalesce(request_type_id, 0), coalesce(organisation_id, 0),
       channel_id, coalesce(district_id, 0), coalesce(neighbourhood_id, 0), public
  FROM cases_case
 WHERE ctid >= %(low)s::tid AND ctid < %(high)s::tid
   AND h3_10 IS NOT NULL AND (geom IS NOT NULL OR district_id IS NOT NULL)
