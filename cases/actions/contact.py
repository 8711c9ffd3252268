"""Looks at contact data are written down before anything is shown."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import ContactLook, Reporter
from cases.queries.visibility import permissions_on, visible_cases


def see_contact(*, number: str, viewer: Viewer, reason: str, now: datetime) -> list[Reporter]:
    """The reporters of a case. Raises PermissionDenied; every look leaves a row."""
    case = visible_cases(viewer).filter(number=number).first()
    if case is None or viewer.user_id is None:
        raise PermissionDenied
    if Permission.SEE_CONTACT not in permissions_on(case, viewer):
        raise PermissionDenied
    with transaction.atomic():
        ContactLook.objects.create(case=case, user_id=viewer.user_id, reason=reason[:200], at=now)
        return list(case.reporters.all())
