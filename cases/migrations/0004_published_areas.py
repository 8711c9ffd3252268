"""The published view also holds cases of which only the neighbourhood or the district is known."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("cases.migrations.0002_published_view").VIEW
VIEW = BEFORE.replace(
    "WHERE c.geom IS NOT NULL", "WHERE c.geom IS NOT NULL OR c.district_id IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_case_indexes")]
    operations = [
        migrations.RunSQL(
            VIEW.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"),
            BEFORE.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"),
        )
    ]
