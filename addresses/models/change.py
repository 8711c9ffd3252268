"""Change sets: every change of the register stands in one, and is published with it or not at all."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.functions import RandomUUID
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ChangeSet(models.Model):
    """One act on the register, published at once. `number` is gap-free, in order of publication.

    `effective_from` is the day on which its versions come into legal force: NULL where that is not
    known (the first load of a source). A CORRECTION mends what was recorded wrongly: it begins no
    new period, and "as of" shows the corrected row for the whole of the old one.
    """

    class Kind(models.TextChoices):
        IMPORT = "IMPORT", _("Import")
        EDIT = "EDIT", _("Edit")
        CORRECTION = "CORRECTION", _("Correction")
        BOUNDARIES = "BOUNDARIES", _("New set of boundaries")
        ROLLBACK = "ROLLBACK", _("Roll-back")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        CHECKED = "CHECKED", _("Checked")
        REVIEWED = "REVIEWED", _("Reviewed")
        PUBLISHED = "PUBLISHED", _("Published")
        REJECTED = "REJECTED", _("Rejected")

    SOURCE_MAX = 200

    uid = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    number = models.PositiveBigIntegerField(unique=True, null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True, default="")
    legal_basis = models.CharField(
        max_length=200, blank=True, default="", help_text="Council decision, permit, order."
    )
    source = models.CharField(
        max_length=SOURCE_MAX, blank=True, help_text="From what it was made: a survey, a file."
    )
    evidence = models.FileField(upload_to="register/evidence/", blank=True)
    evidence_name = models.CharField(max_length=200, blank=True, default="")
    evidence_size = models.PositiveBigIntegerField(null=True, help_text="Bytes.")
    evidence_sha256 = models.CharField(max_length=64, blank=True, default="")
    file_name = models.CharField(max_length=200, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    editors = models.JSONField(default=list, help_text="Ids of everybody who changed the draft.")
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    rolls_back = models.ForeignKey("self", models.PROTECT, null=True, related_name="roll_backs")
    summary = models.JSONField(default=dict, help_text="Counts by entity, or what an import did.")
    report = models.JSONField(default=dict, help_text="What the last check found.")
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    rejection = models.TextField(blank=True, default="")
    # Grows with every change of the draft; `Change.written` says which one wrote a record last.
    version = models.PositiveIntegerField(default=1)
    #: The version that whoever acts has seen, where they say so. Not stored.
    seen: int | None = None

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="change_set_numbered_when_published",
                condition=models.Q(state="PUBLISHED", number__isnull=False)
                | (~models.Q(state="PUBLISHED") & models.Q(number__isnull=True)),
            )
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="change_set_by_state")]

    def __str__(self) -> str:
        return f"{self.number or self.state.lower()} {self.title}"


class Change(models.Model):
    """One record as a draft means to make it. `values` are in the form of `queries.data_model`.

    `base_version` is the version that the editor saw: if the register has another one by then,
    nothing is overwritten. `written` and `editor` keep two editors of one draft from doing so.
    CREATE carries all values, UPDATE those that change, RETIRE none.
    """

    class Operation(models.TextChoices):
        CREATE = "CREATE", _("New")
        UPDATE = "UPDATE", _("Changed")
        RETIRE = "RETIRE", _("Retired")

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="changes")
    entity = models.CharField(max_length=20)
    entity_uid = models.UUIDField(default=uuid.uuid4)
    operation = models.CharField(max_length=6, choices=Operation.choices)
    base_version = models.PositiveIntegerField(null=True)
    values = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True, default="")
    written = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The draft's version since then."
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "entity", "entity_uid"], name="change_once_per_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.entity} {self.entity_uid}"


class Lineage(models.Model):
    """What became of a record. Publishing notes RENAMED and RENUMBERED (old and new are the same)."""

    class Relation(models.TextChoices):
        SPLIT = "SPLIT", _("Split")
        MERGED = "MERGED", _("Merged")
        REPLACED = "REPLACED", _("Replaced")
        DUPLICATE_OF = "DUPLICATE_OF", _("Duplicate of")
        RENAMED = "RENAMED", _("Renamed")
        RENUMBERED = "RENUMBERED", _("Renumbered")

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="lineage")
    entity = models.CharField(max_length=20)
    old_uid = models.UUIDField(db_index=True)
    new_uid = models.UUIDField(db_index=True)
    relation = models.CharField(max_length=12, choices=Relation.choices)
    old_value = models.CharField(max_length=200, blank=True, db_default="")
    new_value = models.CharField(max_length=200, blank=True, db_default="")
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change_set", "entity", "old_uid", "new_uid", "relation"],
                name="lineage_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.old_uid} {self.relation} {self.new_uid}"


class ChangeCounter(models.Model):
    """One row: the number of the last published change set.

    The row is locked at the end of a publication, so that numbers follow the order of commits and
    none is missing: a sequence leaves gaps when a transaction is rolled back.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="change_counter_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)


class ImportNote(models.Model):
    """Why a row of an import was repaired, linked, rejected, or contradicts something."""

    class Outcome(models.TextChoices):
        REPAIRED = "REPAIRED"
        LINKED = "LINKED"
        REJECTED = "REJECTED"
        CONFLICT = "CONFLICT"

    change_set = models.ForeignKey(ChangeSet, models.CASCADE, related_name="notes")
    row = models.PositiveIntegerField(help_text="Row of the file, from 1.")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.SlugField(max_length=40)
    field = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)
    entity = models.CharField(max_length=20, blank=True)
    entity_id = models.BigIntegerField(null=True)
    geom = models.PointField(srid=4326, null=True)

    class Meta:
        indexes = [models.Index(fields=["change_set", "outcome", "reason"], name="note_by_reason")]

    def __str__(self) -> str:
        return f"{self.row}: {self.outcome} {self.reason}"
