"""A case handed to another organisation: a legal act of its own, with notice to the reporter."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Department
from cases.models.case import Case


class Referral(models.Model):
    """Under law 3071, article 5, a petition that came to the wrong body goes to the right one, and
    its sender is told. `accepted` is None until the other body has answered."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="referrals")
    from_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    to_department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    accepted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_department_id} → {self.to_department_id}"
