-- Purpose: what changes when the names of the register change: the change number with its set, and the
--   sequences of ids, for registers that are filled without change sets. Sequences cost nothing to plan.
-- Parameters: none. Columns: one row of six numbers.
-- Indexes: none; change set by number.
SELECT counter.number,
       (SELECT id FROM addresses_changeset change_set WHERE change_set.number = counter.number)
           AS change_set,
       side.last_value AS side, street_name.last_value AS street_name,
       neighbourhood.last_value AS neighbourhood, landmark.last_value AS landmark
FROM (SELECT coalesce(max(number), 0) AS number FROM addresses_changecounter) counter,
     addresses_streetside_id_seq side, addresses_streetname_id_seq street_name,
     addresses_neighbourhood_id_seq neighbourhood, addresses_landmark_id_seq landmark
