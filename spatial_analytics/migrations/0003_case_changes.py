"""The log of what happened to cases since a columnar copy of them was made.

A row names the case and the transaction: which transactions a copy has seen is told by its snapshot,
whatever the order in which they commit.
"""

from django.db import migrations

LOG = """
CREATE TABLE spatial_analytics_casechange (
  case_id bigint NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now());
CREATE INDEX casechange_xid ON spatial_analytics_casechange (xid) INCLUDE (case_id);
-- Rows are deleted by age: what was deleted must not lie about.
ALTER TABLE spatial_analytics_casechange
  SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE FUNCTION spatial_analytics_note_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spatial_analytics_casechange (case_id) SELECT id FROM moved;
  RETURN NULL;
END $$;
CREATE FUNCTION spatial_analytics_note_deeds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spatial_analytics_casechange (case_id) SELECT DISTINCT case_id FROM moved;
  RETURN NULL;
END $$;

CREATE TRIGGER facts_insert AFTER INSERT ON cases_case REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_note_cases();
CREATE TRIGGER facts_update AFTER UPDATE ON cases_case REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_note_cases();
CREATE TRIGGER facts_delete AFTER DELETE ON cases_case REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_note_cases();
CREATE TRIGGER facts_event AFTER INSERT ON cases_caseevent REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_note_deeds();
"""
UNDO = """
DROP TRIGGER facts_event ON cases_caseevent;
DROP TRIGGER facts_delete ON cases_case; DROP TRIGGER facts_update ON cases_case;
DROP TRIGGER facts_insert ON cases_case;
DROP FUNCTION spatial_analytics_note_deeds(); DROP FUNCTION spatial_analytics_note_cases();
DROP TABLE spatial_analytics_casechange;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("spatial_analytics", "0002_density_counts"),
        ("cases", "0022_facts"),
    ]
    operations = [migrations.RunSQL(LOG, UNDO)]
