"""Tells reporters what became of their case, through the outbox."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cases.models import Case, CaseReporter, Reporter, Unsubscribed
from cases.queries.person import index_of
from cases.queries.visibility import public_cases
from cases.rules.scrub import scrubbed
from notifications.actions.outbox import put_all
from notifications.models import Message

UNSUBSCRIBE = "unsubscribe"  # the salt of its links

# What the law or the person themselves asked for is told whatever they have switched off.
_ALWAYS = frozenset(["opened", "refer"])
# A question is asked, and can be answered, on the page of the case itself.
_NOT_TO_MERGED = frozenset(["ask"])
_NOT_TO_FOLLOWERS = frozenset(["ask", "give_up"])


@dataclass(frozen=True)
class Telling:
    """What became of a case; `key` tells this telling from others of the event."""

    case: Case
    event: str
    key: str
    note: str = ""


class _Addressed(NamedTuple):
    message: Message
    address: str  # its blind index
    always: bool


def tell_reporters(tellings: Iterable[Telling]) -> None:
    """One message to each reporter of each case, in their language.

    Of a case with a parent only the parent speaks. Whoever came with a duplicate gets the number and
    the link of their own request and no name in the words; a follower who has confirmed gets their
    own link, no number and no words, and nothing while the case is not public.
    """
    speaking = [told for told in tellings if told.case.parent_id is None]
    links: dict[int, list[CaseReporter]] = defaultdict(list)
    rows = CaseReporter.objects.filter(case__in=[told.case.pk for told in speaking])
    for link in rows.select_related("reporter", "merged_from").order_by("reporter"):
        links[link.case_id].append(link)
    followed = [pk for pk, those in links.items() if any(link.follows for link in those)]
    public = set(
        public_cases().filter(pk__in=followed).values_list("pk", flat=True) if followed else ()
    )
    _put(
        message
        for told in speaking
        for link in links[told.case.pk]
        if (message := _to_one(told, link, link.case_id in public)) is not None
    )


def confirm_receipt(*, case: Case, reporter: Reporter, language: str) -> None:
    """By e-mail if there is an address, otherwise by SMS; in the language of the report, where it has
    one."""
    if message := _about(case, reporter, "opened", language=language):
        _put([message])


def _put(messages: Iterable[_Addressed]) -> None:
    """All but those that somebody does not want any more."""
    found = list(messages)
    may_be_off = {m.address for m in found if not m.always}
    off = set(
        Unsubscribed.objects.filter(index__in=may_be_off).values_list("index", flat=True)
        if may_be_off
        else ()
    )
    put_all(m.message for m in found if m.always or m.address not in off)


def _to_one(told: Telling, link: CaseReporter, public: bool) -> _Addressed | None:
    key = f"case:{told.case.pk}:{told.event}:{told.key}:{link.reporter_id}"
    if link.follows:
        silent = link.confirmed_at is None or told.event in _NOT_TO_FOLLOWERS or not public
        return None if silent else _to_follower(told.event, link, key)
    if link.merged_from is None:
        return _about(told.case, link.reporter, told.event, key, told.note)
    if told.event in _NOT_TO_MERGED:
        return None
    event = "resolve_merged" if told.event == "resolve" else told.event
    return _about(link.merged_from, link.reporter, event, key, scrubbed(told.note))


def _about(
    case: Case,
    reporter: Reporter,
    event: str,
    key: str = "",
    note: str = "",
    language: str = "",
) -> _Addressed | None:
    """To somebody who reported this very case."""
    with translation.override(language or reporter.language):
        named = {"number": case.number}
        more = _("Anybody who has the link can see the request.") if event == "opened" else ""
        return _message(
            reporter, key or f"case:{case.pk}:{event}", _("Your request %(number)s") % named,
            words=_words(event) % named, note=note, path=reverse("tracking", args=[case.token]),
            more=more, always=event in _ALWAYS,
        )  # fmt: skip


def _to_follower(event: str, link: CaseReporter, key: str) -> _Addressed | None:
    """To somebody whose case it is not."""
    with translation.override(link.reporter.language):
        path = reverse("following", args=[link.token])
        subject, words = _("News of what you follow"), _followers_words(event)
        return _message(link.reporter, key, subject, words=words, path=path)


def _message(
    reporter: Reporter, key: str, subject: str, *,
    words: str, path: str, note: str = "", more: str = "", always: bool = False,
) -> _Addressed | None:  # fmt: skip
    """None where nothing reaches them. An SMS is the words and the link alone: it is paid for by its length,
    and the rest stands on the page behind the link."""
    recipient = reporter.email or reporter.phone
    if not recipient:
        return None
    index = index_of(recipient.lower())
    link = settings.VIP_URL + path
    if reporter.email:
        follow_it = _("Follow it with this link: %(link)s") % {"link": link}
        body = "\n".join(part for part in (words, note, follow_it, more, no_more(index)) if part)
    else:
        body = f"{words}\n{link}"
    transport = Message.Transport.EMAIL if reporter.email else Message.Transport.SMS
    message = Message(key=key, transport=transport, recipient=recipient, subject=subject, body=body)
    return _Addressed(message, index, always)


def no_more_path(index: str) -> str:
    """Where the owner of an address or a number says that no more shall come."""
    return reverse("unsubscribe", args=[signing.dumps(index, salt=UNSUBSCRIBE)])


def no_more(index: str) -> str:
    """The last line of an e-mail."""
    return _("No more messages: %(link)s") % {"link": settings.VIP_URL + no_more_path(index)}


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
        "resolve_merged": _("Your request %(number)s has been dealt with:"),
        "cancel": _("Your request %(number)s was cancelled:"),
        "give_up": _("Your request %(number)s was closed, because our question was not answered."),
        "reopen": _("Your request %(number)s is open again."),
        "refuse_to_reopen": _("Your request %(number)s stays closed:"),
    }[event]


def _followers_words(event: str) -> str:
    return {
        "refer": _("What you follow was forwarded to the body that is responsible for it."),
        "resolve": _("What you follow has been dealt with."),
        "cancel": _("What you follow was cancelled."),
        "reopen": _("What you follow is open again."),
        "refuse_to_reopen": _("What you follow stays closed."),
    }[event]
