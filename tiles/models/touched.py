"""Changes whose versions have still to be moved."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Touched(models.Model):
    """Written with a change and in its transaction, so that a process that dies between the commit
    and the cache leaves no old tile behind: `actions.versions.move_left_behind` reads it then.

    `boxes` are west, south, east, north in degrees (EPSG:4326), one after the other; NULL: everywhere.
    """

    name = models.CharField(max_length=40, help_text="The body of data.")
    boxes = ArrayField(models.FloatField(), null=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
