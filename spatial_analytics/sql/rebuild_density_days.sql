-- The table of days anew, in the order of its key, so that the counts of a tile lie beside each other.
-- Leans on nothing: it sorts what was read.
INSERT INTO density_fresh_day
  (month, day, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n)
SELECT month, day, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, count(*)
  FROM density_read
 GROUP BY month, request_type_id, cell, day, organisation_id, channel_id, district_id, neighbourhood_id, public
 ORDER BY month, request_type_id, cell, day
