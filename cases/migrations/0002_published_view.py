"""The view that analytics and partners read, without personal data; and the case number's sequence."""

from django.db import migrations

VIEW = """
CREATE VIEW cases_published_v1 AS
SELECT c.id, c.number, c.opened_at, c.resolved_at, c.closed_at, c.due_at, c.state, c.kind,
       c.request_type_id, t.group_id AS type_group_id, c.channel_id,
       c.organisation_id, c.department_id, c.district_id, c.neighbourhood_id, c.street_id,
       c.address_id, ST_X(c.geom) AS lon, ST_Y(c.geom) AS lat, c.h3_10, c.public
  FROM cases_case c
  LEFT JOIN cases_requesttype t ON t.id = c.request_type_id
 WHERE c.geom IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE case_number_seq", "DROP SEQUENCE case_number_seq"),
        migrations.RunSQL(VIEW, "DROP VIEW cases_published_v1"),
    ]
