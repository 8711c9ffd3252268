"""What scopes, groups of addresses and lines of the log of clients are called, and a chart of use."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import ClientEvent

_HIGH, _WIDE = 100, 10


def scope_name(scope: str) -> str:
    return {
        "registry:read": _("Read the register"),
        "cases:read": _("Read the cases that concern the organisation"),
        "changes:propose": _("Propose changes of the register"),
        "works:publish": _("Publish works"),
        "cases:exchange": _("Exchange cases"),
    }.get(scope, scope)


def group_name(group: str) -> str:
    return {
        "feed": _("Feeds"),
        "cases": _("Cases"),
        "register": _("Register"),
        "geocode": _("Geocoder"),
        "tiles": _("Tiles"),
        "works": _("Works"),
        "webhooks": _("Webhooks"),
        "other": _("Other"),
    }.get(group, group)


def event_words(event: ClientEvent) -> str:
    """`Key revoked: …aB3x`; of what was changed the names, not the values."""
    kind = {
        "CREATED": pgettext("log", "Created"),
        "CHANGED": _("Changed"),
        "KEY_ISSUED": _("Key issued"),
        "KEY_ROTATED": _("Key rotated"),
        "KEY_REVOKED": _("Key revoked"),
        "CEILING": _("What the city gives was changed"),
    }[event.kind]
    if event.kind.startswith("KEY"):
        return f"{kind}: …{event.data.get('key', '')}"
    if event.kind == ClientEvent.Kind.CREATED:
        return kind
    return f"{kind}: {', '.join(sorted(event.data))}"


@dataclass(frozen=True)
class Bar:
    """One day: where its column stands, and how high it is for all and for what was refused."""

    x: int
    y: float
    high: float
    bad_y: float
    bad: float


def bars(counts: Sequence[int], bad: Sequence[int]) -> list[Bar]:
    """Columns in a box of ten by day and a hundred high."""
    most = max([*counts, 1])
    found = []
    for i, (all_, refused) in enumerate(zip(counts, bad, strict=True)):
        high, low = _HIGH * all_ / most, _HIGH * min(refused, all_) / most
        found.append(Bar(i * _WIDE, _HIGH - high, high, _HIGH - low, low))
    return found
