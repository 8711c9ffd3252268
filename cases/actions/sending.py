"""Sends referred cases to their partners, each once, whoever dies in between.

A transfer is claimed (SENDING, with a lease) before anything is sent, and what came of it is stored
only by whoever still holds the lease. A lease that runs out in SENDING, and an answer that was lost,
make it doubtful: then the other side is asked for our mark before anything is sent again. Where it
cannot tell, and does not recognise repeats either, a person decides (UNSURE).
"""

import logging
import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.actions.offering import still_theirs
from cases.conf import CONF
from cases.exchange import open311
from cases.exchange.open311 import Failed, Refused, Server, Unknown, Unreachable
from cases.models import Case, CaseReporter, Partner, Transfer, TransferStep
from cases.queries.catalogue import questionnaire_of
from cases.rules.lifecycle import ENDED
from cases.rules.wire import moment

log = logging.getLogger(__name__)
State, Finds = Transfer.State, Partner.Finds
SEND, ASK, TOKEN, FOLLOW, TELL, PERSON = "SEND", "ASK", "TOKEN", "FOLLOW", "TELL", "PERSON"
LEASE = timedelta(seconds=CONF.exchange_lease_seconds)


class LeaseLost(Exception):
    """Another worker has taken the transfer over: what was found out is its matter."""


class CannotGo(Exception):
    """It cannot be sent as it is; the text says what a person must do."""


def server_of(partner: Partner) -> Server:
    return Server(partner.endpoint, partner.jurisdiction, partner.api_key, partner.form)


def send_due(*, now: datetime, seconds: float = 240.0) -> int:
    """Sends what is due, and asks for the ids behind tokens; how many transfers it touched. A partner
    that cannot be reached is left alone for the rest of the run."""
    began, touched, away = time.monotonic(), 0, set[int]()
    while (gone := time.monotonic() - began) < seconds:
        transfer = _claim(now + timedelta(seconds=gone), away)
        if transfer is None:
            break
        touched += 1
        try:
            work_on(transfer, now + timedelta(seconds=gone))
        except LeaseLost:
            log.warning("transfer %s was taken over", transfer.pk)
        except Unreachable:
            away.add(transfer.partner_id)
    return touched


def _claim(now: datetime, away: set[int]) -> Transfer | None:
    """One transfer that is due, for this worker alone; committed before anything is sent."""
    with transaction.atomic():
        due = Q(state__in=[State.WAITING, State.SENDING, State.SENT], next_at__lte=now)
        rows = Transfer.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.filter(due, partner__active=True).exclude(partner__in=away)
        transfer = rows.order_by("next_at", "pk").first()
        if transfer is None:
            return None
        if transfer.state == State.SENDING:  # whoever sent it has not lived to tell
            transfer.doubtful = True
        if transfer.state == State.WAITING:
            transfer.state = State.SENDING
        transfer.lease, transfer.next_at = uuid.uuid4(), now + LEASE
        transfer.save(update_fields=["state", "doubtful", "lease", "next_at"])
    return (
        Transfer.objects.select_related("partner__closed_as", "case__request_type")
        .defer("case__geom_m")
        .get(pk=transfer.pk)
    )


def work_on(transfer: Transfer, now: datetime) -> None:
    """One step of a transfer that this worker has claimed. Raises LeaseLost, and Unreachable after it
    was noted."""
    if transfer.state == State.SENT:
        _ask_for_id(transfer, now)
        return
    what = SEND
    try:
        gone = not still_theirs(transfer.case, transfer.partner) or transfer.case.state in ENDED
        if gone and not transfer.doubtful:
            close(transfer, now, _("The case went elsewhere before it was sent."))
            return
        if transfer.doubtful:
            what = ASK
            if _known_there(transfer, now):
                return
        what = SEND
        _send(transfer, now)
    except CannotGo as reason:
        stuck(transfer, now, what, str(reason))
    except Refused as error:
        stuck(transfer, now, what, advice(error))
    except Unreachable as error:
        later(transfer, now, what, str(error))
        raise
    except Unknown as error:
        _unknown(transfer, now, what, error)


def advice(error: Refused) -> str:
    """What a refusal means and what is to be done."""
    told = {
        0: _("Correct the address of the partner."),
        401: _("The key is not accepted: enter a valid one at the partner."),
        403: _("The key is not accepted: enter a valid one at the partner."),
        404: _("The service or the address is not known there: correct the partner's table."),
    }.get(error.status, _("Correct the case or the partner's table, then send again."))
    return f"{error}. {told}"


def _known_there(transfer: Transfer, now: datetime) -> bool:
    """Whether the other side has it already, which is stored; or nobody can say, which makes it
    UNSURE. False: it is surely not there, or a repeat does no harm."""
    partner = transfer.partner
    found = seen_there(transfer, now)
    if found is not None:
        _taken(transfer, now, found, ASK, _("It was there already."))
        return True
    if partner.finds == Finds.ACCOUNT or partner.repeats:
        note(transfer, now, ASK, True, _("It is not there: it may be sent again."))
        return False
    told = _(
        "Nobody knows whether it arrived, and the other side cannot tell. Ask them for %(mark)s:"
        " then enter their number, or send again."
    )
    stop(transfer, now, State.UNSURE, ASK, told % {"mark": transfer.mark})
    return True


def seen_there(transfer: Transfer, now: datetime) -> open311.Opened | None:
    """What the other side has under our mark, as far as it can tell. Raises Failed."""
    partner = transfer.partner
    server = server_of(partner)
    if partner.finds == Finds.ACCOUNT:
        rows = open311.requests(server, account_id=transfer.mark)
        rows = [r for r in rows if r.account_id == transfer.mark]
    elif partner.finds == Finds.DESCRIPTION:
        since = moment(transfer.created_at - timedelta(hours=1))
        rows = open311.requests(server, start_date=since)
        rows = [r for r in rows if f"[{transfer.mark}]" in r.description]
    else:
        return None
    return open311.Opened(rows[0].id, "", "") if rows else None


def _send(transfer: Transfer, now: datetime) -> None:
    fields = what_goes(transfer)
    photos = _photos(transfer)
    opened = open311.open_request(
        server_of(transfer.partner), fields, photos, key=transfer.key.hex
    )  # fmt: skip
    _taken(transfer, now, opened, SEND, opened.notice)


def what_goes(transfer: Transfer) -> list[tuple[str, str]]:
    """The fields of the request, in the words of the partner. Raises CannotGo and Failed."""
    case, partner = transfer.case, transfer.partner
    service = _service(case, partner)
    fields = [("service_code", service), ("account_id", transfer.mark)]
    words = case.description
    if partner.finds == Finds.DESCRIPTION:
        words = f"{words[: CONF.description_max - 50]}\n[{transfer.mark}]"
    fields.append(("description", words))
    if case.geom is not None:
        fields += [("lat", f"{case.geom.y:.6f}"), ("long", f"{case.geom.x:.6f}")]
    if case.place_label or case.place_text:
        fields.append(("address_string", case.place_label or case.place_text))
    if partner.register and case.address is not None:
        fields.append(("address_id", str(case.address.uid)))
    if case.geom is None and not (case.place_label or case.place_text):
        raise CannotGo(_("The case has no place: enter one, then send again."))
    fields += _attributes(case, server_of(partner), service)
    if partner.contact:
        fields += _contact(case)
    return fields


def _service(case: Case, partner: Partner) -> str:
    row = case.request_type
    if row is None:
        raise CannotGo(_("The case has no type: choose one, then send again."))
    if row.sensitive and not partner.sensitive:
        told = _("Sensitive cases do not go to this partner by themselves: hand it over otherwise.")
        raise CannotGo(told)
    code: str = partner.services.get(row.code) or partner.services.get("*", "")
    if not code:
        told = _(
            "The partner's table has no service for the type “%(type)s”: add it, then send again."
        )
        raise CannotGo(told % {"type": row.code})
    return row.code if code == "*" else code


def _attributes(case: Case, server: Server, service: str) -> list[tuple[str, str]]:
    """Answers that are no contact data, to questions that the other side asks too."""
    if not case.answers or case.request_type is None:
        return []
    questions = {q.name: q for q in questionnaire_of(case.request_type.code).questions}
    asked = open311.codes_asked(server, service)
    fields = []
    for name, value in case.answers.items():
        question = questions.get(name)
        if question is None or question.private or name not in asked:
            continue
        if isinstance(value, list):
            fields += [(f"attribute[{name}][]", str(v)) for v in value]
        else:
            said = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else str(value)
            fields.append((f"attribute[{name}]", str(said)))
    return fields


def _contact(case: Case) -> list[tuple[str, str]]:
    link = CaseReporter.objects.filter(case=case, follows=False, merged_from=None).order_by("pk")
    first = link.select_related("reporter").first()
    if first is None:
        return []
    given, _space, family = first.reporter.full_name.rpartition(" ")
    said = {
        "first_name": given or family, "last_name": family if given else "",
        "phone": first.reporter.phone, "email": first.reporter.email,
    }  # fmt: skip
    return [(name, value) for name, value in said.items() if value]


def _photos(transfer: Transfer) -> list[bytes]:
    if not transfer.partner.photos:
        return []
    rows = transfer.case.photos.filter(moment="REPORTED").order_by("pk")
    return [photo.file.read() for photo in rows[: CONF.photos_max]]


def _ask_for_id(transfer: Transfer, now: datetime) -> None:
    try:
        found = open311.id_of_token(server_of(transfer.partner), transfer.remote_token)
    except Refused as error:
        stuck(transfer, now, TOKEN, advice(error))
    except Failed as error:
        later(transfer, now, TOKEN, str(error))
        if isinstance(error, Unreachable):
            raise
    else:
        if found:
            _taken(transfer, now, open311.Opened(found, "", ""), TOKEN, "")
        else:
            wait = min(
                timedelta(hours=6), max(timedelta(minutes=5), (now - transfer.changed_at) / 4)
            )
            store(transfer, now, lease=None, attempts=0, next_at=now + wait)


def _taken(transfer: Transfer, now: datetime, opened: open311.Opened, what: str, told: str) -> None:
    """The other side has it: by an id it is followed, by a token it is asked for one."""
    values: dict[str, Any] = {
        "doubtful": False, "attempts": 0, "error": "", "lease": None, "changed_at": now,
        "remote_id": opened.id or transfer.remote_id,
        "remote_token": opened.token or transfer.remote_token,
    }  # fmt: skip
    if opened.id:
        values |= {"state": State.FOLLOWING, "next_at": now}
    elif opened.token:
        values |= {"state": State.SENT, "next_at": now + timedelta(minutes=1)}
    else:
        told = _("The other side gives no number for this service: it cannot be followed.")
        values |= {"state": State.SENT, "next_at": None, "error": told}
    with transaction.atomic():
        store(transfer, now, **values)
        _step(transfer, now, what, True, f"{opened.id or opened.token} {told}".strip())


def _unknown(transfer: Transfer, now: datetime, what: str, error: Unknown) -> None:
    """It may be there: the next try asks first. After many nobody goes on trying."""
    # What does not recognise repeats may still be at work on the first one.
    least = 0 if transfer.partner.repeats else 2 * CONF.exchange_lease_seconds
    doubtful = transfer.doubtful or what == SEND
    later(transfer, now, what, str(error), least=least, doubtful=doubtful)


def later(
    transfer: Transfer, now: datetime, what: str, error: str, *, least: int = 0, **more: Any
) -> None:
    """Once more, after a while that grows; after many times in a row a person is needed."""
    attempts = transfer.attempts + 1
    if attempts >= CONF.exchange_attempts:
        told = _("It failed %(n)s times: %(error)s. See whether the partner's server works.")
        stop(
            transfer, now, State.STUCK, what, told % {"n": attempts, "error": error},
            attempts=attempts, **more,
        )  # fmt: skip
        return
    seconds = max(least, CONF.exchange_wait_seconds * 2 ** (attempts - 1))
    wait = timedelta(seconds=min(CONF.exchange_wait_most_seconds, seconds))
    state = State.WAITING if transfer.state == State.SENDING else transfer.state
    with transaction.atomic():
        store(
            transfer, now, state=state, attempts=attempts, error=error, lease=None,
            next_at=now + wait, **more,
        )  # fmt: skip
        _step(transfer, now, what, False, error)


def stuck(transfer: Transfer, now: datetime, what: str, error: str) -> None:
    stop(transfer, now, State.STUCK, what, error)


def stop(transfer: Transfer, now: datetime, state: str, what: str, error: str, **more: Any) -> None:
    """Nothing more happens until a person acts."""
    with transaction.atomic():
        store(
            transfer,
            now,
            state=state,
            error=error,
            lease=None,
            next_at=None,
            changed_at=now,
            **more,
        )
        _step(transfer, now, what, False, error)


def close(transfer: Transfer, now: datetime, told: str, what: str = SEND) -> None:
    with transaction.atomic():
        store(
            transfer, now, state=State.DONE, error="", lease=None, next_at=None, changed_at=now
        )  # fmt: skip
        _step(transfer, now, what, True, told)


def note(transfer: Transfer, now: datetime, what: str, good: bool, told: str) -> None:
    with transaction.atomic():
        store(transfer, now)
        _step(transfer, now, what, good, told)


def store(transfer: Transfer, now: datetime, **values: Any) -> None:
    """Stores what came of it, if this worker still holds the lease. Raises LeaseLost."""
    kept: Mapping[str, Any] = values or {"lease": transfer.lease}
    if not Transfer.objects.filter(pk=transfer.pk, lease=transfer.lease).update(**kept):
        raise LeaseLost
    for name, value in values.items():
        setattr(transfer, name, value)


def _step(transfer: Transfer, now: datetime, what: str, good: bool, detail: str) -> None:
    TransferStep.objects.create(
        transfer=transfer, at=now, what=what, good=good, detail=detail[:1000]
    )
