-- Purpose: what moved boundaries would mean for doors: how many stand on ground that changes hands,
--   and how many belong to a neighbourhood that goes to another district.
-- Parameters: change_set (applied in this transaction, or published).
-- Columns: one row: areas, ground, district.
-- Indexes: history by ended_by_id, GiST on address.geom_m, address by neighbourhood.
WITH old AS (
    SELECT id, district_id, CASE WHEN status = 'ACTIVE' THEN geom_m END AS geom_m
    FROM addresses_neighbourhood_history WHERE ended_by_id = %(change_set)s
), new AS (
    SELECT id, district_id, CASE WHEN status = 'ACTIVE' THEN geom_m END AS geom_m
    FROM addresses_neighbourhood WHERE change_set_id = %(change_set)s
), moved AS (
    SELECT new.id, old.district_id <> new.district_id AS district,
           CASE WHEN old.geom_m IS NULL OR new.geom_m IS NULL THEN coalesce(old.geom_m, new.geom_m)
                WHEN old.geom_m IS DISTINCT FROM new.geom_m
                THEN ST_SymDifference(ST_MakeValid(old.geom_m), ST_MakeValid(new.geom_m))
           END AS ground
    FROM new LEFT JOIN old ON old.id = new.id
)
SELECT (SELECT count(*) FROM moved) AS areas,
       (SELECT count(DISTINCT door.id)
        FROM moved
        CROSS JOIN LATERAL ST_Subdivide(moved.ground, 128) AS part
        JOIN addresses_address door ON ST_Intersects(door.geom_m, part)
        WHERE moved.ground IS NOT NULL
          AND door.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS ground,
       (SELECT count(*)
        FROM moved JOIN addresses_address door ON door.neighbourhood_id = moved.id
        WHERE moved.district
          AND door.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')) AS district
