"""Who is told of works on streets: departments that follow districts, and citizens who follow a street."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from addresses.models import Street
from cases.actions.forgetting import drop_reporters
from cases.actions.reporters import find_reporter
from cases.models import DepartmentFollow, PlannedWork, Reporter, StreetFollow, Unsubscribed
from cases.rules.draft import Contact
from core.api.problems import InvalidInput
from notifications.actions.outbox import put_all
from notifications.models import Message

#: What is told, and of `changed` and `withdraw` only what was permitted before.
_TOLD = frozenset({"permit", "permit_all_the_same", "start", "finish", "changed", "withdraw"})


def tell(work: PlannedWork, event: str, *, now: datetime) -> None:
    """Puts the messages of an event into the outbox, in the caller's transaction: each once."""
    if event not in _TOLD:
        return
    if event == "withdraw" and not work.events.filter(kind__startswith="permit").exists():
        return
    key = f"work:{work.pk}:{work.version}:{event}"
    put_all([*_to_departments(work, event, key), *_to_citizens(work, event, key)])


@transaction.atomic
def follow_street(street: Street, contact: Contact, *, now: datetime) -> StreetFollow:
    """Asks by mail whether the address is the sender's own; until they say so they are told nothing."""
    if not contact.email:
        raise InvalidInput({"email": [_("This is needed.")]})
    reporter = find_reporter(contact)
    assert reporter is not None
    follow, _new = StreetFollow.objects.get_or_create(
        street=street, reporter=reporter,
        defaults={"token": secrets.token_urlsafe(24), "created_at": now},
    )  # fmt: skip
    if follow.confirmed_at is None:
        with translation.override(contact.language or reporter.language):
            link = settings.VIP_URL + reverse("street_follow", args=[follow.token])
            body = _(
                "Confirm with this link that you want to be told of works on %(street)s: %(link)s"
            )
            message = Message(
                key=f"street:{follow.pk}:confirm", transport=Message.Transport.EMAIL,
                recipient=contact.email, subject=_("Do you want to follow a street?"),
                body=body % {"street": street.name, "link": link}
                + "\n" + _("If it was not you, do nothing."),
            )  # fmt: skip
        put_all([message])
    return follow


def confirm_street(follow: StreetFollow, *, now: datetime) -> None:
    StreetFollow.objects.filter(pk=follow.pk, confirmed_at=None).update(confirmed_at=now)


@transaction.atomic
def leave_street(follow: StreetFollow) -> None:
    """Ends it, and forgets the person where nothing else needs them."""
    person = follow.reporter_id
    follow.delete()
    drop_reporters([person])


def _to_departments(work: PlannedWork, event: str, key: str) -> Sequence[Message]:
    departments = [
        row.department_id
        for row in DepartmentFollow.objects.all()
        if not row.districts or set(row.districts) & set(work.districts)
    ]
    held = Membership.objects.filter(department__in=departments, role="COORDINATOR")
    people = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(email="")
    return [
        _message(work, event, f"{key}:u{user.pk}", user.email, user.language, "")
        for user in people.order_by("pk")
    ]


def _to_citizens(work: PlannedWork, event: str, key: str) -> Sequence[Message]:
    follows = StreetFollow.objects.filter(
        street__in=work.streets.all(), confirmed_at__isnull=False
    ).select_related("reporter")
    quiet = set(Unsubscribed.objects.values_list("index", flat=True))
    found: dict[int, tuple[Reporter, str]] = {}
    for follow in follows.order_by("pk"):  # whoever follows two of its streets is told once
        if follow.reporter.email and follow.reporter.email_index not in quiet:
            found.setdefault(follow.reporter_id, (follow.reporter, follow.token))
    return [
        _message(work, event, f"{key}:r{person.pk}", person.email, person.language, token)
        for person, token in found.values()
    ]


def _message(
    work: PlannedWork, event: str, key: str, to: str, language: str, token: str
) -> Message:
    with translation.override(language):
        words = {
            "permit": _("A work is planned: %(title)s"),
            "permit_all_the_same": _("A work is planned: %(title)s"),
            "start": _("A work has begun: %(title)s"),
            "finish": _("A work is finished: %(title)s"),
            "changed": _("A work has changed and is looked at again: %(title)s"),
            "withdraw": _("A work will not take place: %(title)s"),
        }
        streets = ", ".join(work.streets.order_by("name").values_list("name", flat=True)[:5])
        lines = [
            f"{work.organisation}: {work.title}",
            *([streets] if streets else []),
            f"{formats.date_format(work.begin)} – {formats.date_format(work.end)}",
            work.contact,
            settings.VIP_URL + reverse("planned_work", args=[work.uid]),
        ]
        if token:
            end = settings.VIP_URL + reverse("street_follow", args=[token])
            lines.append(_("To hear no more of this street: %(link)s") % {"link": end})
        subject = words[event] % {"title": work.title}
    return Message(
        key=key[:120], transport=Message.Transport.EMAIL, recipient=to, subject=subject[:200],
        body="\n".join(lines),
    )  # fmt: skip
