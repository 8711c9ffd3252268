"""Planned works as features: those that the viewer sees."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Viewer
from cases.queries.planned_works import visible_works
from cases.rules.work_words import KINDS, STATES, TRAFFICS
from core.queries import sql
from tiles.features import Asking, Geometry, Property, Shape, Source, by_uid
from tiles.queries.versions import data_version


def shape_for(viewer: Viewer) -> Shape:
    """What there is of a work; which ones the source decides."""
    return _SHAPE


def _source(asking: Asking) -> Source:
    scope, values = sql.condition(visible_works(asking.viewer))
    return Source(
        f"(SELECT cases_plannedwork.* FROM cases_plannedwork WHERE {scope})",
        values=values,
        version=lambda: f"works:{data_version('works')}",
    )


def _coded(name: str, title: Any, words: dict[str, Any]) -> Property:
    return Property(name, "text", title, f"t.{name}", choices=tuple(words.items()), nullable=False)


_SHAPE = Shape(
    properties=(
        Property("title", "text", _("Work"), "t.title", nullable=False),
        _coded("kind", _("Kind"), KINDS),
        _coded("state", _("State"), STATES),
        _coded("traffic", _("Traffic"), TRAFFICS),
        Property(
            "organisation", "text", _("Owner"),
            "(SELECT o.code FROM accounts_organisation o WHERE o.id = t.organisation_id)",
            nullable=False,
        ),
        Property("begin", "date", _("First day"), "t.begin", nullable=False),
        Property("end", "date", _("Last day"), 't."end"', nullable=False),
        Property("depth_m", "number", _("Depth of the trench (m)"), "t.depth_m"),
        Property("width_m", "number", _("Width of the trench (m)"), "t.width_m"),
        Property("contact", "text", _("Contact"), "t.contact", nullable=False),
        Property("contractor", "text", _("Contractor"), "t.contractor", blank=True),
        Property("permit", "text", _("Number of the permit"), "t.permit", blank=True),
        Property("changed_at", "instant", _("Last change"), "t.changed_at", nullable=False),
    ),
    source=_source,
    id="t.uid",
    find=by_uid,
    geometry=Geometry("Geometry", mercator="t.geom_m", index="t.geom_m"),
    time=("t.begin", 't."end"'),
    time_type="date",
)  # fmt: skip
