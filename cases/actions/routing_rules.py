"""Administrators write, move and retire routing rules; what is wrong with one is said before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.models import RoutingArea, RoutingDecision, RoutingRule
from cases.queries.rulebook import forget, names, rule_of, rulebook
from cases.queries.world import world
from cases.rules.binding import bind, errors
from cases.rules.conditions import ConditionError, parse
from cases.rules.coverage import Finding, Kind, look
from cases.rules.drawn import drawn_shape
from cases.rules.routing import Rule, Rulebook
from core.api.problems import InvalidInput
from core.rules.text import key
from tiles.actions.versions import data_changed

_STEP = 10
_VERTICES_MAX = 20_000


@dataclass(frozen=True)
class RuleDraft:
    """A rule as somebody means to make it. It stands before the rule `before` (an id; None: last).

    `starting`: an existing rule keeps its old form until then, and a new one follows it. `seen`: when
    an existing rule had been changed last, as its editor was shown (ISO 8601).
    """

    name: str
    condition: str
    department: int
    id: int | None = None
    before: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    starting: date | None = None
    seen: str = ""


def may_edit(viewer: Viewer) -> bool:
    """Rules hold for the whole city: whoever administers may change them."""
    return viewer.may(Permission.ADMINISTER)


def _allowed(viewer: Viewer) -> None:
    if not may_edit(viewer):
        raise PermissionDenied


def check_rule(draft: RuleDraft) -> None:
    """Raises InvalidInput naming each field that cannot be used, conditions with their position."""
    wrong: dict[str, list[str]] = {}
    if not draft.name.strip() or len(draft.name) > 160:
        wrong["name"] = [_("A name of at most 160 characters is needed.")]
    if not Department.objects.filter(pk=draft.department).exists():
        wrong["department"] = [_("A department must be chosen.")]
    if draft.valid_from and draft.valid_to and draft.valid_to <= draft.valid_from:
        wrong["valid_to"] = [_("It would end before it begins.")]
    if draft.starting and draft.valid_to and draft.valid_to <= draft.starting:
        wrong["valid_to"] = [_("It would end before it begins.")]
    if draft.before is not None and not RoutingRule.objects.filter(pk=draft.before).exists():
        wrong["before"] = [_("There is no such rule any more.")]
    try:
        faults = errors(bind(parse(draft.condition), names()))
    except ConditionError as error:
        faults = [error]
    if faults:
        wrong["condition"] = [str(fault) for fault in faults]
    if wrong:
        raise InvalidInput(wrong)


def with_draft(draft: RuleDraft) -> tuple[Rulebook, Rule]:
    """The rules as they would be with a checked draft, and the draft among them."""
    order = [r for r in rulebook().rules if r.id != draft.id or draft.starting]
    row = RoutingRule(
        pk=draft.id or 0, position=0, name=draft.name, condition=draft.condition,
        department_id=draft.department, valid_from=draft.valid_from, valid_to=draft.valid_to,
    )  # fmt: skip
    made = rule_of(row, names())
    if draft.starting:
        old = next(r for r in order if r.id == draft.id)
        order[order.index(old)] = replace(old, valid_to=draft.starting)
        made = replace(made, id=0, valid_from=draft.starting)
    order.insert(_place(order, draft.before), made)
    numbered = [replace(rule, position=n) for n, rule in enumerate(order, 1)]
    return Rulebook(numbered), next(r for r in numbered if r.id == made.id)


def _place(order: Sequence[Rule], before: int | None) -> int:
    """Where a rule stands that comes before another one."""
    ids = [rule.id for rule in order]
    return ids.index(before) if before in ids else len(ids)


def findings(draft: RuleDraft, today: date) -> list[Finding]:
    """What a checked draft would mean: whether it, or a rule behind it, could never win, and with
    which earlier ones of other departments it meets. What was so before is not said again."""
    book, made = with_draft(draft)
    before = {
        (f.kind, f.rule.id) for f in look(rulebook().rules, world(), today) if f.rule.id != made.id
    }
    return [
        f
        for f in look(book.rules, world(), today, only=lambda r: r.position >= made.position)
        if f.rule.id == made.id or (f.kind != Kind.CONFLICT and (f.kind, f.rule.id) not in before)
    ]


@transaction.atomic
def save_rule(draft: RuleDraft, *, viewer: Viewer, now: datetime) -> RoutingRule:
    """Stores a rule in its place. Raises PermissionDenied and InvalidInput."""
    _allowed(viewer)
    rows = list(RoutingRule.objects.select_for_update().order_by("position"))
    check_rule(draft)
    row = next((r for r in rows if r.pk == draft.id), None)
    if draft.id is not None and row is None:
        raise InvalidInput({"id": [_("There is no such rule any more.")]})
    if row is not None and draft.seen and draft.seen != row.changed_at.isoformat():
        words = _("Somebody else changed this rule meanwhile. Open it anew, then repeat.")
        raise InvalidInput({"seen": [words]})
    last = max((r.position for r in rows), default=0)
    begins = draft.valid_from
    if row is not None and draft.starting:
        if row.valid_from and draft.starting <= row.valid_from:
            raise InvalidInput({"starting": [_("It would end before it begins.")]})
        row.valid_to, row.changed_by_id = draft.starting, viewer.user_id
        row.save()
        row, begins = None, draft.starting
    if row is None:
        row = RoutingRule(position=last + _STEP)
        rows.append(row)
    row.name, row.condition = draft.name.strip(), draft.condition.strip()
    row.department_id, row.changed_by_id = draft.department, viewer.user_id
    row.valid_from, row.valid_to = begins, draft.valid_to
    row.save()
    _put(rows, row, draft.before)
    _changed()
    return row


@transaction.atomic
def move_rule(*, rule: int, before: int | None, viewer: Viewer) -> None:
    """Puts a rule before another one (None: last). Raises PermissionDenied and DoesNotExist."""
    _allowed(viewer)
    rows = list(RoutingRule.objects.select_for_update().order_by("position"))
    found = next((r for r in rows if r.pk == rule), None)
    if found is None or (before is not None and before not in {r.pk for r in rows}):
        raise RoutingRule.DoesNotExist
    _put(rows, found, before)
    _changed()


@transaction.atomic
def retire_rule(*, rule: int, on: date, viewer: Viewer) -> None:
    """Ends a rule on a day; it stays in the list with what it decided. One that has not begun by then,
    and decided nothing, is withdrawn. Raises InvalidInput, and as `move_rule` does."""
    _allowed(viewer)
    row = RoutingRule.objects.select_for_update().get(pk=rule)
    if not row.valid_from or row.valid_from <= on:
        row.valid_to, row.changed_by_id = on, viewer.user_id
        row.save()
    elif RoutingDecision.objects.filter(rule=row).exists():
        raise InvalidInput({"valid_to": [_("It would end before it begins.")]})
    else:
        row.delete()
    _changed()


def _put(rows: list[RoutingRule], row: RoutingRule, before: int | None) -> None:
    """Numbers the rules anew where the order has changed."""
    order = [r for r in rows if r.pk != row.pk]
    at = next((n for n, r in enumerate(order) if r.pk == before), len(order))
    order.insert(at, row)
    if [r.pk for r in order] == [r.pk for r in sorted(order, key=lambda r: r.position)]:
        return
    # Two steps: no two rules may have one position at any moment.
    top = max(r.position for r in order) + _STEP
    for offset in (top, 0):
        for n, one in enumerate(order, 1):
            one.position = offset + n * _STEP
        RoutingRule.objects.bulk_update(order, ["position"])


def _changed() -> None:
    data_changed("catalogue")
    forget()


@transaction.atomic
def save_area(
    *, name: str, geojson: str, viewer: Viewer, now: datetime, owner: str = "",
    starting: date | None = None,
) -> RoutingArea:  # fmt: skip
    """Draws an area, or the next version of the one of this name from a day on (default: today).

    `geojson` is a Polygon or MultiPolygon in EPSG:4326, degrees. Raises PermissionDenied, InvalidInput.
    """
    _allowed(viewer)
    day = starting or timezone.localdate(now)
    name, word = name.strip(), owner.strip()
    wrong: dict[str, list[str]] = {}
    if not key(name) or len(name) > 120:
        wrong["name"] = [_("A name of at most 120 characters is needed.")]
    if word and (not key(word) or len(word) > 60):
        wrong["owner"] = [_("An owner is a word of at most 60 characters.")]
    shape: MultiPolygon | None = None
    try:
        shape = area_of(geojson)
    except ValueError as error:
        wrong["geometry"] = [str(error)]
    if wrong or shape is None:
        raise InvalidInput(wrong)
    values: dict[str, Any] = {
        "name": name, "name_key": key(name), "geom": shape, "owner": word,
        "kind": RoutingArea.Kind.OWNER if word else RoutingArea.Kind.AREA,
    }  # fmt: skip
    rows = RoutingArea.objects.select_for_update().filter(name_key=key(name))
    last = rows.order_by("-version").first()
    if last is None:
        area = RoutingArea.objects.create(valid_from=starting, **values)
    elif last.valid_from is not None and last.valid_from >= day:
        raise InvalidInput({"starting": [_("A version of this area begins on that day or later.")]})
    else:
        if last.valid_to is None or last.valid_to > day:
            last.valid_to = day
            last.save(update_fields=["valid_to"])
        area = RoutingArea.objects.create(valid_from=day, version=last.version + 1, **values)
    _changed()
    return area


def area_of(geojson: str) -> MultiPolygon:
    """A polygon of degrees as it is sent. Raises ValueError with a reason for people."""
    words = _("This is no GeoJSON of a polygon.")
    shape = drawn_shape(geojson.strip(), MultiPolygon, most=_VERTICES_MAX, otherwise=words)
    assert isinstance(shape, MultiPolygon)
    return shape


@transaction.atomic
def retire_area(*, area: int, on: date, viewer: Viewer) -> None:
    """Ends an area on a day: rules that name it become faulty then, and say so."""
    _allowed(viewer)
    row = RoutingArea.objects.select_for_update().get(pk=area)
    if row.valid_from and on < row.valid_from:
        raise InvalidInput({"valid_to": [_("It would end before it begins.")]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    _changed()
