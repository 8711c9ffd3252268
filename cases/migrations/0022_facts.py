"""What analytics counts: views without personal data, all keyed by the case.

`cases_facts_v1` holds one row for each case, `cases_deeds_v1` what people did to it, `cases_referrals_v1` its
way between organisations, `cases_surveys_v1` what its reporters thought of it.
"""

from django.db import migrations

VIEWS = """
CREATE VIEW cases_facts_v1 AS
SELECT c.id AS case_id, c.opened_at, c.resolved_at,
       CASE WHEN c.state IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE')
            THEN coalesce(c.resolved_at, c.closed_at, c.changed_at) END AS ended_at,
       c.due_at, c.legal_due_at, c.state, c.kind, c.channel_id, c.request_type_id, c.result_code_id,
       c.organisation_id, c.department_id, c.crew_id,
       c.district_id, c.neighbourhood_id, c.street_id, c.h3_10 AS cell, c.public
  FROM cases_case c;

CREATE VIEW cases_deeds_v1 AS
SELECT e.case_id, e.at, e.kind, e.actor_id, e.note <> '' AS noted
  FROM cases_caseevent e
 WHERE e.actor_id IS NOT NULL OR e.kind IN ('return', 'reopen', 'ask_to_reopen');

CREATE VIEW cases_referrals_v1 AS
SELECT r.case_id, r.at, f.organisation_id AS from_organisation_id,
       t.organisation_id AS to_organisation_id, r.accepted
  FROM cases_referral r
  LEFT JOIN accounts_department f ON f.id = r.from_department_id
  JOIN accounts_department t ON t.id = r.to_department_id;

CREATE VIEW cases_surveys_v1 AS
SELECT s.case_id, s.asked_at, s.answered_at, s.satisfied, s.solved FROM cases_survey s;
"""
UNDO = """
DROP VIEW cases_surveys_v1; DROP VIEW cases_referrals_v1; DROP VIEW cases_deeds_v1;
DROP VIEW cases_facts_v1;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0021_body_and_type"), ("accounts", "0005_permissions")]
    operations = [migrations.RunSQL(VIEWS, UNDO)]
