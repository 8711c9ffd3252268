"""Work for crews, what they report of it, and links for parties without an account."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Crew
from cases.models.case import Case
from cases.models.catalogue import ResultCode
from cases.rules.work import OPEN_ORDERS, OrderState


class WorkOrder(models.Model):
    """One case, planned for one crew on one day. A case has at most one open order.

    `version` grows by one with every deed of the crew and every change of crew, day or state; the
    order within the day (`position`) may change without it.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="work_orders")
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="work_orders")
    planned_day = models.DateField()
    position = models.PositiveIntegerField(default=0, help_text="Within the crew's day.")
    state = models.CharField(
        max_length=9,
        choices=[(s.value, s.value) for s in OrderState],
        default=OrderState.PLANNED.value,
    )
    task = models.TextField(blank=True, help_text="What the coordinator tells the crew.")
    result_code = models.ForeignKey(ResultCode, models.PROTECT, null=True)
    note = models.TextField(blank=True, help_text="What the crew says.")
    minutes = models.PositiveIntegerField(null=True, help_text="Spent at the place.")
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, help_text="The crew arrived.")
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["crew", "planned_day", "position"], name="order_of_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="one_open_order",
                condition=models.Q(state__in=sorted(OPEN_ORDERS)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.crew_id} {self.planned_day} {self.state}"


class Material(models.Model):
    """What was used for an order."""

    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="materials")
    name = models.CharField(max_length=120)
    quantity = models.DecimalField(max_digits=11, decimal_places=3)
    unit = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.quantity} {self.unit}"


class WorkReport(models.Model):
    """One deed of a crew as its phone sent it. `client_id` is made on the phone: however often it
    is sent, it is done once."""

    client_id = models.UUIDField(unique=True)
    order = models.ForeignKey(WorkOrder, models.CASCADE, related_name="reports")
    deed = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="On the phone.")
    received_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.order_id} {self.deed}"


class ExternalLink(models.Model):
    """A personal link by which a party without an account sees one case and answers. Only a digest
    of its token is kept: the link is shown once, to whoever makes it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="external_links")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    party = models.CharField(max_length=120, help_text="Who it is for.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="Last seen by the party.")
    answered_at = models.DateTimeField(null=True)
    done = models.BooleanField(null=True, help_text="What the party answered.")

    def __str__(self) -> str:
        return f"{self.case_id} {self.party}"
