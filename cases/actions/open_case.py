"""Opens a case: stored once, located, typed, routed and clocked in one transaction."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import h3
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from cases.actions.keeping import keep_photos
from cases.actions.notices import confirm_receipt
from cases.actions.numbering import file_task
from cases.actions.recording import changing
from cases.actions.relations import become_child
from cases.actions.reporters import attach_reporter
from cases.actions.request_types import version_of
from cases.actions.routing import route_case
from cases.models import Case, Channel, IntakeMessage, Photo, RequestType
from cases.photos import CleanPhoto
from cases.queries.catalogue import channels, questionnaire_of, request_types, successors
from cases.queries.place import Location, locate
from cases.queries.suggesting import decided_urgency, suggest_types
from cases.queries.visibility import may_open_at
from cases.rules.draft import Draft
from cases.rules.lifecycle import State
from cases.rules.questions import check_answers
from cases.rules.validation import check_draft
from core.api.problems import InvalidInput
from core.rules.text import key


class KeyReused(Exception):
    """The same idempotency key came with other content: nothing was opened."""


@dataclass(frozen=True)
class Opened:
    case: Case
    new: bool  # False: this delivery had opened it before


@dataclass(frozen=True)
class _Typed:
    request_type: RequestType | None = None
    source: str = ""
    answers: dict[str, Any] = field(default_factory=dict)


def open_case(
    draft: Draft,
    *,
    photos: Sequence[CleanPhoto] = (),
    viewer: Viewer,
    now: datetime,
    location: Location | None = None,
    parent: str = "",
) -> Opened:
    """One case from one draft. Repeating it with the same channel and key gives the same case.

    `location` saves the geocoding when the caller has just done it for this draft. With `parent`, a
    number, it is opened as a part of another case. Raises InvalidInput with the fields that cannot
    be used, HardStop where the answers mean that nothing is to be opened, and KeyReused.
    """
    sent, draft = draft, check_draft(draft, now=now)
    channel = _channel(draft.channel)
    fingerprint = _fingerprint(draft, photos)
    # Before the place is looked for: the register may have changed since the first delivery.
    if known := _delivered_before(channel, draft.external_id, fingerprint):
        return known
    typed = _typed(draft)
    location = location or locate(draft)
    opened_at = draft.opened_at or now
    with transaction.atomic():
        _wait_for_others(channel, draft.external_id)
        if known := _delivered_before(channel, draft.external_id, fingerprint):
            return known
        message = IntakeMessage.objects.create(
            channel=channel,
            external_id=draft.external_id,
            raw=json.dumps(asdict(sent), default=str, ensure_ascii=False),
            fingerprint=fingerprint,
            received_at=now,
        )
        case = _new_case(draft, typed, channel, location, opened_at)
        if viewer.user_id is not None and not channel.public and not may_open_at(case, viewer):
            raise InvalidInput({"place_text": [_("You open requests in your own area only.")]})
        with changing(case, "opened", actor=viewer.user_id, now=now, public=True, before={}):
            if parent:
                become_child(case, parent)
        message.cases.add(case)
        reporter = None
        if not parent:  # only the parent speaks to the reporter
            reporter = attach_reporter(case=case, contact=draft.contact)
        if not channel.to_triage:
            route_case(case=case, viewer=viewer, now=now)
        file_task(case=case, location=location, now=now)
        if reporter is not None:
            confirm_receipt(case=case, reporter=reporter, language=draft.contact.language)
        # Last: a transaction that fails before it leaves no file behind.
        keep_photos(case, Photo.Moment.REPORTED, photos)
    return Opened(case, new=True)


def _channel(code: str) -> Channel:
    try:
        return channels()[code]
    except KeyError:
        raise InvalidInput({"channel": [_("There is no such channel.")]}) from None


def _fingerprint(draft: Draft, photos: Sequence[CleanPhoto]) -> str:
    content = asdict(draft) | {"external_id": "", "photos": sorted({p.sha256 for p in photos})}
    for name, usual in (("answers", {}), ("suggested", False), ("asked", True)):
        if content[name] == usual:  # what came before there were these is still the same
            del content[name]
    del content["contact"]["language"]  # a browser that speaks another one sends the same
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _wait_for_others(channel: Channel, external_id: str) -> None:
    """Lets deliveries of one message pass one by one, until the transaction ends."""
    with connection.cursor() as cursor:
        lock = f"{channel.pk}:{external_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])


def _delivered_before(channel: Channel, external_id: str, fingerprint: str) -> Opened | None:
    """The case that an earlier delivery of this message opened. Raises KeyReused."""
    first = IntakeMessage.objects.filter(channel=channel, external_id=external_id).first()
    if first is None:
        return None
    if first.fingerprint != fingerprint:
        raise KeyReused(external_id)
    return Opened(first.cases.order_by("pk").get(), new=False)


def _new_case(
    draft: Draft, typed: _Typed, channel: Channel, location: Location, opened_at: datetime
) -> Case:
    request_type = typed.request_type
    code = request_type.code if request_type else ""
    urgency = decided_urgency(draft.description, code, typed.answers)
    number = _next_number(opened_at)
    place: dict[str, Any] = location.as_case_fields()
    case = Case(
        number=number,
        token=secrets.token_urlsafe(16),
        kind=draft.kind or (request_type.kind if request_type else Case.Kind.COMPLAINT),
        state=State.NEW,
        request_type=request_type,
        type_source=typed.source,
        description=draft.description,
        answers=typed.answers,
        urgency=urgency.level,
        urgency_source=urgency.source,
        urgency_words=list(urgency.because),
        answers_to=version_of(request_type) if request_type and typed.answers else None,
        channel=channel,
        public=bool(request_type and request_type.may_be_public),
        opened_at=opened_at,
        changed_at=opened_at,
        needs_review=not location.sure or request_type is None,
        **place,
    )
    if location.lon is not None and location.lat is not None:
        case.geom = Point(location.lon, location.lat, srid=4326)
        case.h3_10 = h3.str_to_int(h3.latlng_to_cell(location.lat, location.lon, 10))
    case.text_key = key(f"{number} {draft.description} {case.place_label}")[:5000]
    return case


def _typed(draft: Draft) -> _Typed:
    """The type that was chosen or that the words suggest, and the answers to its questions."""
    if not draft.request_type:
        if draft.answers:
            raise InvalidInput({"answers": [_("Answers need the request type that they are for.")]})
        suggested = suggest_types(draft.description, limit=1)
        if not suggested or not suggested[0].sure:
            return _Typed()
        return _Typed(request_types()[suggested[0].code], "SUGGESTED")
    request_type = request_types().get(draft.request_type)
    if request_type is None:
        raise InvalidInput({"request_type": [_no_such_type(draft.request_type)]})
    answers = check_answers(
        questionnaire_of(request_type.code), draft.answers, complete=draft.asked
    )
    return _Typed(request_type, "SUGGESTED" if draft.suggested else "CHOSEN", answers)


def _no_such_type(code: str) -> str:
    if (successor := successors().get(code)) is not None:
        return _("This type is no longer in use. Take “%s” instead.") % successor
    return _("There is no such request type.")


def _next_number(opened_at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('case_number_seq')")
        return f"{timezone.localdate(opened_at).year}-{cursor.fetchone()[0]:07d}"
