"""What every entry of the register carries."""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.functions import RandomUUID

from addresses.models.change import ChangeSet


class Status(models.TextChoices):
    PROPOSED = "PROPOSED"
    RESERVED = "RESERVED"
    UNDER_CONSTRUCTION = "UNDER_CONSTRUCTION"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    REJECTED = "REJECTED"


# What may carry a number or a code that nobody else has at the same time.
LIVING = [Status.ACTIVE, Status.RESERVED, Status.UNDER_CONSTRUCTION]


class Entity(models.Model):
    """`uid` never changes and is never reused; national codes arrive late and may be replaced.

    `source` and `source_id` name the record in the file or service that it came from: a second
    import finds it again by them. Validity is legal time, half open.
    """

    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    status = models.CharField(max_length=18, choices=Status.choices, db_default=Status.ACTIVE)
    source = models.CharField(max_length=40, db_default="")
    source_id = models.CharField(max_length=120, db_default="")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(db_default=1)
    change_set = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="%(class)s_source_once",
                condition=~models.Q(source_id=""),
            )
        ]


def projected(field: str = "geom") -> models.GeneratedField:
    """The geometry in EPSG:3857, kept by the database: tiles need no transformation per row."""
    return models.GeneratedField(
        expression=Transform(field, 3857),
        output_field=models.GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
    )
