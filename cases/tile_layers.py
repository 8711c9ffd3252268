"""The layers of cases, of the work on them and of who is responsible where. What is in them depends
on who looks."""

import re

from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Viewer
from addresses.queries.extent import city_bounds
from cases.queries import planned_works, tiles
from tiles.layers import Layer
from tiles.rules.filters import day, number, one_of, yes


def _audience(viewer: Viewer) -> str:
    return viewer.audience


def _code(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,60}", text):
        raise ValueError(text)
    return text


LAYERS = [
    Layer(
        "cases",
        _("Cases"),
        "point",
        {
            "number": "String",
            "type": "String",
            "type_en": "String",
            "month": "String",
            "colour": "String",
            "icon": "String",
            "code": "String",
            "open": "Boolean",
            "due": "Number",
            "count": "Number",
        },
        5,
        16,
        tiles.cases,
        ("cases", "catalogue"),
        audience=_audience,
        parameters={
            "state": one_of("open", "ended", "all"),
            "open_only": yes,
            "group": _code,
            "type": _code,
            "organisation": _code,
            "since": day,
            "from": day,
            "to": day,
        },
        description=_(
            "Requests at their places from zoom 12 on; where they are too many, and below, their"
            " number on a grid. Only open ones are counted where all would be too many."
        ),
        schema=3,
        roughly=True,
        crowded=tiles.too_many_cases,
        stale_seconds=0,
        bounds=city_bounds,
    ),
    Layer(
        "work_orders",
        _("Work orders"),
        "point",
        {
            "state": "String",
            "day": "String",
            "position": "Number",
            "crew": "String",
            "number": "String",
            "type": "String",
            "type_en": "String",
        },
        10,
        16,
        tiles.work_orders,
        ("cases", "catalogue"),
        audience=tiles.who_sees_orders,
        parameters={"state": one_of("open", "all"), "day": day, "crew": number},
        description=_("Work at the places of its requests, for crews and those who plan it."),
        roughly=True,
        stale_seconds=0,
        bounds=city_bounds,
    ),
    Layer(
        "planned_works",
        _("Planned works"),
        "mixed",
        {
            "uid": "String",
            "title": "String",
            "kind": "String",
            "state": "String",
            "traffic": "String",
            "owner": "String",
            "begin": "String",
            "end": "String",
        },
        8,
        16,
        planned_works.tile,
        ("works",),
        parameters={"day": day},
        daily=True,
        stale_seconds=60,
        description=_(
            "Works on streets that are permitted or under way: now and to come, or on a day."
        ),
        bounds=city_bounds,
    ),
    Layer(
        "service_areas",
        _("Service areas"),
        "polygon",
        {"name": "String", "kind": "String", "owner": "String", "version": "Number"},
        5,
        16,
        tiles.service_areas,
        ("catalogue",),
        audience=tiles.who_sees_routing,
        description=_("The drawn areas that the rules of routing may name, for administrators."),
        daily=True,
        bounds=city_bounds,
    ),
]
