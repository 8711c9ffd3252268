"""What every entry of the register carries.

Each table of an entity is tracked by the database (migration 0004): a former version of a row goes
to `<table>_history`, and nothing is written outside a change set.
"""

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db.models.functions import Cast

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


class _InForce(models.Func):
    """What the open change set says of itself; NULL outside of one. See `actions.change_sets`."""

    function = "current_setting"
    template = "nullif(%(function)s(%(expressions)s, true), '')"
    output_field = models.TextField()


class Entity(models.Model):
    """`uid` never changes and is never reused; national codes arrive late and may be replaced.

    `source` and `source_id` name the record in the file or service that it came from: a second
    import finds it again by them. `identifiers` are other bodies' names for it, by scheme (see
    `rules.identifiers`). `valid_from` is when this version came into legal force, NULL if that is
    not known; it ends when the next version begins. `version` counts from 1 and is set, like
    `change_set` and `valid_from`, by the database.
    """

    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    status = models.CharField(max_length=18, choices=Status.choices, db_default=Status.ACTIVE)
    source = models.CharField(max_length=40, db_default="")
    source_id = models.CharField(max_length=120, db_default="")
    identifiers = models.JSONField(db_default=models.Value({}, models.JSONField()), blank=True)
    valid_from = models.DateField(
        null=True,
        blank=True,
        editable=False,
        db_default=Cast(_InForce(models.Value("register.effective_from")), models.DateField()),
    )
    version = models.PositiveIntegerField(db_default=1, editable=False)
    change_set = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        related_name="+",
        editable=False,
        db_default=Cast(_InForce(models.Value("register.change_set")), models.BigIntegerField()),
    )

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


def identifiers_index(table: str) -> GinIndex:
    """Finds a record by another body's name for it; records without one cost nothing."""
    return GinIndex(
        fields=["identifiers"],
        opclasses=["jsonb_path_ops"],
        name=f"{table}_identifiers",
        condition=~models.Q(identifiers={}),
    )


def period(since: str, until: str) -> models.Func:
    """The half-open range of days between two columns; NULL stands for no limit."""
    return models.Func(since, until, function="daterange", output_field=DateRangeField())
