"""The published view tells what is sensitive, and never calls it public."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("cases.migrations.0004_published_areas").VIEW
VIEW = BEFORE.replace(
    "c.public\n",
    "c.public AND NOT coalesce(t.sensitive, false) AS public,\n"
    "       coalesce(t.sensitive, false) AS sensitive\n",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_urgency_models")]
    operations = [
        migrations.RunSQL(
            VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"),
            # A column cannot be taken out of a view that is replaced.
            "DROP VIEW cases_published_v1;" + BEFORE,
        )
    ]
