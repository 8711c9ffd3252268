"""Crews of a department: made, named, filled and ended by whoever plans its work; each time with a line
in the log."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Crew, CrewEvent, Department
from accounts.rules.viewer import Viewer
from cases.models import Case
from cases.queries.work import departments_planned, people_of
from cases.rules.lifecycle import OPEN
from cases.rules.validation import tidy
from cases.rules.work import OPEN_ORDERS
from core.api.problems import InvalidInput
from core.rules.text import key

NAME_MAX = 120


@transaction.atomic
def make_crew(
    *, department: int, name: str, members: Collection[int], viewer: Viewer, now: datetime
) -> Crew:
    """A new crew. Raises PermissionDenied, and InvalidInput with the fields that are wrong."""
    own = departments_planned(viewer).filter(pk=department).first()
    if own is None:
        raise PermissionDenied
    crew = Crew(department=own)
    _fill(crew, name, members)
    _note(CrewEvent.Kind.MADE, crew, viewer, now, before={})
    return crew


@transaction.atomic
def change_crew(
    *, crew: int, name: str, members: Collection[int], seen: int, viewer: Viewer, now: datetime
) -> Crew:
    """Another name, other people; `seen` is the `last_change` that the form stood on. Raises DoesNotExist, and
    as `make_crew`, also where somebody else changed it since."""
    found = _planned(crew, viewer)
    if last_change(found) != seen:
        words = _("Somebody else changed this meanwhile. Look at it again, then repeat.")
        raise InvalidInput({"": [words]})
    before = facts_of(found)
    _fill(found, name, members)
    if before != facts_of(found):
        _note(CrewEvent.Kind.CHANGED, found, viewer, now, before=before)
    return found


@transaction.atomic
def end_crew(*, crew: int, viewer: Viewer, now: datetime) -> None:
    """Nothing is given to it any more. Raises DoesNotExist, PermissionDenied, and InvalidInput while it
    has work."""
    found = _planned(crew, viewer)
    orders = found.work_orders.filter(state__in=OPEN_ORDERS).values("case")
    given = Case.objects.filter(crew=found, state__in=OPEN)
    if left := (given | Case.objects.filter(pk__in=orders)).distinct().count():
        words = ngettext(
            "%(n)s request is still given to this crew: give it to another first.",
            "%(n)s requests are still given to this crew: give them to others first.",
            left,
        )
        raise InvalidInput({"crew": [words % {"n": left}]})
    _set_active(found, False, viewer, now)


@transaction.atomic
def resume_crew(*, crew: int, viewer: Viewer, now: datetime) -> None:
    """A crew that had ended works again. Raises DoesNotExist and PermissionDenied."""
    _set_active(_planned(crew, viewer), True, viewer, now)


def last_change(crew: Crew) -> int:
    """The id of the last line of its log; 0 where nothing was changed yet."""
    last = CrewEvent.objects.filter(crew=crew).order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def facts_of(crew: Crew) -> dict[str, Any]:
    """A crew as the log holds it."""
    return {
        "name": crew.name,
        "members": sorted(crew.members.values_list("pk", flat=True)),
    }


def _planned(crew: int, viewer: Viewer) -> Crew:
    found = Crew.objects.select_for_update(of=("self",)).get(pk=crew)
    if not departments_planned(viewer).filter(pk=found.department_id).exists():
        raise PermissionDenied
    return found


def _fill(crew: Crew, name: str, members: Collection[int]) -> None:
    name, wrong = " ".join(tidy(name).split()), {}
    if not name:
        wrong["name"] = [_("The name is missing.")]
    elif len(name) > NAME_MAX:
        wrong["name"] = [_("At most %s characters are possible.") % NAME_MAX]
    elif key(name) in map(key, _others(crew)):
        wrong["name"] = [_("The department has a crew of this name already.")]
    if set(members) - _possible(crew):
        wrong["members"] = [_("Only people who work in the department can be in its crews.")]
    if wrong:
        raise InvalidInput(wrong)
    crew.name = name
    crew.save()
    crew.members.set(members)


def _others(crew: Crew) -> list[str]:
    """The names of the department's other crews. Its row is locked: two cannot take one name at once."""
    Department.objects.select_for_update().get(pk=crew.department_id)
    others = Crew.objects.filter(department=crew.department_id).exclude(pk=crew.pk)
    return list(others.values_list("name", flat=True))


def _possible(crew: Crew) -> set[int]:
    """Who works in its department, and who is in it already."""
    there = set(people_of(crew.department_id).values_list("pk", flat=True))
    return there | (set(crew.members.values_list("pk", flat=True)) if crew.pk else set())


def _set_active(crew: Crew, active: bool, viewer: Viewer, now: datetime) -> None:
    if crew.active == active:
        return
    crew.active = active
    crew.save(update_fields=["active"])
    kind = CrewEvent.Kind.RESUMED if active else CrewEvent.Kind.ENDED
    _note(kind, crew, viewer, now, before=facts_of(crew))


def _note(
    kind: str, crew: Crew, viewer: Viewer, now: datetime, *, before: dict[str, Any]
) -> None:  # fmt: skip
    CrewEvent.objects.create(
        kind=kind, at=now, by_id=viewer.user_id, crew=crew, before=before, after=facts_of(crew)
    )
