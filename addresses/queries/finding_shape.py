"""Findings of quality as features, for those who look after the register."""

from django.utils.translation import gettext_lazy as _

from addresses.rules.quality import RULES, Severity
from tiles.features import Asking, Geometry, Property, Shape, Source
from tiles.queries.versions import data_version

_STATE = (
    "CASE WHEN t.resolved_at IS NOT NULL THEN 'resolved'"
    " WHEN t.accepted_at IS NOT NULL THEN 'accepted' ELSE 'open' END"
)


def _source(asking: Asking) -> Source:
    return Source("addresses_qualityfinding", version=lambda: f"quality:{data_version('quality')}")


def _find(text: str) -> tuple[str, int] | None:
    return (
        ("t.id = {}", int(text)) if text.isascii() and text.isdigit() and len(text) < 18 else None
    )


#: Open findings, unless `state` is asked for.
FINDINGS = Shape(
    properties=(
        Property("rule", "text", _("Rule"), "t.rule", choices=tuple((r, r) for r in RULES), nullable=False),
        Property("severity", "text", _("Severity"), "t.severity", choices=tuple((s.value, s.value) for s in Severity), nullable=False),
        Property("entity", "text", _("Kind of record"), "t.entity", nullable=False),
        Property("record", "uuid", _("Record"), "t.entity_uid", nullable=False),
        Property("label", "text", _("Label"), "t.label", nullable=False),
        Property(
            "neighbourhood", "uuid", _("Neighbourhood"),
            "(SELECT r.uid FROM addresses_neighbourhood r WHERE r.id = t.neighbourhood_id)",
            equal=("t.neighbourhood_id", "coalesce((SELECT r.id FROM addresses_neighbourhood r WHERE r.uid = {}::uuid), -1)"),
        ),
        Property("state", "text", _("State"), f"({_STATE})", choices=tuple((s, s) for s in ("open", "accepted", "resolved")), nullable=False),
        Property("first_seen", "instant", _("First seen"), "t.first_seen", nullable=False),
        Property("last_seen", "instant", _("Last seen"), "t.last_seen", nullable=False),
        Property("resolved_at", "instant", _("When it was resolved"), "t.resolved_at"),
    ),
    source=_source,
    id="t.id",
    find=_find,
    geometry=Geometry("Geometry", mercator="t.geom_m", index="t.geom_m"),
    time=("t.first_seen", "coalesce(t.resolved_at, 'infinity'::timestamptz)"),
    unless={"state": "(t.resolved_at IS NULL AND t.accepted_at IS NULL)"},
)  # fmt: skip
