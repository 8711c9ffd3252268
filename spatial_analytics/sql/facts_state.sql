-- Where the database stands, against the snapshot of a columnar copy.
-- Parameters: seen: the snapshot (text of pg_snapshot), or NULL.
-- Columns: store: changes when the table of cases is emptied or replaced; snapshot: of now; writing: whether
--   this transaction has written; earlier: whether `seen` is of a later state than this (a restored backup);
--   changed: ids of the cases changed since.
-- Leans on casechange_xid.
SELECT (SELECT system_identifier FROM pg_control_system())
         || '-' || (SELECT timeline_id FROM pg_control_checkpoint())
         || '-' || (SELECT oid FROM pg_database WHERE datname = current_database())
         || '-' || pg_relation_filenode('cases_case') AS store,
       pg_current_snapshot()::text AS snapshot,
       pg_current_xact_id_if_assigned() IS NOT NULL AS writing,
       coalesce(pg_snapshot_xmax(%(seen)s::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()), false) AS earlier,
       (SELECT array_agg(DISTINCT case_id) FROM spatial_analytics_casechange
         WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
           AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)) AS changed
