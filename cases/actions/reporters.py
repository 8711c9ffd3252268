"""Joins a case to the person who reports it, found again by phone or e-mail."""

from django.conf import settings
from django.db import connection

from cases.models import Case, CaseReporter, Reporter
from cases.rules.draft import Contact
from core.rules.secrets import blind_index


def attach_reporter(*, case: Case, contact: Contact) -> Reporter | None:
    """The reporter, new or known by the same contact data; None for an anonymous report."""
    reporter = find_reporter(contact)
    if reporter is not None:
        CaseReporter.objects.get_or_create(case=case, reporter=reporter)
    return reporter


def find_reporter(contact: Contact) -> Reporter | None:
    """A row for this person, new or known; None for the anonymous. The language in which they are written
    to is that of their first report: anybody may report with their address, so no later one changes it."""
    if contact.anonymous:
        return None
    phone_index = _index(contact.phone)
    email_index = _index(contact.email.lower())
    _one_at_a_time(phone_index + email_index)
    reporter = None
    if phone_index or email_index:
        # Both, or one and no other: whoever gives another's number with an address of their own must
        # not be told of what that other reports.
        known = Reporter.objects.filter(phone_index=phone_index, email_index=email_index)
        reporter = known.order_by("pk").first()
    if reporter is None:
        reporter = Reporter.objects.create(
            full_name=contact.full_name,
            phone=contact.phone,
            phone_index=phone_index,
            email=contact.email,
            email_index=email_index,
            language=_spoken(phone_index, email_index)
            or contact.language
            or settings.LANGUAGE_CODE,
        )
    return reporter


def _spoken(phone_index: str, email_index: str) -> str:
    """The language of whoever is written to at this address already."""
    rows = Reporter.objects.order_by("pk").values_list("language", flat=True)
    if email_index:
        return rows.filter(email_index=email_index).first() or ""
    return (rows.filter(phone_index=phone_index).first() or "") if phone_index else ""


def _one_at_a_time(index: str) -> None:
    """Two first reports of one person at once must not make two people of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [index])


def _index(value: str) -> str:
    return blind_index(settings.DATA_KEY, value) if value else ""
