"""Which dashboards somebody finds: those that come with the product, their own, those shared with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Organisation
from accounts.rules.viewer import Viewer
from spatial_analytics.models import Dashboard
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.sharing import bodies_of, has_figures
from spatial_analytics.rules.dashboards import BAR, PERIOD_NAMES, Layout, read_layout, read_stored
from spatial_analytics.rules.ready_dashboards import READY, Ready


@dataclass(frozen=True)
class Shown:
    """A dashboard as a page shows it; `stored` is None for one that comes with the product."""

    slug: str
    title: str
    about: str
    layout: Layout
    stored: Dashboard | None = None
    mine: bool = False

    @property
    def version(self) -> int:
        return self.stored.version if self.stored else 0


def shared_with(viewer: Viewer) -> QuerySet[Dashboard]:
    """The stored ones that this viewer may see. Raises PermissionDenied."""
    if not has_figures(viewer):
        raise PermissionDenied
    return Dashboard.objects.filter(
        Q(owner=viewer.user_id)
        | Q(shared=Dashboard.Shared.EVERYBODY)
        | Q(shared=Dashboard.Shared.ORGANISATION, organisation__in=bodies_of(viewer))
    ).select_related("owner", "organisation")


def dashboard(slug: str, viewer: Viewer, *, today: date) -> Shown:
    """Raises Dashboard.DoesNotExist for what there is not, and what is not for this viewer;
    PermissionDenied for who sees no dashboards."""
    stored = shared_with(viewer)
    if slug in READY:
        one = next((one for one in ready() if one.slug == slug), None)
        if one is None:
            raise Dashboard.DoesNotExist
        return _ready(one, viewer, today)
    row = stored.get(slug=slug)
    layout = read_stored(row.layout, today=today, indicators=indicators())
    mine = row.owner_id == viewer.user_id
    return Shown(row.slug, title_of(row), "", layout, row, mine)


def title_of(row: Dashboard) -> str:
    """In the language of the page."""
    return ((get_language() or "").startswith("en") and row.title_en) or row.title


def ready() -> list[Ready]:
    """Those that come with the product. Tiles of indicators that the city does not bring in are left out,
    and a dashboard of such tiles alone is not there."""
    known = indicators()

    def kept(tile: Mapping[str, Any]) -> bool:
        codes = tile.get("question", {}).get("indicator", "").split(",")
        return all(code in known for code in codes if code)

    found = [replace(one, tiles=tuple(filter(kept, one.tiles))) for one in READY.values()]
    return [one for one in found if one.tiles]


def _ready(one: Ready, viewer: Viewer, today: date) -> Shown:
    tiles = [tile | {"title": str(tile.get("title", ""))} for tile in one.tiles]
    bar = {name: _meant(value, viewer) for name, value in one.bar.items()}
    layout = read_layout({"tiles": tiles, "bar": bar}, today=today, indicators=indicators())
    return Shown(one.slug, str(one.title), str(one.about), layout)


def _meant(value: str, viewer: Viewer) -> str:
    """The id of the body that a ready bar means; empty where there is none."""
    if value == "own":
        first = bodies_of(viewer).first()
        return str(first.pk) if first else ""
    if value.startswith("kind:"):
        kind = value.removeprefix("kind:")
        first = Organisation.objects.filter(kind=kind, active=True).order_by("pk").first()
        return str(first.pk) if first else ""
    return value


def bar_of(query: Mapping[str, str], layout: Layout) -> dict[str, str]:
    """What the bar says: the address, and for what it does not name the layout. Empty in the address
    means all; a period in any of its forms replaces the layout's."""
    said = {name: query[name] for name in BAR if name in query}
    period = any(name in said for name in PERIOD_NAMES)
    usual = {
        name: value
        for name, value in layout.bar.items()
        if name not in said and not (period and name in PERIOD_NAMES)
    }
    return {name: value for name, value in (usual | said).items() if value}
