"""Tells reporters what became of their case, through the outbox."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case, CaseReporter, Unsubscribed
from cases.queries.person import index_of
from cases.rules.draft import Contact
from cases.rules.scrub import scrubbed
from notifications.actions.outbox import put
from notifications.models import Message

UNSUBSCRIBE = "unsubscribe"  # the salt of its links

# What the law or the person themselves asked for is told whatever they have switched off.
_ALWAYS = frozenset(["opened", "refer"])
_OF_THE_CASE_ITSELF = frozenset(["ask", "give_up"])  # a question is its reporter's to answer


def tell_reporters(*, case: Case, event: str, key: str, note: str = "") -> None:
    """One message to each reporter of the case; `key` tells this telling from others of the event.

    Of a case with a parent only the parent speaks. Whoever came with a duplicate gets the link of
    their own request and no name in the words; a follower who has confirmed gets theirs and no words.
    """
    if case.parent_id is not None:
        return
    links = CaseReporter.objects.filter(case=case).select_related("reporter", "merged_from")
    for link in links.order_by("reporter"):
        contact = Contact(link.reporter.full_name, link.reporter.phone, link.reporter.email)
        words, address = note, reverse("tracking", args=[case.token])
        if link.follows:
            if link.confirmed_at is None or event in _OF_THE_CASE_ITSELF:
                continue
            words, address = "", reverse("following", args=[link.token])
        elif link.merged_from is not None:
            words, address = scrubbed(note), reverse("tracking", args=[link.merged_from.token])
        tell_reporter(
            case=case, contact=contact, event=event, key=f"{key}:{link.reporter_id}", note=words,
            path=address,
        )  # fmt: skip


def tell_reporter(
    *, case: Case, contact: Contact, event: str, key: str = "", note: str = "", path: str = ""
) -> None:
    """One message per case, event and key, by e-mail if there is an address, otherwise by SMS."""
    recipient = contact.email or contact.phone
    if not recipient:
        return
    index = index_of(recipient.lower())
    if event not in _ALWAYS and Unsubscribed.objects.filter(index=index).exists():
        return
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
    put(
        key=f"case:{case.pk}:{event}" + (f":{key}" if key else ""),
        transport=Message.Transport.EMAIL if contact.email else Message.Transport.SMS,
        recipient=recipient,
        subject=_("Your request %(number)s") % {"number": case.number},
        body=body,
    )


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
