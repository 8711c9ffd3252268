"""Parties without an account: a personal link to one case, by which they see it and answer."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.api_keys import digest
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.keeping import keep_photos
from cases.actions.move import ChangedMeanwhile, Given, make_move
from cases.actions.recording import changing, happened
from cases.actions.relations import lock_family
from cases.conf import CONF
from cases.models import Case, ExternalLink, Photo
from cases.photos import CleanPhoto
from cases.queries.visibility import permissions_on, visible_cases
from cases.rules.lifecycle import State
from core.api.problems import InvalidInput

_AGAIN = timedelta(minutes=10)  # looks closer together are one use


class NotUsable(Exception):
    """The link has expired, was withdrawn, was answered, or its case went another way or has
    become sensitive."""


def _planned_case(number: str, viewer: Viewer) -> Case:
    seen = visible_cases(viewer).filter(number=number).only("pk").first()
    if seen is None:
        raise PermissionDenied
    case = lock_family(seen.pk)
    held = permissions_on(case, viewer)
    if Permission.PLAN_WORK not in held:
        raise PermissionDenied
    return case


@transaction.atomic
def hand_to_party(
    *,
    number: str,
    party: str,
    note: str,
    days: int | None,
    viewer: Viewer,
    version: int,
    now: datetime,
) -> str:
    """The secret part of a new link for this party. The case then waits for an outside party; when it
    does already, that stays. Raises PermissionDenied, ChangedMeanwhile, InvalidInput, MoveRefused."""
    case = _planned_case(number, viewer)
    if case.version != version:
        raise ChangedMeanwhile(number)
    if not party.strip():
        raise InvalidInput({"party": [_("Write who the link is for.")]})
    days = CONF.external_days if days is None else days
    if case.sensitive:  # nobody with a link is cleared
        words = _("What is sensitive is shown to nobody without an account.")
        raise InvalidInput({"party": [words]})
    if not 1 <= days <= CONF.external_days_max:
        raise InvalidInput({"days": [_("From 1 to 90 days.")]})
    if case.state != State.WITH_EXTERNAL_PARTY:
        held: set[str] = set(permissions_on(case, viewer))
        make_move(case, "hand_out", Given(note=note), held, viewer, now, data={"party": party})
    token = secrets.token_urlsafe(24)
    ExternalLink.objects.create(
        case=case, digest=digest(token), party=party.strip()[:120], made_by_id=viewer.user_id,
        made_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    happened(case, "external_link", actor=viewer.user_id, now=now, note=party)
    return token


@transaction.atomic
def withdraw_link(*, number: str, link: int, viewer: Viewer, now: datetime) -> None:
    """The link opens nothing any more. Raises PermissionDenied, and DoesNotExist for a link that is
    not this case's or has ended."""
    case = _planned_case(number, viewer)
    found = case.external_links.get(pk=link, withdrawn_at=None, answered_at=None)
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    happened(case, "external_withdrawn", actor=viewer.user_id, now=now, note=found.party)


def usable_link(token: str, now: datetime) -> ExternalLink:
    """Raises NotUsable, and DoesNotExist where there never was such a link."""
    link = ExternalLink.objects.select_related("case__request_type").get(digest=digest(token))
    ended = link.withdrawn_at or link.answered_at or link.expires_at <= now
    if ended or link.case.state != State.WITH_EXTERNAL_PARTY or link.case.sensitive:
        raise NotUsable
    return link


@transaction.atomic
def open_link(*, token: str, now: datetime) -> ExternalLink:
    """The link, with its use written down. Raises as `usable_link`."""
    link = usable_link(token, now)
    if link.opened_at is None or link.opened_at + _AGAIN <= now:
        ExternalLink.objects.filter(pk=link.pk).update(opened_at=now)
        happened(link.case, "external_opened", actor=None, now=now, note=link.party)
    return link


@transaction.atomic
def answer_link(
    *, token: str, done: bool, note: str, photos: Sequence[CleanPhoto], now: datetime
) -> None:
    """The party's word: the case is among the accepted again, for a person to look. A link answers
    once. Raises as `usable_link`, and InvalidInput where nothing is said."""
    case = lock_family(usable_link(token, now).case_id)
    link = usable_link(token, now)
    if not note:
        raise InvalidInput({"note": [_("Please write something.")]})
    link.answered_at, link.done = now, done
    link.save(update_fields=["answered_at", "done"])
    said = f"{link.party}: {_('It is done') if done else _('Could not be done')} · {note}"
    with changing(case, "external_answered", actor=None, now=now, note=said) as event:
        case.needs_review = True
        event.data = {"party": link.party, "done": done}
    make_move(case, "put_back", Given(note=said), {Permission.WORK_CASE}, Viewer(), now)
    keep_photos(case, Photo.Moment.AFTER, photos)
