-- What stands beside or against a planned work, in space and time.
-- Parameters: shape (WKB, EPSG:4326), own (id or NULL), begin, end, kind; near_m: works so near are at the same place; share_m,
-- share_days: trenches so near and begins so close could be one; share_least_m: length in common from which it is told; drafts: owner
-- whose drafts count too (id or NULL).
-- Columns: what (MORATORIUM, NEW_SURFACE, EVENT, SAME_TIME, SHARE), uid, title, owner, kind, state, begin, end, traffic, contact,
-- depth_m, width_m, metres: away, shared_m: in common, other_m and own_m: lengths of both.
-- Leans on the GiST indexes of geom_m; both tables hold hundreds to some ten thousand rows.
WITH given AS MATERIALIZED (
    SELECT g, ST_Transform(g, 3857) AS m, 1 / cos(radians(ST_Y(ST_Centroid(g)))) AS stretch
      FROM (SELECT ST_SetSRID(%(shape)s::geometry, 4326) AS g) AS sent
), near AS MATERIALIZED (
    SELECT w.*, o.name AS owner,
           ST_Distance(w.geom_m, given.m) / given.stretch AS metres,
           ST_Length(ST_Intersection(
               CASE WHEN ST_Dimension(w.geom_m) = 2 THEN ST_Boundary(w.geom_m) ELSE w.geom_m END,
               ST_Buffer(given.m, %(share_m)s * given.stretch, 'quad_segs=4'))) / given.stretch AS shared_m,
           CASE WHEN ST_Dimension(w.geom_m) = 2 THEN ST_Perimeter(w.geom_m) / 2 ELSE ST_Length(w.geom_m) END
               / given.stretch AS other_m,
           CASE WHEN ST_Dimension(given.m) = 2 THEN ST_Perimeter(given.m) / 2 ELSE ST_Length(given.m) END
               / given.stretch AS own_m
      FROM given
      JOIN cases_plannedwork w ON ST_DWithin(w.geom_m, given.m, greatest(%(near_m)s, %(share_m)s) * given.stretch)
      JOIN accounts_organisation o ON o.id = w.organisation_id
     WHERE w.id IS DISTINCT FROM %(own)s
       AND (w.state IN ('SUBMITTED', 'PERMITTED', 'UNDER_WAY') OR (w.state = 'DRAFT' AND w.organisation_id = %(drafts)s))
), found AS (
    SELECT 'MORATORIUM' AS what, r.uid, r.reason AS title, '' AS owner, 'SURFACING' AS kind, '' AS state,
           r.begin, r."end", '' AS traffic, '' AS contact, NULL::float8 AS depth_m, NULL::float8 AS width_m,
           ST_Distance(r.geom_m, given.m) / given.stretch AS metres, 0::float8 AS shared_m, 0::float8 AS other_m, 0::float8 AS own_m
      FROM given JOIN cases_moratorium r ON ST_DWithin(r.geom_m, given.m, 2 * given.stretch)
     WHERE r.lifted_at IS NULL AND %(digs)s AND r.begin <= %(end)s::date AND r."end" >= %(begin)s::date
    UNION ALL
    -- A street that is surfaced before it is dug up: whichever of the two is asked about.
    SELECT 'NEW_SURFACE', uid, title, owner, kind, state, begin, "end", traffic, contact, depth_m, width_m, metres, shared_m, other_m, own_m
      FROM near
     WHERE metres <= %(near_m)s
       AND ((kind = 'SURFACING' AND %(digs)s AND "end" <= %(begin)s::date AND "end" > %(begin)s::date - %(fresh_days)s)
         OR (kind NOT IN ('SURFACING', 'EVENT') AND %(kind)s = 'SURFACING'
             AND begin >= %(end)s::date AND begin < %(end)s::date + %(fresh_days)s))
    UNION ALL
    SELECT CASE WHEN kind = 'EVENT' OR %(kind)s = 'EVENT' THEN 'EVENT' ELSE 'SAME_TIME' END,
           uid, title, owner, kind, state, begin, "end", traffic, contact, depth_m, width_m, metres, shared_m, other_m, own_m
      FROM near
     WHERE metres <= %(near_m)s AND begin <= %(end)s::date AND "end" >= %(begin)s::date
    UNION ALL
    SELECT 'SHARE', uid, title, owner, kind, state, begin, "end", traffic, contact, depth_m, width_m, metres, shared_m, other_m, own_m
      FROM near
     WHERE %(digs)s AND kind NOT IN ('SURFACING', 'EVENT') AND state IN ('DRAFT', 'SUBMITTED', 'PERMITTED')
       AND abs(begin - %(begin)s::date) <= %(share_days)s AND metres <= %(share_m)s
       AND shared_m >= least(%(share_least_m)s, own_m / 2)
)
SELECT * FROM found
 ORDER BY array_position(ARRAY['MORATORIUM', 'NEW_SURFACE', 'EVENT', 'SAME_TIME', 'SHARE'], what), metres, uid
