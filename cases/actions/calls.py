"""What an agent does while somebody is on the telephone: several requests in one call, a look at
what the caller has reported before, the caller added to what is there already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.following import follow
from cases.actions.open_case import KeyReused, Opened, open_case
from cases.models import Case, ContactLook
from cases.queries.place import Location
from cases.queries.visibility import permissions_on, public_cases, visible_cases
from cases.rules.draft import Contact, Draft
from cases.rules.lifecycle import OPEN
from cases.rules.validation import check_contact
from core.api.problems import InvalidInput
from core.rules.secrets import blind_index

PARTS_MAX = 10
_SHOWN = 10


@transaction.atomic
def open_call(
    drafts: Sequence[tuple[Draft, Location]], *, viewer: Viewer, now: datetime
) -> list[Opened]:
    """The requests of one call, all or none: the first one is the parent of the others and speaks to
    the caller for all. Repeated with the key of the first draft, it gives the same ones again.

    Raises as `open_case`; KeyReused too where the call had another number of requests before.
    """
    if len(drafts) > PARTS_MAX:
        raise InvalidInput({"": [_("At most %s requests are possible in one call.") % PARTS_MAX]})
    (first, place), *others = drafts
    opened = [open_case(first, viewer=viewer, now=now, location=place)]
    parent = opened[0]
    for n, (draft, where) in enumerate(others, start=2):
        part = replace(draft, external_id=f"{first.external_id[:110]}:{n}", channel=first.channel)
        opened.append(
            open_case(part, viewer=viewer, now=now, location=where, parent=parent.case.number)
        )
    if any(one.new != parent.new for one in opened):
        raise KeyReused(first.external_id)
    if not parent.new and parent.case.children.filter(pk__gt=opened[-1].case.pk).exists():
        raise KeyReused(first.external_id)
    return opened


@transaction.atomic
def callers_cases(*, phone: str, viewer: Viewer, now: datetime) -> list[Case]:
    """The open cases of whoever has this telephone, as far as the viewer sees them and their contact
    data; the newest first. Each is a look at contact data, and written down.

    Raises PermissionDenied, and InvalidInput for what is no telephone number.
    """
    if viewer.user_id is None or not viewer.may(Permission.SEE_CONTACT):
        raise PermissionDenied
    number = check_contact(Contact(phone=phone)).phone
    if not number:
        return []
    index = blind_index(settings.DATA_KEY, number)
    rows = (
        visible_cases(viewer)
        .filter(reporters__phone_index=index, state__in=OPEN)
        .select_related("request_type", "department")
        .order_by("-opened_at")[:_SHOWN]
    )
    cases = [c for c in rows if _sees_contact(c, viewer)]
    ContactLook.objects.bulk_create(
        ContactLook(case=c, user_id=viewer.user_id, code=ContactLook.Code.CALLER, at=now)
        for c in cases
    )
    return cases


@transaction.atomic
def follow_case(*, number: str, contact: Contact, viewer: Viewer, now: datetime) -> Case:
    """Lets a caller follow an open case, instead of opening it anew.

    Raises PermissionDenied for a case that the viewer may not see or has no right to open cases
    for, and InvalidInput for a contact that names nobody or a case that is not public: its followers
    are told nothing.
    """
    case = visible_cases(viewer).select_for_update(of=("self",)).filter(number=number).first()
    if case is None or case.state not in OPEN or not viewer.may(Permission.OPEN_CASE):
        raise PermissionDenied
    if not public_cases().filter(pk=case.pk).exists():
        words = _(
            "Whoever follows this request would be told nothing, because it is not public. Open"
            " another for the caller."
        )
        raise InvalidInput({"": [words]})
    checked = check_contact(contact)
    if not (checked.phone or checked.email):
        words = _("To be told of it, the caller leaves a telephone number or an e-mail address.")
        raise InvalidInput({"phone": [words]})
    follow(case, checked, now=now, by=viewer.user_id)
    return case


def _sees_contact(case: Case, viewer: Viewer) -> bool:
    return Permission.SEE_CONTACT in permissions_on(case, viewer)
