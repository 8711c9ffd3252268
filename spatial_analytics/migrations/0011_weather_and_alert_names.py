"""Series from outside that hotspots learn from; the folded names of alerts, by which they are searched."""

from typing import Any

from django.db import migrations, models

from core.rules.text import fold


def _fold(apps: Any, schema_editor: Any) -> None:
    alerts = apps.get_model("spatial_analytics", "Alert")
    for alert in alerts.objects.filter(name_key="").iterator():
        alert.name_key = fold(alert.name)
        alert.save(update_fields=["name_key"])


class Migration(migrations.Migration):
    dependencies = [("spatial_analytics", "0010_emergence")]

    operations = [
        migrations.AddField(
            "alert",
            "name_key",
            models.TextField(
                default="", db_default="", help_text="Folded name, for the search box."
            ),
        ),
        migrations.AddField(
            "outsideindicator",
            "forecasts",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Hotspots learn from its daily values: weather.",
            ),
        ),
        migrations.RunPython(_fold, migrations.RunPython.noop),
    ]
