"""Analytics learns where a case stands to the metre, and what it counts with: a duplicate with its original, a
parent by its parts."""

from django.db import migrations

COLUMNS = """
SELECT c.id AS case_id, c.opened_at, c.resolved_at,
       CASE WHEN c.state IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE')
            THEN coalesce(c.resolved_at, c.closed_at, c.changed_at) END AS ended_at,
       c.due_at, c.legal_due_at, c.state, c.kind, c.channel_id, c.request_type_id, c.result_code_id,
       c.organisation_id, c.department_id, c.crew_id,
       c.district_id, c.neighbourhood_id, c.street_id, c.h3_10 AS cell, c.public
"""
PLACES = ", ST_X(c.geom) AS lon, ST_Y(c.geom) AS lat, c.parent_id, c.duplicate_of_id"
VIEW = "CREATE OR REPLACE VIEW cases_facts_v1 AS" + COLUMNS.rstrip() + PLACES + " FROM cases_case c"
BEFORE = "DROP VIEW cases_facts_v1; CREATE VIEW cases_facts_v1 AS" + COLUMNS + "  FROM cases_case c"


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_facts")]
    operations = [migrations.RunSQL(VIEW, BEFORE)]
