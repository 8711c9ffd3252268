"""Somebody has the same trouble: they follow the case that is there instead of opening another."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cases.actions.recording import happened
from cases.actions.reporters import find_reporter
from cases.models import Case, CaseReporter, Reporter
from cases.rules.draft import Contact
from notifications.actions.outbox import put_all
from notifications.models import Message


@transaction.atomic
def follow(case: Case, contact: Contact, *, now: datetime, by: int | None = None) -> CaseReporter:
    """Counts one more person, and asks by a message whether the address is theirs: until they say so
    they are told nothing. `by`: the agent whom they called. Who reported the case, or follows it, is not counted twice."""
    reporter = find_reporter(contact) or Reporter.objects.create()
    link, new = CaseReporter.objects.get_or_create(
        case=case, reporter=reporter,
        defaults={"follows": True, "token": secrets.token_urlsafe(16)},
    )  # fmt: skip
    if not new:
        return link
    happened(case, "followed", actor=by, now=now)
    if not contact.anonymous and (contact.email or contact.phone):
        address = settings.VIP_URL + reverse("following", args=[link.token])
        with translation.override(contact.language or reporter.language):
            message = Message(
                key=f"case:{case.pk}:follow:{link.pk}:{reporter.pk}",
                transport=Message.Transport.EMAIL if contact.email else Message.Transport.SMS,
                recipient=contact.email or contact.phone,
                subject=_("Do you want to follow a request?"),
                body=_("Confirm with this link that you want to be told: %(link)s")
                % {"link": address}
                + "\n"
                + _("If it was not you, do nothing."),
            )
        put_all([message])
    return link


def confirm(link: CaseReporter, *, now: datetime) -> None:
    """From now on this follower is told what becomes of the case."""
    CaseReporter.objects.filter(pk=link.pk, confirmed_at=None).update(confirmed_at=now)


@transaction.atomic
def stop_following(link: CaseReporter) -> None:
    """The follower, and the contact data where no other case needs them, are gone."""
    reporter = link.reporter_id
    link.delete()
    if not CaseReporter.objects.filter(reporter=reporter).exists():
        Reporter.objects.filter(pk=reporter).delete()
