"""Alerts as features: to whoever has an inbox of them, those that stand in it."""

from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Viewer
from core.queries import sql
from spatial_analytics.models import Alert
from spatial_analytics.queries.alerts import sees_alerts, visible_alerts
from tiles.features import Asking, Geometry, Property, Shape, Source, by_uid


def shape_for(viewer: Viewer) -> Shape | None:
    return _SHAPE if sees_alerts(viewer) else None


def _source(asking: Asking) -> Source:
    scope, values = sql.condition(visible_alerts(asking.viewer))
    alerts = "spatial_analytics_alert"
    return Source(f"(SELECT {alerts}.* FROM {alerts} WHERE {scope})", values=values)


_SHAPE = Shape(
    properties=(
        Property("name", "text", _("Place"), "t.name", nullable=False),
        Property(
            "level", "text", _("Found among"), "t.level", nullable=False,
            choices=tuple(Alert.Level.choices),
        ),
        Property(
            "group", "text", _("Types"),
            "(SELECT g.code FROM cases_requesttypegroup g WHERE g.id = t.type_group_id)",
        ),
        Property("first_day", "date", _("First day"), "t.first_day", nullable=False),
        Property("last_day", "date", _("Last day"), "t.last_day", nullable=False),
        Property("raised_on", "date", _("Raised on"), "t.raised_on", nullable=False),
        Property("observed", "integer", _("Requests"), "t.observed", nullable=False),
        Property(
            "expected", "number", _("Expected"), "round(t.expected::numeric, 2)::float8",
            nullable=False,
        ),
        Property(
            "recurrence_days", "number", _("By chance once in days"), "t.recurrence_days",
            nullable=False,
        ),
        Property(
            "verdict", "text", _("Judgement"), "t.verdict", choices=tuple(Alert.Verdict.choices),
            blank=True,
        ),
    ),
    source=_source,
    id="t.uid",
    find=by_uid,
    geometry=Geometry("Geometry"),
    time=("t.first_day", "t.last_day"),
    time_type="date",
)  # fmt: skip
