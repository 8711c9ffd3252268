"""How it went: asked once when a case is closed, answered once by the link."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rules.api_keys import digest
from cases.actions.notices import no_more
from cases.actions.recording import happened
from cases.conf import CONF
from cases.models import Case, CaseReporter, Survey, Unsubscribed
from cases.queries.person import index_of
from core.api.problems import InvalidInput
from notifications.actions.outbox import put_all
from notifications.models import Message


class SurveyEnded(Exception):
    """It was answered, its time is over, or its case was forgotten."""


def ask_survey(case: Case, *, now: datetime) -> None:
    """One message to whoever reported the case, where its type has a survey and they can be reached.
    In the transaction that closes it."""
    kind = case.request_type
    if kind is None or not kind.survey or case.parent_id is not None:
        return
    own = CaseReporter.objects.filter(case=case, follows=False, merged_from=None)
    link = own.select_related("reporter").order_by("pk").first()
    if link is None or not (link.reporter.email or link.reporter.phone):
        return
    address = link.reporter.email or link.reporter.phone
    index = index_of(address.lower())
    if Unsubscribed.objects.filter(index=index).exists():
        return
    token = secrets.token_urlsafe(16)
    Survey.objects.create(case=case, digest=digest(token), asked_at=now)
    where = settings.VIP_URL + reverse("survey", args=[token])
    with translation.override(link.reporter.language):
        told = {"number": case.number, "link": where}
        body = _("Two questions about your request %(number)s: %(link)s") % told
        message = Message(
            key=f"case:{case.pk}:survey:{now:%Y%m%d%H%M%S%f}:{link.reporter_id}",
            transport=Message.Transport.EMAIL if link.reporter.email else Message.Transport.SMS,
            recipient=address,
            subject=_("How did it go? %(number)s") % {"number": case.number},
            body=f"{body}\n{no_more(index)}" if link.reporter.email else body,
        )
    put_all([message])


def survey_of(token: str, *, now: datetime) -> Survey:
    """Raises DoesNotExist, and SurveyEnded."""
    row = Survey.objects.select_related("case__request_type").get(digest=digest(token))
    late = row.asked_at + timedelta(days=CONF.survey_days) < now
    if row.answered_at or late or hasattr(row.case, "tombstone"):
        raise SurveyEnded
    return row


@transaction.atomic
def answer_survey(token: str, *, satisfied: str, solved: str, remark: str, now: datetime) -> Survey:
    """Keeps the answer. Raises as `survey_of`, and InvalidInput with the questions that are open."""
    row = Survey.objects.select_for_update(of=("self",)).get(pk=survey_of(token, now=now).pk)
    if row.answered_at:
        raise SurveyEnded
    wrong: dict[str, list[str]] = {}
    if satisfied not in {"1", "2", "3", "4", "5"}:
        wrong["satisfied"] = [_("Choose one to five.")]
    if solved not in {"yes", "no"}:
        wrong["solved"] = [_("Choose yes or no.")]
    if wrong:
        raise InvalidInput(wrong)
    row.satisfied, row.solved, row.remark = int(satisfied), solved == "yes", remark
    row.answered_at = now
    row.save()
    happened(row.case, "surveyed", actor=None, now=now, done=row.solved, level=row.satisfied)
    return row
