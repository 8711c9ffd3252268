"""Cases as features: to whoever may see cases their own ones with their facts, to the public what the map tells.

The words that people wrote are not told here. To the public a case is type, open or not, month and a place that
is moved to a grid where it names a house; filters see the place that is told, the order says nothing of who
came first, and the id of a case is another one every day.
"""

import re
from dataclasses import replace
from datetime import date
from functools import cache as kept
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.queries.visibility import mapped_cases, scope_sql
from cases.rules.lifecycle import OPEN
from core.rules.secrets import unveiled, veiled
from tiles.features import Asking, Geometry, Property, Shape, Source
from tiles.queries.versions import data_version

_OPEN = f"t.state IN ({', '.join(repr(state.value) for state in sorted(OPEN))})"
_GRID_M = 50  # of EPSG:3857, as in cases/sql/tile_cases.sql
_PERIOD_SECONDS = 600
_GRIDDED = "t.precision NOT IN ('STREET', 'CROSSING', 'LANDMARK')"


def shape_for(viewer: Viewer) -> Shape:
    """What this viewer sees of cases."""
    return _own() if viewer.may(Permission.SEE_CASES) else _public()


def _source(asking: Asking) -> Source:
    scope, values = scope_sql(asking.viewer)
    return Source(
        f"(SELECT cases_case.* FROM cases_case WHERE {scope})",
        values={"zone": settings.TIME_ZONE, **values},
        version=_version,
    )


def _version() -> str:
    return f"cases:{data_version('cases')}:{data_version('catalogue')}"


def _coded(name: str, title: Any, column: str, table: str, alias: str) -> Property:
    """The code of what a case refers to."""
    return Property(
        name,
        "text",
        title,
        f"(SELECT r.code FROM {table} r WHERE r.id = t.{column})",
        out=f"{alias}.code",
        equal=(f"t.{column}", f"coalesce((SELECT r.id FROM {table} r WHERE r.code = {{}}), -1)"),
    )


def _named(name: str, title: Any, column: str) -> Property:
    """The names of a type or a group are for reading: filters use the codes."""
    return Property(name, "text", title, f"{column}", queryable=False)


_TYPE = (
    _coded("type", _("Type"), "request_type_id", "cases_requesttype", "ty"),
    _named("type_name", _("Type (Turkish)"), "ty.name"),
    _named("type_name_en", _("Type (English)"), "ty.name_en"),
    Property(
        "group",
        "text",
        _("Group of types"),
        "(SELECT g.code FROM cases_requesttype y JOIN cases_requesttypegroup g ON g.id = y.group_id"
        " WHERE y.id = t.request_type_id)",
        out="tg.code",
    ),
    Property("open", "boolean", pgettext_lazy("state", "Open"), _OPEN, nullable=False),
)
_JOINS = (
    " LEFT JOIN cases_requesttype ty ON ty.id = t.request_type_id"
    " LEFT JOIN cases_requesttypegroup tg ON tg.id = ty.group_id"
)


@kept
def _own() -> Shape:
    def area(name: str, title: Any, column: str, table: str) -> Property:
        return Property(
            name,
            "uuid",
            title,
            f"(SELECT r.uid FROM {table} r WHERE r.id = t.{column})",
            equal=(
                f"t.{column}",
                f"coalesce((SELECT r.id FROM {table} r WHERE r.uid = {{}}::uuid), -1)",
            ),
        )

    def plain(name: str, kind: Any, title: Any, *, nullable: bool = True) -> Property:
        return Property(name, kind, title, f"t.{name}", nullable=nullable)

    return Shape(
        properties=(
            plain("number", "text", _("Number"), nullable=False),
            plain("state", "text", _("State"), nullable=False),
            plain("kind", "text", _("Kind"), nullable=False),
            *_TYPE,
            plain("urgency", "text", _("Urgency"), nullable=False),
            _coded("channel", _("Channel"), "channel_id", "cases_channel", "ch"),
            _coded(
                "organisation", _("Organisation"), "organisation_id", "accounts_organisation", "org"
            ),
            # Codes of departments are those of their body.
            replace(
                _coded(
                    "department", _("Department"), "department_id", "accounts_department", "dep"
                ),
                equal=None,
            ),
            plain("needs_review", "boolean", _("A person must look"), nullable=False),
            plain("public", "boolean", _("May be public"), nullable=False),
            plain("opened_at", "instant", _("Opened"), nullable=False),
            plain("due_at", "instant", _("Due")),
            plain("resolved_at", "instant", _("Resolved")),
            plain("closed_at", "instant", _("Closed")),
            plain("precision", "text", _("Precision of the place"), nullable=False),
            plain("category", "text", _("Category of the place"), nullable=False),
            area("district", _("District"), "district_id", "addresses_district"),
            area(
                "neighbourhood", _("Neighbourhood"), "neighbourhood_id", "addresses_neighbourhood"
            ),
            area("street", _("Street"), "street_id", "addresses_street"),
            area("address", _("Door"), "address_id", "addresses_address"),
        ),
        source=_source,
        id="t.number",
        find=lambda text: ("t.number = {}", text),
        geometry=Geometry("Point", mercator="t.geom_m", index="t.geom_m"),
        time=("t.opened_at", "t.opened_at"),
        joins=_JOINS
        + " LEFT JOIN cases_channel ch ON ch.id = t.channel_id"
        + " LEFT JOIN accounts_organisation org ON org.id = t.organisation_id"
        + " LEFT JOIN accounts_department dep ON dep.id = t.department_id",
    )


_MONTH = "date_trunc('month', t.opened_at AT TIME ZONE %(zone)s)"


@kept
def _public() -> Shape:
    moved = f"ST_SnapToGrid(t.geom_m, {_GRID_M})"
    return Shape(
        properties=(
            *_TYPE,
            Property(
                "month", "text", _("Month"), f"to_char({_MONTH}, 'YYYY-MM')",
                nullable=False, description=_("In which it was opened: YYYY-MM."),
            ),
        ),
        source=_source,
        id="t.id",
        find=_found,
        # Random, has an index, and leads to nothing that it does not lead to by itself: the token of the page
        # is encrypted.
        order="t.token",
        order_type="text",
        mask=_masked,
        geometry=Geometry(
            "Point",
            sql=f"(CASE WHEN {_GRIDDED} THEN ST_Transform({moved}, 4326) ELSE t.geom END)",
            mercator=f"(CASE WHEN {_GRIDDED} THEN {moved} ELSE t.geom_m END)",
            index="t.geom_m",
            reach=_GRID_M / 2 + 1,
        ),
        time=(
            f"({_MONTH} AT TIME ZONE %(zone)s)",
            f"(({_MONTH} + interval '1 month') AT TIME ZONE %(zone)s - interval '1 microsecond')",
        ),
        joins=_JOINS,
    )  # fmt: skip


def _masked(ids: Any) -> list[str]:
    return veiled(settings.SECRET_KEY, _today(), map(int, ids))


def _found(text: str) -> tuple[str, int] | None:
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        return None
    number = unveiled(settings.SECRET_KEY, _today(), text)
    return None if number is None or number >= 2**62 else ("t.id = {}", number)


def _today() -> str:
    return f"cases:{timezone.localdate().isoformat()}"


def period_for(viewer: Viewer) -> tuple[date, None] | None:
    """The day of the first case that a viewer sees (to the public the first of its month); open at the end."""
    key = f"features-period:{viewer.audience}"
    first = cache.get(key)
    if first is None:
        opened = mapped_cases(viewer).order_by("opened_at").values_list("opened_at", flat=True)
        moment = opened.first()
        first = timezone.localdate(moment) if moment is not None else False
        cache.set(key, first, _PERIOD_SECONDS)
    if not first:
        return None
    return (first if viewer.may(Permission.SEE_CASES) else first.replace(day=1)), None
