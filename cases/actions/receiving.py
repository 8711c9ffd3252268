"""What another system sends us: a case, once; what it tells later, once each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from cases.actions.move import Given, make_move
from cases.actions.open_case import Opened, open_case
from cases.actions.recording import changing, happened
from cases.actions.relations import lock_family
from cases.models import Case, CaseEvent, Channel, Received, ReceivedUpdate, ServicesChange
from cases.photos import CleanPhoto
from cases.queries.catalogue import channels
from cases.queries.open311 import own
from cases.rules.draft import Draft
from cases.rules.lifecycle import ENDED, MOVES, REPORTER, State
from cases.rules.validation import tidy
from core.api.problems import InvalidInput
from core.rules.text import is_uid
from tiles.actions.versions import data_changed
from workflows.rules.transitions import MoveRefused

CHANNEL = "open311"
# Without a key of its own the same content within this time is the same delivery.
_AGAIN = timedelta(minutes=10)
# A part of the catalogue that this address itself needs.
_CHANNEL = {
    "name": "Open311", "name_en": "Open311", "family": "PARTNER", "transport": "API",
}  # fmt: skip


class NotTheirs(Exception):
    """The sender has no such case."""


def receive_case(
    draft: Draft, *, sender: str, idempotency_key: str, account_id: str = "", media_url: str = "",
    photos: Sequence[CleanPhoto] = (), now: datetime,
) -> tuple[Opened, Received]:  # fmt: skip
    """Opens a case for another system. With an `idempotency_key` the same delivery is the same case
    for ever, without one for ten minutes. `draft.channel` and `draft.external_id` are set here.

    Raises as `open_case` does; then nothing was opened.
    """
    content = [str(draft), account_id, media_url, sorted(p.sha256 for p in photos)]
    digest = hashlib.sha256(json.dumps([sender, idempotency_key, content]).encode()).hexdigest()
    _have_channel()
    with transaction.atomic():
        _one_at_a_time(f"{sender}:{idempotency_key or digest}")
        if not idempotency_key and (known := _just_received(sender, digest, now)):
            return Opened(known.case, new=False), known
        named = f"{sender}:{idempotency_key}" if idempotency_key else f"{digest}:{now:%s%f}"
        own_key = hashlib.sha256(named.encode()).hexdigest()
        opened = open_case(
            replace(draft, channel=CHANNEL, external_id=own_key),
            photos=photos, viewer=Viewer(), now=now,
        )  # fmt: skip
        received, new = Received.objects.get_or_create(
            case=opened.case,
            defaults={
                "sender": sender, "account_id": account_id, "media_url": media_url,
                "digest": digest, "at": now,
            },
        )  # fmt: skip
        if new and media_url:
            happened(opened.case, "media_named", actor=None, now=now, note=media_url)
    return opened, received


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 311))", [key])


def _just_received(sender: str, digest: str, now: datetime) -> Received | None:
    rows = Received.objects.filter(sender=sender, digest=digest, at__gt=now - _AGAIN)
    return rows.select_related("case").order_by("-at").first()


def _have_channel() -> None:
    if CHANNEL not in channels():
        Channel.objects.get_or_create(code=CHANNEL, defaults=_CHANNEL)
        data_changed("catalogue")
        channels.cache_clear()  # type: ignore[attr-defined]


def receive_update(
    *, sender: str, case_key: str, update_id: str, description: str, status: str, now: datetime
) -> CaseEvent:
    """What the sender tells of its case, as its reporter would: an answer where one was asked for, a
    wish to reopen what has ended where its status is open, otherwise a note that a person looks at.

    `case_key` is a uid or a number, `update_id` the sender's own; repeated it changes nothing.
    Raises NotTheirs and InvalidInput.
    """
    note = tidy(description)
    if not any(c.isalnum() for c in note):
        raise InvalidInput({"description": [_("Please write what it is about.")]})
    found = own(sender).filter(**_named(case_key)).only("pk").first()
    if found is None:
        raise NotTheirs(case_key)
    with transaction.atomic():
        case = lock_family(found.pk)
        received = Received.objects.get(case=case)
        known = ReceivedUpdate.objects.select_related("event__case").filter(
            received=received, update_id=update_id
        )
        if update_id and (first := known.first()) is not None:
            return first.event
        event = _take_in(case, note, status, now)
        ReceivedUpdate.objects.create(
            received=received, update_id=update_id or f"event-{event.pk}", event=event
        )
    return event


def _named(key: str) -> Mapping[str, Any]:
    return {"uid": key} if is_uid(key) else {"number": key}


def _take_in(case: Case, note: str, status: str, now: datetime) -> CaseEvent:
    move = ""
    if case.state == State.WAITING_FOR_INFORMATION:
        move = "answer"
    elif status == "open" and case.state in MOVES.moves["ask_to_reopen"].sources:
        move = "ask_to_reopen"
    if move:
        try:
            make_move(case, move, Given(note=note), {REPORTER}, Viewer(), now)
            return _last_event(case)
        except MoveRefused:
            pass  # the words are kept all the same
    if case.state in ENDED:
        happened(case, "update_received", actor=None, now=now, note=note, status=status)
        return _last_event(case)
    with changing(case, "update_received", actor=None, now=now, note=note) as event:
        event.data = {"status": status}
        case.needs_review = True
    return event


def _last_event(case: Case) -> CaseEvent:
    return CaseEvent.objects.filter(case=case).order_by("-pk").select_related("case")[0]


def services_changed_at(offered: Any, *, now: datetime) -> datetime:
    """Since when exactly this has been offered; the first who asks after a change notes it."""
    text = json.dumps(offered, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = ServicesChange.objects.order_by("-pk").first()
    if last is not None and last.digest == digest:
        return last.at
    with transaction.atomic():
        _one_at_a_time("services")
        last = ServicesChange.objects.order_by("-pk").first()
        if last is None or last.digest != digest:
            last = ServicesChange.objects.create(digest=digest, at=now)
    return last.at
