"""What a person does about transfers that are stuck, and about the partners that they go to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.recording import changing
from cases.actions.relations import lock_family
from cases.actions.sending import PERSON, advice, server_of
from cases.exchange import open311
from cases.exchange.open311 import Failed, Found, Refused
from cases.models import Partner, RequestType, ResultCode, Transfer, TransferStep
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from notifications.actions.webhooks import AddressRefused, check_address

State = Transfer.State
#: States in which each deed of a person is possible.
RESEND = frozenset({State.STUCK, State.UNSURE, State.WAITING})
DELIVERED = frozenset({State.STUCK, State.UNSURE, State.WAITING, State.SENT})
GIVE_UP = frozenset({State.STUCK, State.UNSURE, State.WAITING, State.SENT, State.FOLLOWING})
_LINE = re.compile(r"(\S+)\s*(?:=|→|\t)\s*(\S.*)")
_SERVICES_MOST = 2000


def may_see_exchange(viewer: Viewer) -> bool:
    return viewer.may(Permission.TRIAGE_CASE)


def may_edit_partners(viewer: Viewer) -> bool:
    return viewer.may(Permission.ADMINISTER)


@transaction.atomic
def resend(*, transfer: int, viewer: Viewer, now: datetime) -> None:
    """Sends once more: the person says that it is not there. What is known there by now is followed
    again instead. Raises PermissionDenied, InvalidInput, DoesNotExist."""
    row = _held(transfer, viewer, RESEND)
    # What the person knows better than we do: no question first.
    values: dict[str, Any] = {"state": State.FOLLOWING if row.remote_id else State.WAITING}
    if row.state == State.UNSURE:
        values["doubtful"] = False
    _store(row, now, viewer, _("To be sent again."), next_at=now, attempts=0, error="", **values)


@transaction.atomic
def resend_stuck(*, partner: int, viewer: Viewer, now: datetime) -> int:
    """Everything of a partner that is stuck, once its fault is mended; how many. Raises
    PermissionDenied."""
    if not may_edit_partners(viewer):
        raise PermissionDenied
    rows = Transfer.objects.select_for_update(of=("self",)).filter(
        partner=partner, state=State.STUCK
    )
    found = list(rows.order_by("pk"))
    for row in found:
        state = State.FOLLOWING if row.remote_id else State.WAITING
        told = _("To be sent again.")
        _store(row, now, viewer, told, next_at=now, attempts=0, error="", state=state)
    return len(found)


@transaction.atomic
def delivered(*, transfer: int, number: str, viewer: Viewer, now: datetime) -> None:
    """The other side has it under this number: from now on it is followed. Raises as `resend`."""
    row = _held(transfer, viewer, DELIVERED)
    number = tidy(number)
    if not number or len(number) > 120:
        raise InvalidInput({"number": [_("Enter the number that it has there.")]})
    taken = Transfer.objects.filter(partner=row.partner_id, remote_id=number).exclude(pk=row.pk)
    if taken.exists():
        raise InvalidInput({"number": [_("Another request of ours has this number there.")]})
    told = _("It is there under %(number)s.") % {"number": number}
    _store(
        row, now, viewer, told, state=State.FOLLOWING, remote_id=number, doubtful=False,
        next_at=now, attempts=0, error="",
    )  # fmt: skip


@transaction.atomic
def give_up(*, transfer: int, reason: str, viewer: Viewer, now: datetime) -> None:
    """It does not go by this way; the case stays where it is, and a person looks at it. Raises as
    `resend`."""
    row = _held(transfer, viewer, GIVE_UP)
    reason = tidy(reason)
    if not any(c.isalnum() for c in reason):
        raise InvalidInput({"reason": [_("Say why.")]})
    _store(
        row, now, viewer, _("Given up: %(why)s") % {"why": reason[:500]}, state=State.DONE,
        next_at=None, error="",
    )  # fmt: skip
    case = lock_family(row.case_id)
    with changing(case, "exchange_given_up", actor=viewer.user_id, now=now, note=reason) as event:
        event.data = {"transfer": row.pk}
        case.needs_review = True


def _held(pk: int, viewer: Viewer, states: frozenset[Any]) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("case__request_type")
    row = rows.get(pk=pk, case__in=visible_cases(viewer))
    if Permission.TRIAGE_CASE not in permissions_on(row.case, viewer):
        raise PermissionDenied
    if row.state not in states:
        raise InvalidInput({"": [_("This is not possible in its present state. Nothing changed.")]})
    return row


def _store(row: Transfer, now: datetime, viewer: Viewer, told: str, **values: Any) -> None:
    """Takes the lease from whoever is at it, and says who did it."""
    Transfer.objects.filter(pk=row.pk).update(lease=None, changed_at=now, **values)
    TransferStep.objects.create(
        transfer=row, at=now, what=PERSON, good=True, detail=told, by_id=viewer.user_id
    )


class PartnerChangedMeanwhile(Exception):
    """Somebody else has stored the partner since it was read."""


@transaction.atomic
def save_partner(
    *, partner: int | None, content: Mapping[str, Any], viewer: Viewer, version: int, now: datetime
) -> Partner:
    """Stores what the form says (fields of Partner, `services` as text, one `type = code` on each
    line; an empty `api_key` leaves the one that is kept). Raises PermissionDenied, InvalidInput by
    field, PartnerChangedMeanwhile, DoesNotExist."""
    if not may_edit_partners(viewer):
        raise PermissionDenied
    row = Partner() if partner is None else Partner.objects.select_for_update().get(pk=partner)
    if partner is not None and row.version != version:
        raise PartnerChangedMeanwhile
    checked = _checked(content, row)
    for name, value in checked.items():
        setattr(row, name, value)
    row.version += 0 if partner is None else 1
    row.save()
    return row


def _checked(content: Mapping[str, Any], row: Partner) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    endpoint = tidy(str(content.get("endpoint", ""))).rstrip("/")
    try:
        if len(endpoint) > 300:
            raise AddressRefused("more than 300 characters")
        check_address(endpoint)
    except AddressRefused as error:
        told = _("This address is not called: %(why)s. Enter the https address of the server.")
        wrong["endpoint"] = [told % {"why": error}]
    organisation = Organisation.objects.filter(pk=content.get("organisation") or 0).first()
    if organisation is None:
        wrong["organisation"] = [_("Choose the organisation whose server it is.")]
    elif Partner.objects.filter(organisation=organisation).exclude(pk=row.pk).exists():
        wrong["organisation"] = [_("This organisation has a partner already.")]
    closed_as = ResultCode.objects.filter(
        code=content.get("closed_as", "").replace("\0", "")
    ).first()
    if closed_as is None:
        wrong["closed_as"] = [_("Choose what “closed” there means here.")]
    choices = {"form": Partner.Form.values, "finds": Partner.Finds.values}
    for name, known in choices.items():
        if content.get(name) not in known:
            wrong[name] = [_("This choice is not known.")]
    jurisdiction, key = (tidy(str(content.get(n, ""))) for n in ("jurisdiction", "api_key"))
    for name, text, most in (("jurisdiction", jurisdiction, 100), ("api_key", key, 300)):
        if len(text) > most:
            wrong[name] = [_("This is too long.")]
    services, faults = _services(str(content.get("services", "")))
    if faults:
        wrong["services"] = faults
    if wrong:
        raise InvalidInput(wrong)
    flags = ("repeats", "updates", "contact", "sensitive", "photos", "register", "active")
    return {
        "organisation": organisation, "endpoint": endpoint, "closed_as": closed_as,
        "form": content["form"], "finds": content["finds"], "jurisdiction": jurisdiction,
        "api_key": key or row.api_key, "services": services,
        **{name: bool(content.get(name)) for name in flags},
    }  # fmt: skip


def _services(text: str) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    faults = []
    known = set(RequestType.objects.values_list("code", flat=True)) | {"*"}
    lines = [tidy(line) for line in text.splitlines()]
    for line in [one for one in lines if one][:_SERVICES_MOST]:
        match = _LINE.fullmatch(line)
        if match is None or len(match[2]) > 120:
            faults.append(_("Not understood: “%(line)s”. Write: type = code") % {"line": line[:80]})
        elif match[1] not in known:
            faults.append(_("There is no request type “%(code)s”.") % {"code": match[1][:60]})
        else:
            found[match[1]] = match[2]
    return found, faults[:20]


@dataclass(frozen=True)
class Tried:
    """What came of a try: `found` or `fault`, and what the other side's words recommend."""

    found: Found | None = None
    fault: str = ""
    missing: tuple[str, ...] = ()  # services of our table that it does not offer


def try_connection(partner: Partner, *, viewer: Viewer) -> Tried:
    """Asks for what the partner offers; changes nothing. Raises PermissionDenied."""
    if not may_edit_partners(viewer):
        raise PermissionDenied
    try:
        server = server_of(partner)
        found = open311.discover(server)
        if partner.api_key and "account_id" in found.extensions:
            open311.requests(server, account_id="-")  # whether the key is accepted
    except Refused as error:
        return Tried(fault=advice(error))
    except Failed as error:
        return Tried(fault=str(error))
    offered = {code for code, _name in found.services}
    missing = sorted({c for c in partner.services.values() if c != "*"} - offered)
    return Tried(found, missing=tuple(missing))
