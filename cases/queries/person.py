"""A person as the platform holds them, found by an exact telephone number or e-mail address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import phonenumbers
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.conf import CONF
from cases.models import Case, CaseReporter, Reporter
from cases.rules.draft import looks_like_email
from cases.rules.lifecycle import OPEN
from cases.rules.validation import PHONE_REGION
from core.api.problems import InvalidInput
from core.rules.secrets import blind_index


@dataclass(frozen=True)
class Sought:
    """Blind indexes of what was given; empty where it was not."""

    phone_index: str = ""
    email_index: str = ""


@dataclass(frozen=True)
class Hold:
    """A case that may not be forgotten yet, and why: OPEN, LEGAL_CLOCK or OBJECTION."""

    number: str
    reason: str


def sought(phone: str, email: str) -> Sought:
    """Raises InvalidInput where neither is given, or one cannot be."""
    wrong: dict[str, list[str]] = {}
    phone_index = email_index = ""
    if phone.strip():
        if e164 := e164_of(phone):
            phone_index = index_of(e164)
        else:
            wrong["phone"] = [_("This is not a telephone number that can be called.")]
    if email.strip():
        if looks_like_email(email.strip()):
            email_index = index_of(email.strip().lower())
        else:
            wrong["email"] = [_("This is not an e-mail address.")]
    if not (phone.strip() or email.strip()):
        wrong["phone"] = [_("Write a telephone number or an e-mail address.")]
    if wrong:
        raise InvalidInput(wrong)
    return Sought(phone_index, email_index)


def e164_of(phone: str) -> str:
    """The number as it is stored; empty for what is none."""
    try:
        parsed = phonenumbers.parse(phone, PHONE_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def index_of(value: str) -> str:
    return blind_index(settings.DATA_KEY, value)


def reporters_of(who: Sought) -> list[Reporter]:
    """All rows of this person: those with the number or address, and those that share one with them."""
    found = Reporter.objects.filter(_same(who.phone_index, who.email_index))
    phones = {r.phone_index for r in found} - {""}
    emails = {r.email_index for r in found} - {""}
    wider = Q(phone_index__in=phones) | Q(email_index__in=emails)
    return list(Reporter.objects.filter(wider).order_by("pk"))


def cases_of(reporters: list[Reporter]) -> dict[str, list[Case]]:
    """`own`: what the person reported; `joined`: what they only follow, or a duplicate led them to."""
    links = CaseReporter.objects.filter(reporter__in=reporters).select_related(
        "case__request_type", "case__department__organisation", "case__channel"
    )
    own = {
        link.case_id: link.case
        for link in links
        if link.merged_from_id is None and not link.follows
    }
    joined = {link.case_id: link.case for link in links if link.case_id not in own}
    return {"own": list(own.values()), "joined": list(joined.values())}


def holds_on(cases: list[Case], now: datetime) -> list[Hold]:
    """Why cases cannot be forgotten: work that is under way, a legal period that runs, or the time in
    which their reporter may still object."""
    holds = []
    for case in cases:
        if case.state in OPEN:
            running = case.legal_due_at is not None and case.legal_due_at > now
            holds.append(Hold(case.number, "LEGAL_CLOCK" if running else "OPEN"))
            continue
        ended = case.closed_at or case.resolved_at
        if ended is not None and ended + timedelta(days=CONF.reopen_closed_days) > now:
            holds.append(Hold(case.number, "OBJECTION"))
    return holds


def _same(phone_index: str, email_index: str) -> Q:
    wanted = Q(pk__in=())
    if phone_index:
        wanted |= Q(phone_index=phone_index)
    if email_index:
        wanted |= Q(email_index=email_index)
    return wanted


def held_about(case: Case, *, own: bool) -> dict[str, Any]:
    """Everything that is held of a case about its reporter; of one that they only follow, the facts."""
    facts: dict[str, Any] = {
        "number": case.number,
        "type": case.request_type.name if case.request_type else None,
        "state": str(case.state),
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "responsible": str(case.department) if case.department else None,
    }
    if not own:
        return facts
    return facts | {
        "channel": case.channel.code,
        "description": case.description,
        "answers": case.answers,
        "place_text": case.place_text,
        "place": case.place_label,
        "lon": case.geom.x if case.geom else None,
        "lat": case.geom.y if case.geom else None,
        "received": [m.raw for m in case.messages.order_by("pk")],
        "events": [
            {"at": e.at, "kind": e.kind, "state": e.state, "note": e.note}
            for e in case.events.order_by("at", "pk")
        ],
        "photos": [f"photos/{case.number}-{p.pk}.jpg" for p in case.photos.order_by("pk")],
        "looks_at_contact_data": [
            {"at": look.at, "reason": look.reason or look.code}
            for look in case.contactlook_set.order_by("at")
        ],
    }  # fmt: skip
