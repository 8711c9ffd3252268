"""What may be asked, through which channel, and how it may end. All of it is data."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class Channel(models.Model):
    class Transport(models.TextChoices):
        FORM = "FORM"
        API = "API"
        EMAIL = "EMAIL"
        SMS = "SMS"
        WEBHOOK = "WEBHOOK"
        FILE = "FILE"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    family = models.CharField(max_length=12, help_text="INTEGRATED, PARTNER or INDIVIDUAL.")
    transport = models.CharField(max_length=8, choices=Transport.choices)
    to_triage = models.BooleanField(default=False, help_text="A person looks before it is routed.")
    public = models.BooleanField(default=False, help_text="Anybody may send by it.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class RequestTypeGroup(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    colour = models.CharField(max_length=7, default="#5b6b7b")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RequestType(models.Model):
    """About 300, the same in every organisation."""

    class LegalClock(models.TextChoices):
        NONE = "NONE"
        PETITION_30_DAYS = "PETITION_30_DAYS"  # law 3071
        INFORMATION_15_WORKING_DAYS = "INFORMATION_15_WORKING_DAYS"  # law 4982

    group = models.ForeignKey(RequestTypeGroup, models.PROTECT, related_name="types")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, default="COMPLAINT")
    keywords = ArrayField(
        models.CharField(max_length=60), default=list, help_text="Folded by core."
    )
    target_hours = models.PositiveIntegerField(default=72)
    legal_clock = models.CharField(
        max_length=30, choices=LegalClock.choices, default=LegalClock.PETITION_30_DAYS
    )
    public = models.BooleanField(default=True, help_text="May stand on a public map.")
    sensitive = models.BooleanField(
        default=False, db_default=False, help_text="Seen only by those who are cleared for it."
    )
    survey = models.BooleanField(
        default=True, db_default=True, help_text="Its reporters are asked how it went."
    )
    retention_days = models.PositiveIntegerField(
        default=3650, db_default=3650, help_text="Personal data are kept so long after the end."
    )
    icon = models.SlugField(max_length=40, blank=True, default="", db_default="")
    synonyms = ArrayField(
        models.CharField(max_length=80), default=list, db_default=models.Value("{}"), blank=True,
        help_text="Other names that people look for it by.",
    )  # fmt: skip
    guidance = models.TextField(
        blank=True, default="", db_default="", help_text="What an agent should know and say."
    )
    questionnaire = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True,
        help_text="Questions, hard stops, urgency: see cases/rules/questions.py.",
    )  # fmt: skip
    active = models.BooleanField(default=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="What is offered instead of a retired type.",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["group__name", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_public(self) -> bool:
        """Whether its cases may stand on a public map; what is sensitive never does."""
        return self.public and not self.sensitive


class TypeVersion(models.Model):
    """A request type as somebody left it. Cases point to the one that their answers answer."""

    request_type = models.ForeignKey(RequestType, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    content = models.JSONField(help_text="Every field: see cases/rules/request_type.py.")

    class Meta:
        ordering = ["request_type", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request_type", "number"], name="type_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.request_type_id} version {self.number}"


class ResultCode(models.Model):
    """Chosen when a case is closed; not a state."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    done = models.BooleanField(help_text="The request was fulfilled.")

    def __str__(self) -> str:
        return self.name
