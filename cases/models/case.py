"""The case: one request at one place, with one body responsible."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.utils import timezone

from accounts.models import Crew, Department, Organisation
from addresses.models import Address, Building, District, Neighbourhood, Parcel, Street
from cases.models.catalogue import Channel, RequestType, ResultCode, TypeVersion
from cases.models.words import Stems
from cases.rules.lifecycle import OPEN, TRIAGE, State
from cases.rules.questions import URGENCIES

_OPEN = models.Q(state__in=sorted(s.value for s in OPEN))
# What lists of open cases are filtered by: read from the index alone.
_FILTERED = [
    "state", "kind", "precision", "category", "escalation", "needs_review", "due_at", "channel",
    "request_type", "district", "neighbourhood", "department", "organisation", "result_code",
]  # fmt: skip
_TRIAGE = models.Q(needs_review=True) | models.Q(state__in=sorted(s.value for s in TRIAGE))


class Case(models.Model):
    """Current values, denormalised; every change stands in `CaseEvent`.

    The place: `geom` (EPSG:4326) and the register's records it was found at. A door's registered
    neighbourhood decides; a polygon decides only for a bare point.
    """

    class Kind(models.TextChoices):
        REQUEST = "REQUEST"
        COMPLAINT = "COMPLAINT"
        TIP = "TIP"
        SUGGESTION = "SUGGESTION"
        DEMAND = "DEMAND"

    number = models.CharField(max_length=20, unique=True)
    uid = models.UUIDField(
        unique=True, editable=False, db_default=RandomUUID(),
        help_text="What it is called where its number is nobody's business: docs/open311.md.",
    )  # fmt: skip
    token = models.CharField(
        max_length=43, unique=True, help_text="Secret part of the tracking link."
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=24, choices=[(s.value, s.value) for s in State])
    request_type = models.ForeignKey(
        RequestType, models.PROTECT, null=True, related_name="cases", db_index=False
    )
    type_source = models.CharField(max_length=10, default="", help_text="CHOSEN or SUGGESTED.")
    description = models.TextField()
    answers = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="To the questions of its type, by name.",
    )
    answers_to = models.ForeignKey(
        TypeVersion, models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="Whose questions they answer, in the words of then.",
    )  # fmt: skip
    urgency = models.CharField(
        max_length=10, default="NORMAL", db_default="NORMAL",
        choices=[(level, level) for level in URGENCIES],
    )  # fmt: skip
    urgency_source = models.CharField(
        max_length=8, default="", db_default="", blank=True,
        help_text="WORDS, TYPE, ANSWERS, MODEL or PERSON; empty: nothing spoke for any.",
    )  # fmt: skip
    urgency_words = ArrayField(
        models.CharField(max_length=60), default=list, db_default=models.Value("{}"), blank=True,
        help_text="What of the text or the answers counted.",
    )  # fmt: skip
    text_key = models.TextField(help_text="Folded number, text and place, for the search box.")
    channel = models.ForeignKey(Channel, models.PROTECT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children",
        help_text="One level. Only the parent speaks to the reporter.",
    )  # fmt: skip
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="duplicates", help_text="One level."
    )
    state_before = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text="Where a detour leads back to.",
    )

    geom = models.PointField(srid=4326, null=True)
    geom_m = models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=models.GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    h3_10 = models.BigIntegerField(null=True, help_text="H3 cell of resolution 10.")
    place_text = models.CharField(max_length=500, blank=True)
    place_label = models.CharField(max_length=300, blank=True)
    precision = models.CharField(max_length=14, default="NONE")
    category = models.CharField(
        max_length=1, blank=True, help_text="A exact, B sure, C suggestion."
    )
    confidence = models.FloatField(null=True)
    method = models.CharField(max_length=10, default="", help_text="GEOCODER, PIN, AGENT or FILE.")
    candidates = models.JSONField(default=list)
    place_warnings = models.JSONField(default=list)
    district = models.ForeignKey(District, models.PROTECT, null=True, db_index=False)
    neighbourhood = models.ForeignKey(Neighbourhood, models.PROTECT, null=True, db_index=False)
    street = models.ForeignKey(Street, models.SET_NULL, null=True)
    address = models.ForeignKey(Address, models.SET_NULL, null=True)
    building = models.ForeignKey(Building, models.SET_NULL, null=True)
    parcel = models.ForeignKey(Parcel, models.SET_NULL, null=True)

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, null=True, db_index=False)
    crew = models.ForeignKey(Crew, models.SET_NULL, null=True, help_text="Of the department.")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        help_text="Who answers for it in the department.",
    )  # fmt: skip
    needs_review = models.BooleanField(
        default=False, help_text="A person must look at the routing."
    )
    public = models.BooleanField(default=False, help_text="May stand on a public map.")

    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    legal_due_at = models.DateTimeField(null=True)
    next_escalation_at = models.DateTimeField(null=True)
    escalation = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="0 to 3.")
    answer_due_at = models.DateTimeField(null=True, help_text="Until then the reporter may answer.")
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    result_code = models.ForeignKey(ResultCode, models.PROTECT, null=True)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    @property
    def legal_day(self) -> date | None:
        """The last day of the legal limit, which ends with it."""
        if self.legal_due_at is None:
            return None
        return timezone.localdate(self.legal_due_at - timedelta(microseconds=1))

    class Meta:
        # A key without an index of its own (db_index=False) leads one of these.
        indexes = [
            GistIndex(fields=["geom_m"], name="case_geom_m"),
            GistIndex(fields=["geom_m"], name="case_open_geom_m", condition=_OPEN),
            models.Index(fields=["department", "state", "-opened_at"], name="case_department"),
            models.Index(fields=["organisation", "-opened_at"], name="case_organisation"),
            # A body and types that it never has are counted at once, where the planner expects many.
            models.Index(fields=["organisation", "request_type"], name="case_body_type"),
            models.Index(fields=["-opened_at"], name="case_opened"),
            models.Index(fields=["-changed_at"], name="case_changed"),
            models.Index(fields=["neighbourhood", "opened_at"], name="case_neighbourhood"),
            # The console's orders; the id decides between equal moments.
            models.Index(
                fields=["opened_at", "id"],
                name="case_open_opened",
                condition=_OPEN,
                include=_FILTERED,
            ),
            models.Index(fields=["due_at", "id"], name="case_open_due", condition=_OPEN),
            models.Index(fields=["changed_at", "id"], name="case_open_changed", condition=_OPEN),
            models.Index(fields=["due_at", "id"], name="case_due"),
            models.Index(
                fields=["closed_at", "id"],
                name="case_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["organisation", "opened_at"], name="case_triage", condition=_TRIAGE
            ),
            *(
                models.Index(fields=[column, "due_at"], name=f"case_open_{column}", condition=_OPEN)
                for column in ("department", "crew", "assignee")
            ),
            # And its filters that leave much of the table.
            models.Index(fields=["district", "opened_at"], name="case_district"),
            models.Index(fields=["request_type", "opened_at"], name="case_type"),
            # Of types that are never public the public list has none, which no planner expects.
            models.Index(
                fields=["request_type", "opened_at", "id"],
                name="case_public",
                condition=models.Q(public=True),
            ),
            GinIndex(Stems("text_key"), name="case_stems"),
            # Most searches ask for open cases alone: theirs is small.
            GinIndex(Stems("text_key"), name="case_open_stems", condition=_OPEN),
            models.Index(fields=["h3_10", "opened_at"], name="case_h3"),
            models.Index(
                fields=["answer_due_at"],
                name="case_answer_due",
                condition=models.Q(answer_due_at__isnull=False),
            ),
            models.Index(
                fields=["next_escalation_at"],
                name="case_escalation",
                condition=models.Q(next_escalation_at__isnull=False),
            ),
            models.Index(
                fields=["resolved_at"], name="case_resolved", condition=models.Q(state="RESOLVED")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def sensitive(self) -> bool:
        """Whether only those who are cleared see it."""
        return self.request_type is not None and self.request_type.sensitive
