"""Tiles of cases and of the work on them, cut to what the viewer may see inside the query."""

import hashlib
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.utils import timezone

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.conf import CONF
from cases.queries.visibility import scope_sql
from cases.queries.work import crews_of, departments_planned, visible_orders
from cases.rules.days import month_begin, month_end
from cases.rules.lifecycle import OPEN
from core.queries import sql
from tiles.layers import TileRequest

# In the words of the condition of the index of open cases, so that the planner recognises it.
_OPEN = f"cases_case.state IN ({', '.join(repr(state.value) for state in sorted(OPEN))})"
_STATES = {"open": _OPEN, "ended": f"NOT {_OPEN}", "all": "true"}
_DAY = "(({})::timestamp AT TIME ZONE %(zone)s)"
_FILTERS = {
    "group": "cases_case.request_type_id IN (SELECT f.id FROM cases_requesttype f"
    " JOIN cases_requesttypegroup fg ON fg.id = f.group_id WHERE fg.code = %(group)s)",
    "type": "cases_case.request_type_id IN"
    " (SELECT f.id FROM cases_requesttype f WHERE f.code = %(type)s)",
    # Whose a case is, is no public fact.
    "organisation": "NOT %(public)s AND cases_case.organisation_id IN"
    " (SELECT f.id FROM accounts_organisation f WHERE f.code = %(organisation)s)",
    "since": f"cases_case.opened_at >= {_DAY.format('%(since)s')}",
    "from": f"cases_case.opened_at >= {_DAY.format('%(from)s')}",
    "to": f"cases_case.opened_at < {_DAY.format('%(to)s + 1')}",
}
_WHOLE = {"since": month_begin, "from": month_begin, "to": month_end}
#: From here on single cases, where they are not too many.
SINGLE_ZOOM = 12
_WORLD = 40075016.685578488


def too_many_cases(request: TileRequest) -> bool:
    """Whether there are too many cases to show them one by one, or, below zoom 12, to count all."""
    if request.tile.z < SINGLE_ZOOM:
        return _state(request) != "open" and _too_many_to_count(request)
    values, conditions = _asked(request, _state(request))
    values["most"] = CONF.tile_points + 1
    return int(sql.value("cases", "tile_case_count", values, conditions)) > CONF.tile_points


def _too_many_to_count(request: TileRequest) -> bool:
    plan = sql.value("cases", "tile_case_estimate", *_asked(request, _state(request)))
    return int(plan[0]["Plan"]["Plan Rows"]) > CONF.tile_counted


def cases(request: TileRequest) -> bytes:
    """Single cases from zoom 12 on, or their number on a grid where they are too many; below, their
    number. Where all that ever were would be too many to read for a tile, open ones alone are counted:
    the others are the matter of the density."""
    state, near = _state(request), request.tile.z >= SINGLE_ZOOM
    if near and not request.rough:
        return bytes(sql.value("cases", "tile_cases", *_asked(request, state)))
    if request.rough and state == "all" and _too_many_to_count(request):
        return _clusters(request, "open")
    if request.rough and state == "ended" and not near:
        return b""
    return _clusters(request, state)


def _clusters(request: TileRequest, state: str) -> bytes:
    values, conditions = _asked(request, state)
    tile, width = request.tile, _WORLD / (1 << request.tile.z)
    values |= {
        "west": tile.x * width - _WORLD / 2,
        "east": (tile.x + 1) * width - _WORLD / 2,
        "north": _WORLD / 2 - tile.y * width,
        "south": _WORLD / 2 - (tile.y + 1) * width,
        "cell": width / (CONF.tile_grid if tile.z < SINGLE_ZOOM else CONF.tile_grid_near),
    }
    return bytes(sql.value("cases", "tile_case_clusters", values, conditions))


def _state(request: TileRequest) -> str:
    if request.parameters.get("open_only"):
        return "open"
    return str(request.parameters.get("state", "all"))


def _asked(request: TileRequest, state: str) -> tuple[dict[str, Any], dict[str, str]]:
    scope, values = scope_sql(request.viewer)
    asked = [_STATES[state], *(_FILTERS[n] for n in sorted(request.parameters) if n in _FILTERS)]
    public = not request.viewer.may(Permission.SEE_CASES)
    given = request.sql(public=public, zone=settings.TIME_ZONE, **values)
    if public:  # whole months: by days nobody finds the day of a case
        given |= {n: whole(given[n]) for n, whole in _WHOLE.items() if n in given}
    return given, {"scope": scope, "asked": " AND ".join(asked), "open": _OPEN}


def who_sees_orders(viewer: Viewer) -> str:
    """The name of all who see the same work orders: those who see the same cases, work in the same
    crews and plan for the same departments."""
    if viewer.user_id is None or not viewer.may(Permission.SEE_CASES):
        return "public"
    crews = sorted(crews_of(viewer).values_list("pk", flat=True))
    planned = sorted(departments_planned(viewer).values_list("pk", flat=True))
    who = f"{viewer.audience};{crews};{planned}"
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def work_orders(request: TileRequest) -> bytes:
    """Empty for whoever sees none."""
    try:
        text, values = (
            visible_orders(request.viewer).order_by().values("pk").query.sql_with_params()
        )
    except EmptyResultSet:
        return b""
    names = [f"seen_{n}" for n in range(len(values))]
    left = iter(names)
    seen = re.sub("%s", lambda _: f"%({next(left)})s", text)
    unasked = {"state": "open", "day": None, "crew": None}
    given = {**unasked, **request.sql(), **dict(zip(names, values, strict=True))}
    return bytes(sql.value("cases", "tile_work_orders", given, {"seen": seen}))


def who_sees_routing(viewer: Viewer) -> str:
    return "routing" if viewer.may(Permission.ADMINISTER) else "public"


def service_areas(request: TileRequest) -> bytes:
    """Empty for whoever may not see the rules of routing."""
    if who_sees_routing(request.viewer) == "public":
        return b""
    given = request.sql(on=timezone.localdate())
    return bytes(sql.value("cases", "tile_service_areas", given))
