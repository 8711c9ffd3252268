"""Tells reporters what became of their case, through the outbox."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case, CaseReporter, Unsubscribed
from cases.queries.person import index_of
from cases.rules.draft import Contact
from cases.rules.scrub import scrubbed
from notifications.actions.outbox import put_all
from notifications.models import Message

UNSUBSCRIBE = "unsubscribe"  # the salt of its links

# What the law or the person themselves asked for is told whatever they have switched off.
_ALWAYS = frozenset(["opened", "refer"])
_OF_THE_CASE_ITSELF = frozenset(["ask", "give_up"])  # a question is its reporter's to answer


@dataclass(frozen=True)
class Telling:
    """What became of a case; `key` tells this telling from others of the event."""

    case: Case
    event: str
    key: str
    note: str = ""


class _Addressed(NamedTuple):
    message: Message
    event: str
    address: str  # its blind index


def tell_reporters(tellings: Iterable[Telling]) -> None:
    """One message to each reporter of each case.

    Of a case with a parent only the parent speaks. Whoever came with a duplicate gets the link of
    their own request and no name in the words; a follower who has confirmed gets theirs and no words.
    """
    speaking = [told for told in tellings if told.case.parent_id is None]
    links: dict[int, list[CaseReporter]] = defaultdict(list)
    rows = CaseReporter.objects.filter(case__in=[told.case.pk for told in speaking])
    for link in rows.select_related("reporter", "merged_from").order_by("reporter"):
        links[link.case_id].append(link)
    _put(
        message
        for told in speaking
        for link in links[told.case.pk]
        if (message := _to_one(told, link)) is not None
    )


def tell_reporter(*, case: Case, contact: Contact, event: str) -> None:
    """One message per case and event, by e-mail if there is an address, otherwise by SMS."""
    if message := _message(case, contact, event):
        _put([message])


def _put(messages: Iterable[_Addressed]) -> None:
    """All but those that somebody does not want any more."""
    found = list(messages)
    may_be_off = {m.address for m in found if m.event not in _ALWAYS}
    off = set(
        Unsubscribed.objects.filter(index__in=may_be_off).values_list("index", flat=True)
        if may_be_off
        else ()
    )
    put_all(m.message for m in found if m.event in _ALWAYS or m.address not in off)


def _to_one(told: Telling, link: CaseReporter) -> _Addressed | None:
    contact = Contact(link.reporter.full_name, link.reporter.phone, link.reporter.email)
    words, address = told.note, reverse("tracking", args=[told.case.token])
    if link.follows:
        if link.confirmed_at is None or told.event in _OF_THE_CASE_ITSELF:
            return None
        words, address = "", reverse("following", args=[link.token])
    elif link.merged_from is not None:
        words, address = scrubbed(told.note), reverse("tracking", args=[link.merged_from.token])
    key = f"{told.key}:{link.reporter_id}"
    return _message(told.case, contact, told.event, key, words, address)


def _message(
    case: Case, contact: Contact, event: str, key: str = "", note: str = "", path: str = ""
) -> _Addressed | None:
    recipient = contact.email or contact.phone
    if not recipient:
        return None
    index = index_of(recipient.lower())
    link = settings.VIP_URL + (path or reverse("tracking", args=[case.token]))
    body = "\n".join(
        part
        for part in (
            _words(event) % {"number": case.number},
            note,
            _("Follow it with this link: %(link)s") % {"link": link},
            _("Anybody who has the link can see the request.") if event == "opened" else "",
            _no_more(index) if contact.email else "",
        )
        if part
    )
    message = Message(
        key=f"case:{case.pk}:{event}" + (f":{key}" if key else ""),
        transport=Message.Transport.EMAIL if contact.email else Message.Transport.SMS,
        recipient=recipient,
        subject=_("Your request %(number)s") % {"number": case.number},
        body=body,
    )
    return _Addressed(message, event, index)


def _no_more(index: str) -> str:
    path = reverse("unsubscribe", args=[signing.dumps(index, salt=UNSUBSCRIBE)])
    return _("No more messages: %(link)s") % {"link": settings.VIP_URL + path}


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
