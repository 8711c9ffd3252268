"""Tells reporters what became of their case, through the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from cases.rules.draft import Contact
from notifications.actions.outbox import put_all
from notifications.models import Message


@dataclass(frozen=True)
class Telling:
    """What became of a case; `key` tells this telling from others of the event."""

    case: Case
    event: str
    key: str
    note: str = ""


def tell_reporters(tellings: Iterable[Telling]) -> None:
    """One message to each reporter of each case. Of a case with a parent only the parent speaks."""
    put_all(
        message
        for told in tellings
        if told.case.parent_id is None
        for reporter in told.case.reporters.all()
        if (
            message := _message(
                told.case,
                Contact(reporter.full_name, reporter.phone, reporter.email),
                told.event,
                f"{told.key}:{reporter.pk}",
                told.note,
            )
        )
    )


def tell_reporter(*, case: Case, contact: Contact, event: str) -> None:
    """One message per case and event, by e-mail if there is an address, otherwise by SMS."""
    if message := _message(case, contact, event):
        put_all([message])


def _message(
    case: Case, contact: Contact, event: str, key: str = "", note: str = ""
) -> Message | None:
    if not contact.email and not contact.phone:
        return None
    transport = Message.Transport.EMAIL if contact.email else Message.Transport.SMS
    link = settings.VIP_URL + reverse("tracking", args=[case.token])
    body = "\n".join(
        part
        for part in (
            _words(event) % {"number": case.number},
            note,
            _("Follow it with this link: %(link)s") % {"link": link},
            _("Anybody who has the link can see the request.") if event == "opened" else "",
        )
        if part
    )
    return Message(
        key=f"case:{case.pk}:{event}" + (f":{key}" if key else ""),
        transport=transport,
        recipient=contact.email or contact.phone,
        subject=_("Your request %(number)s") % {"number": case.number},
        body=body,
    )


def _words(event: str) -> str:
    return {
        "opened": _("Your request %(number)s has been received."),
        "ask": _("We have a question about your request %(number)s. Please answer by the link:"),
        "refer": _(
            "Another body is responsible for your request %(number)s; it was forwarded under law"
            " 3071, article 5:"
        ),
        "resolve": _(
            "Your request %(number)s has been dealt with. If you do not agree, ask for reopening by"
            " the link:"
        ),
        "cancel": _("Your request %(number)s was cancelled:"),
        "give_up": _("Your request %(number)s was closed, because our question was not answered."),
        "reopen": _("Your request %(number)s is open again."),
        "refuse_to_reopen": _("Your request %(number)s stays closed:"),
    }[event]
