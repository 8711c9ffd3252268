"""Tries a changed rule, or a changed drawn area, on the cases of the last year: as a job."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from cases.actions.routing_rules import (
    RuleDraft,
    area_of,
    check_rule,
    may_edit,
    with_draft,
)
from cases.queries.rulebook import rulebook
from cases.queries.visibility import visible_cases
from cases.queries.what_if import DrawnArea, what_if
from cases.rules.routing import Rulebook
from core.actions.jobs import enqueue
from core.api.problems import InvalidInput
from core.models import Job
from core.rules.text import key

WHAT_IF, REROUTE = "cases.what_if", "cases.reroute"
_DAYS = ("valid_from", "valid_to", "starting")


def try_rule(draft: RuleDraft, *, viewer: Viewer) -> Job:
    """Starts the try of a rule. Raises PermissionDenied and InvalidInput."""
    _allowed(viewer)
    check_rule(draft)
    fields = {k: str(v) if k in _DAYS and v else v for k, v in draft.__dict__.items()}
    return enqueue(
        name=WHAT_IF, payload={"rule": fields, "title": draft.name, "by": viewer.user_id}
    )


def try_without(rule: int, *, viewer: Viewer) -> Job:
    """Starts the try of the rules without one of them (its id). Raises PermissionDenied."""
    _allowed(viewer)
    named = next((r.name for r in rulebook().rules if r.id == rule), "")
    return enqueue(name=WHAT_IF, payload={"without": rule, "title": named, "by": viewer.user_id})


def try_area(name: str, geojson: str, *, viewer: Viewer) -> Job:
    """Starts the try of a drawn area's new outline. Raises PermissionDenied and InvalidInput."""
    _allowed(viewer)
    try:
        area_of(geojson)
    except ValueError as error:
        raise InvalidInput({"geometry": [str(error)]}) from error
    return enqueue(
        name=WHAT_IF, payload={"area": [name, geojson], "title": name, "by": viewer.user_id}
    )


def start_rerouting(*, viewer: Viewer) -> Job:
    """Asks the rules about all open cases anew; a run that has not ended is not begun twice."""
    _allowed(viewer)
    running = Job.objects.filter(name=REROUTE, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return running.first() or enqueue(name=REROUTE, payload={"by": viewer.user_id})


def _allowed(viewer: Viewer) -> None:
    if not may_edit(viewer):
        raise PermissionDenied


def try_on_last_year(
    payload: Mapping[str, Any], *, now: datetime, progress: Callable[[float, str], None]
) -> dict[str, Any]:
    """The work of the job, over the cases that its asker may see: see `queries.what_if`. The answer says
    which rule was the draft (`rule`)."""
    on, book = timezone.localdate(now), rulebook()
    after, area, tried = book, None, None
    if "rule" in payload:
        fields: dict[str, Any] = {
            k: date.fromisoformat(v) if k in _DAYS and v else v for k, v in payload["rule"].items()
        }
        draft = RuleDraft(**fields)
        after, made = with_draft(draft)
        tried = made.id
        on = max(filter(None, (on, made.valid_from)))
    if "without" in payload:
        after = Rulebook(r for r in book.rules if r.id != payload["without"])
    if "area" in payload:
        name, geojson = payload["area"]
        area = DrawnArea(key(name), area_of(geojson))
    seen = visible_cases(viewer_of(User.objects.filter(pk=payload["by"]).first()))
    found = what_if(book, after, on=on, now=now, progress=progress, cases=seen, area=area)
    return found | {"rule": tried}
