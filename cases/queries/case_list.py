"""The list of cases: what is asked for, over the cases that the viewer may see."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import DataContains
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Least, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from accounts.models import Crew, Department, Organisation, User
from accounts.rules.viewer import Viewer
from addresses.models import District, Neighbourhood
from cases.models import (
    Case,
    CaseReporter,
    Channel,
    Photo,
    RequestType,
    RequestTypeGroup,
    ResultCode,
)
from cases.models.words import Stems
from cases.queries.visibility import visible_cases, with_names
from cases.rules.days import midnight
from cases.rules.lifecycle import OPEN, TRIAGE
from cases.rules.listing import ListFilter
from core.rules.text import key

_STEM, _LONG_STEM = 3, 5  # letters, see `Stems`
_DIGITS = 7  # of the running number in a case's number
_YEARS = 20  # a running number without its year is looked for so far back
_LINE = (
    "number", "version", "state", "urgency", "needs_review", "escalation", "description", "opened_at",
    "due_at", "changed_at", "place_label", "precision", "request_type__name", "neighbourhood__name",
    "department__name", "department__organisation__name", "crew__name",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A filter whose ids and codes exist. `rows` are their ids by name, `labels` what each value of
    the filter is called."""

    wanted: ListFilter
    rows: dict[str, list[int]] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)


_TABLES: dict[str, Callable[[], QuerySet[Any]]] = {
    "group": lambda: RequestTypeGroup.objects.all(),
    "type": lambda: RequestType.objects.all(),
    "channel": lambda: Channel.objects.all(),
    "result": lambda: ResultCode.objects.all(),
    "district": lambda: District.objects.defer("geom", "geom_m"),
    "neighbourhood": lambda: Neighbourhood.objects.defer("geom", "geom_m"),
    "organisation": lambda: Organisation.objects.all(),
    "department": lambda: Department.objects.select_related("organisation"),
    "crew": lambda: Crew.objects.all(),
    "assignee": lambda: User.objects.all(),
}
_CODED = ("group", "type", "channel", "result")


def look_up(wanted: ListFilter) -> Asked:
    """Finds what the ids and codes of a filter name; what does not exist becomes `unknown`."""
    rows: dict[str, list[int]] = {}
    labels: dict[tuple[str, str], str] = {}
    missing: list[tuple[str, str]] = []
    for name, table in _TABLES.items():
        values = wanted.chosen(name)
        if not values:
            continue
        column = "code" if name in _CODED else "pk"
        found = {str(getattr(r, column)): r for r in table().filter(**{f"{column}__in": values})}
        rows[name] = [r.pk for r in found.values()]
        for value in values:
            if value in found:
                row = found[value]
                labels[name, value] = row.get_full_name() if name == "assignee" else _label(row)
            else:
                missing.append((name, value))
    return Asked(wanted.keeping(missing), {k: v for k, v in rows.items() if v}, labels)


def _label(row: Any) -> str:
    return str(row.name) if hasattr(row, "name") and not isinstance(row, Department) else str(row)


def case_list(viewer: Viewer, asked: Asked, now: datetime | None = None) -> QuerySet[Case]:
    """The rows, in no order. A number (or the running part of one) typed into the search box ignores
    view and filters, but not the right to see."""
    rows, wanted = visible_cases(viewer), asked.wanted
    if numbered := _by_number(rows, wanted.q):
        return numbered
    return rows.filter(
        _view(viewer, wanted.view),
        _states(wanted),
        _due(wanted, now or timezone.now()),
        *_words(wanted.q),
        *_rows(asked),
        *_plain(wanted, visible_cases(viewer)),
        *_where(wanted),
    )


def list_lines() -> QuerySet[Case]:
    """With what a line of the console's list shows, and no more: it is read fifty times a page."""
    return Case.objects.select_related(
        "request_type", "neighbourhood", "department__organisation", "crew"
    ).only(*_LINE)


def shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With what files and programs are told of a case."""
    return with_names(rows).select_related("crew")


def _by_number(rows: QuerySet[Case], q: str) -> QuerySet[Case] | None:
    numbers = [q]
    if q.isascii() and q.isdigit() and 3 <= len(q) <= _DIGITS:
        year = timezone.localdate().year
        numbers = [f"{y}-{int(q):0{_DIGITS}d}" for y in range(year + 1, year - _YEARS, -1)]
    if not q or not (found := rows.filter(number__in=numbers)).exists():
        return None
    return found


def view_of(viewer: Viewer, view: str) -> Q:
    """What a view narrows the list to; `all` to nothing."""
    return _view(viewer, view)


def _view(viewer: Viewer, view: str) -> Q:
    if view == "triage":
        return Q(needs_review=True) | Q(state__in=sorted(TRIAGE))
    if view == "department":
        if viewer.departments:
            return Q(department__in=viewer.departments)
        return Q(organisation__in=viewer.organisations)
    if view in ("crew", "mine") and viewer.user_id is None:
        return Q(pk__in=())  # a program is in no crew, and answers for nothing
    if view == "crew":
        own = Crew.objects.filter(members=viewer.user_id).values_list("pk", flat=True)
        return Q(crew__in=list(own))
    if view == "mine":
        return Q(assignee=viewer.user_id)
    return Q()


def _states(wanted: ListFilter) -> Q:
    states = wanted.chosen("state") or ("open",)
    if "all" in states:
        return Q()
    # In one order, so that the statement is the same in every process.
    named = {s for s in states if s != "open"} | (set(OPEN) if "open" in states else set())
    return Q(state__in=sorted(named))


def _due(wanted: ListFilter, now: datetime) -> Q:
    found, today = Q(), timezone.localdate(now)
    for name in wanted.chosen("due"):
        if name == "late":
            found |= Q(due_at__lt=now)
        elif name == "late2":  # twice the time that it was to take
            found |= Q(due_at__lt=now) & Q(due_at__lt=now - (F("due_at") - F("opened_at")))
        else:
            last = today if name == "today" else today + timedelta(days=6 - today.weekday())
            found |= Q(due_at__gte=midnight(today), due_at__lt=midnight(last + timedelta(days=1)))
    # Only what is open can be late.
    return found & Q(state__in=sorted(OPEN)) if found else found


def _words(q: str) -> list[Q]:
    """The beginnings of all words: by their stems from an index, then by the words themselves. Numbers
    and what is shorter than a stem are whole words: what begins like them is a good part of the city."""
    words = key(q).split()[:8]
    if not words:  # signs alone are in no text
        return [Q(pk__in=[])] if q.strip() else []
    stems = Value(sorted({_stem(w) for w in words}), output_field=ArrayField(TextField()))
    padded = Func(
        F("text_key"), template="(' ' || %(expressions)s || ' ')", output_field=TextField()
    )
    found = [
        StrIndex(padded, Value(f" {w} " if w.isdigit() or len(w) < _STEM else f" {w}"))
        for w in words
    ]
    # One test for all: of each the planner would think that it leaves a third.
    everywhere = Least(*found) if len(found) > 1 else found[0]
    return [Q(DataContains(Stems("text_key"), stems)), Q(GreaterThan(everywhere, 0))]


def _stem(word: str) -> str:
    """What `Stems` has of every word that begins like this one."""
    return word[:_LONG_STEM] if len(word) >= _LONG_STEM else word[:_STEM]


def _rows(asked: Asked) -> list[Q]:
    found = []
    for name, ids in asked.rows.items():
        if name == "group":
            types = RequestType.objects.filter(group__in=ids).values_list("pk", flat=True)
            found.append(Q(request_type__in=list(types)))
        else:
            column = {"type": "request_type", "result": "result_code"}.get(name, name)
            found.append(Q(**{f"{column}__in": ids}))
    return found


def _plain(wanted: ListFilter, seen: QuerySet[Case]) -> list[Q]:
    found = [
        Q(**{f"{n}__in": v})
        for n in ("kind", "precision", "category", "urgency")
        if (v := wanted.chosen(n))
    ]
    if levels := wanted.chosen("level"):
        found.append(Q(escalation__in=[int(level) for level in levels]))
    for name, day in wanted.days.items():
        column, _bar, end = name.rpartition("_")
        moment = midnight(day + timedelta(days=end == "to"))
        found.append(Q(**{f"{column}_at__{'lt' if end == 'to' else 'gte'}": moment}))
    here = OuterRef("pk")
    related = {
        "photo": Photo.objects.filter(case=here),
        "children": seen.filter(parent=here),
        "duplicates": seen.filter(duplicate_of=here),
    }
    found += [Q(Exists(rows)) for name, rows in related.items() if name in wanted.flags]
    if "anonymous" in wanted.flags:
        found.append(~Q(Exists(CaseReporter.objects.filter(case=here))))
    if "review" in wanted.flags:
        found.append(Q(needs_review=True))
    return found


def _where(wanted: ListFilter) -> list[Q]:
    found = []
    if wanted.bbox:
        box = Polygon.from_bbox(wanted.bbox)
        box.srid = 4326
        found.append(Q(geom_m__bboverlaps=box.transform(3857, clone=True)))
    if wanted.near:
        lon, lat, metres = wanted.near
        found.append(within(lon, lat, metres))
    return found


def within(lon: float, lat: float, metres: float) -> Q:
    """At most so many metres from a point (EPSG:4326), by the index of geom_m. The box is said
    apart: of it the planner knows how many cases it holds, of ST_DWithin it does not."""
    centre = Point(lon, lat, srid=4326).transform(3857, clone=True)
    # Web Mercator stretches by 1 / cos(latitude).
    reach = metres / math.cos(math.radians(lat))
    west, south, east, north = centre.extent  # of a point: itself
    box = Polygon.from_bbox((west - reach, south - reach, east + reach, north + reach))
    box.srid = 3857
    return Q(geom_m__bboverlaps=box, geom_m__distance_lte=(centre, D(m=reach)))
