"""Follows the cases that are with partners: what became of them there, and what we have to tell.

What the other side says moves our case as a referral's answer does: taken up, ended, given back,
asked about. What the table of moves does not allow becomes a note that a person looks at.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from cases.actions.move import Given, make_move
from cases.actions.offering import still_theirs
from cases.actions.recording import changing
from cases.actions.relations import lock_family
from cases.actions.sending import (
    FOLLOW,
    LEASE,
    TELL,
    LeaseLost,
    State,
    advice,
    close,
    later,
    server_of,
    store,
    stuck,
)
from cases.conf import CONF
from cases.exchange import open311
from cases.exchange.open311 import Failed, News, Refused, Seen
from cases.models import Case, CaseEvent, Partner, RemoteUpdate, ResultCode, Transfer
from cases.rules.lifecycle import ENDED, MOVES, WORK
from cases.rules.lifecycle import State as CaseState
from cases.rules.scrub import scrubbed
from cases.rules.wire import moment
from workflows.rules.transitions import MoveRefused

EVERY = timedelta(seconds=CONF.exchange_follow_seconds)
# Their updates are asked for with some overlap: clocks differ, and each counts once anyway.
_OVERLAP = timedelta(hours=1)
_AHEAD = timedelta(minutes=10)
_BACK = timedelta(days=30)
# What of ours the other side is told, with the status that it has for us.
_TELLS = {"answer": "open", "ask_to_reopen": "open", "cancel": "closed", "refer": "closed"}
# There it is at work, or has been.
_TAKEN_UP = frozenset({*WORK, CaseState.RESOLVED, CaseState.CLOSED})
_NOT_DONE_THERE = frozenset({CaseState.CANCELLED, CaseState.DUPLICATE})
_SHOWN_BY_STATUS = frozenset({*MOVES.moves, "routed"}) - {"ask"}
_HELD = {"work_case", "triage_case"}


def follow_due(*, now: datetime) -> int:
    """Asks each partner once about what is due; how many cases it asked about."""
    asked = 0
    for partner in Partner.objects.filter(active=True).select_related("closed_as", "organisation"):
        while ours := _claim(partner, now):
            asked += len(ours)
            try:
                follow(partner, ours, now)
            except Failed:
                break  # noted with each; the partner is left alone for this run
        if partner.updates:
            read_updates(partner, now)
    return asked


def _claim(partner: Partner, now: datetime) -> list[Transfer]:
    with transaction.atomic():
        rows = Transfer.objects.select_for_update(skip_locked=True).filter(
            partner=partner, state=State.FOLLOWING, next_at__lte=now
        )
        ours = list(rows.order_by("next_at", "pk")[: CONF.exchange_at_once])
        for transfer in ours:
            transfer.lease, transfer.next_at = uuid.uuid4(), now + LEASE
        Transfer.objects.bulk_update(ours, ["lease", "next_at"])
    for transfer in ours:
        transfer.partner = partner
    return ours


def follow(partner: Partner, ours: Sequence[Transfer], now: datetime) -> None:
    """One question about all, and what follows for each. Raises Failed after it was noted."""
    server = server_of(partner)
    try:
        ids = ",".join(t.remote_id for t in ours)
        found = {s.id: s for s in open311.requests(server, service_request_id=ids)}
    except Failed as error:
        for transfer in ours:
            _note_failure(transfer, now, FOLLOW, error)
        raise
    for transfer in ours:
        try:
            _one(server, transfer, found.get(transfer.remote_id), now)
        except LeaseLost:
            continue


def _note_failure(transfer: Transfer, now: datetime, what: str, error: Failed) -> None:
    try:
        if isinstance(error, Refused):
            stuck(transfer, now, what, advice(error))
        else:
            later(transfer, now, what, str(error))
    except LeaseLost:
        pass


def _one(server: open311.Server, transfer: Transfer, seen: Seen | None, now: datetime) -> None:
    try:
        if transfer.partner.updates:
            _tell(server, transfer)
        if seen is None:
            seen = open311.request(server, transfer.remote_id)
    except Failed as error:
        _note_failure(transfer, now, TELL, error)
        return
    if seen is None:
        told = _("The other side no longer knows %(id)s: ask them, then enter the right number.")
        stuck(transfer, now, FOLLOW, told % {"id": transfer.remote_id})
        return
    apply(transfer, seen, now)


def _tell(server: open311.Server, transfer: Transfer) -> None:
    """What happened to the case here since it was sent; each by a name under which it counts once."""
    events = CaseEvent.objects.filter(
        case=transfer.case_id, kind__in=list(_TELLS), pk__gt=transfer.told_event,
        at__gt=transfer.created_at,
    )  # fmt: skip
    for event in events.order_by("pk"):
        if event.data.get("transfer") != transfer.pk:  # they told us that themselves
            open311.tell(
                server,
                {
                    "service_request_id": transfer.remote_id,
                    "update_id": f"{transfer.mark}-{event.pk}",
                    "status": _TELLS[event.kind],
                    "updated_datetime": moment(event.at),
                    "description": scrubbed(event.note) or _("The case went elsewhere."),
                    "account_id": transfer.mark,
                },
            )
        store(transfer, event.at, told_event=event.pk)


def apply(transfer: Transfer, seen: Seen, now: datetime) -> None:
    """What the other side shows, brought into our case and kept. Raises LeaseLost."""
    with transaction.atomic():
        store(transfer, now)  # whoever lost the lease must not touch the case either
        case = lock_family(transfer.case_id)
        changed = (seen.status, seen.notes) != (transfer.remote_status, transfer.remote_notes)
        ended = seen.status == "closed"
        if not still_theirs(case, transfer.partner):
            _finish(transfer, seen, now)
            close(transfer, now, _("The case is no longer with this partner."), FOLLOW)
            return
        if case.state in ENDED:
            _finish(transfer, seen, now)
            close(transfer, now, _("The case has ended here."), FOLLOW)
            return
        if ended or seen.state == CaseState.RETURNED:
            end(case, transfer, seen, now)
            _finish(transfer, seen, now)
            close(transfer, now, _("Ended there: %(status)s") % {"status": seen.notes}, FOLLOW)
            return
        taken = seen.state in _TAKEN_UP if seen.state else True
        if taken and case.state == CaseState.ROUTED:
            _make(case, "accept", Given(note=scrubbed(seen.notes)), transfer, now)
        elif changed and seen.notes and not transfer.partner.updates and transfer.remote_status:
            _news(case, scrubbed(seen.notes), transfer, now)
        _finish(transfer, seen, now)
        store(transfer, now, next_at=now + EVERY, lease=None, attempts=0, error="")


def _finish(transfer: Transfer, seen: Seen, now: datetime) -> None:
    store(
        transfer, now, remote_status=seen.status, remote_notes=scrubbed(seen.notes),
        remote_updated=seen.updated,
    )  # fmt: skip


def end(case: Case, transfer: Transfer, seen: Seen, now: datetime) -> None:
    """The other side has ended it, or says that it is not theirs."""
    words = scrubbed(seen.notes) or _("Ended by the body that it was referred to.")
    if seen.state == CaseState.RETURNED:
        if not _make(case, "return", Given(note=words), transfer, now):
            _news(case, words, transfer, now, look=True)
        return
    if seen.state in _NOT_DONE_THERE:
        _news(case, words, transfer, now, look=True)
        return
    if case.state in MOVES.moves["accept"].sources:
        _make(case, "accept", Given(), transfer, now)
    code = transfer.partner.closed_as.code
    if seen.result and ResultCode.objects.filter(code=seen.result).exists():
        code = seen.result
    if not _make(case, "resolve", Given(note=words, result_code=code), transfer, now):
        _news(case, words, transfer, now, look=True)


def _make(case: Case, move: str, given: Given, transfer: Transfer, now: datetime) -> bool:
    try:
        with transaction.atomic():
            make_move(case, move, given, _HELD, Viewer(), now, data={"transfer": transfer.pk})
    except MoveRefused:
        case.refresh_from_db()
        return False
    return True


def _news(
    case: Case, words: str, transfer: Transfer, now: datetime, *, look: bool = False
) -> CaseEvent:
    with changing(case, "exchange_news", actor=None, now=now, note=words) as event:
        event.data = {"transfer": transfer.pk}
        case.needs_review = case.needs_review or look
    return event


def read_updates(partner: Partner, now: datetime) -> None:
    """What the partner tells of all its cases since the last time; each counts once."""
    if partner.asked_at is not None and now - partner.asked_at < EVERY:
        return
    since = (partner.updates_seen_at or now - _BACK) - _OVERLAP
    claimed = Partner.objects.filter(pk=partner.pk, asked_at=partner.asked_at)
    if not claimed.update(asked_at=now):
        return  # another worker is at it
    try:
        told = open311.updates(server_of(partner), since, now + _AHEAD)
    except Failed:
        return  # what is followed says the same, and notes why it fails
    by_id: dict[str, list[News]] = defaultdict(list)
    for news in told:
        by_id[news.id].append(news)
    rows = Transfer.objects.filter(partner=partner, remote_id__in=list(by_id))
    for transfer in rows.exclude(state=State.DONE):
        for news in by_id[transfer.remote_id]:
            _take_in(transfer, news, now)
    Partner.objects.filter(pk=partner.pk).update(updates_seen_at=now)


def _take_in(transfer: Transfer, news: News, now: datetime) -> None:
    name = news.update_id or f"{news.at} {news.description}"[:120]
    with transaction.atomic():
        kept, new = RemoteUpdate.objects.get_or_create(transfer=transfer, update_id=name)
        words = scrubbed(news.description)
        if not new or not words or news.kind in _SHOWN_BY_STATUS:
            return
        case = lock_family(transfer.case_id)
        if not still_theirs(case, transfer.partner) or case.state in ENDED:
            return
        if news.kind == "ask" and _make(case, "ask", Given(note=words), transfer, now):
            return
        kept.event = _news(case, words, transfer, now)
        kept.save(update_fields=["event"])
