"""Which dashboards somebody finds: those that come with the product, their own, those shared with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Membership, Organisation
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from spatial_analytics.models import Dashboard
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


def may_see_dashboards(viewer: Viewer) -> bool:
    """Who sees figures of a body, or of all."""
    return viewer.may(Permission.SEE_ANALYTICS) or viewer.may(Permission.SEE_CASES)


def shared_with(viewer: Viewer) -> QuerySet[Dashboard]:
    """The stored ones that this viewer may see. Raises PermissionDenied."""
    if viewer.user_id is None or not may_see_dashboards(viewer):
        raise PermissionDenied
    own = Membership.objects.filter(user=viewer.user_id, organisation__active=True)
    return Dashboard.objects.filter(
        Q(owner=viewer.user_id)
        | Q(shared=Dashboard.Shared.EVERYBODY)
        | Q(shared=Dashboard.Shared.ORGANISATION, organisation__in=own.values("organisation"))
    ).select_related("owner", "organisation")


def organisations_of(viewer: Viewer) -> list[tuple[int, str]]:
    """The bodies in which somebody has a role."""
    own = Membership.objects.filter(user=viewer.user_id, organisation__active=True)
    rows = Organisation.objects.filter(pk__in=own.values("organisation")).order_by("name")
    return list(rows.values_list("pk", "name"))


def dashboard(slug: str, viewer: Viewer, *, today: date) -> Shown:
    """Raises Dashboard.DoesNotExist for what there is not, and what is not for this viewer;
    PermissionDenied for who sees no dashboards."""
    stored = shared_with(viewer)
    if slug in READY:
        return _ready(READY[slug], viewer, today)
    row = stored.get(slug=slug)
    layout = read_stored(row.layout, today=today)
    mine = row.owner_id == viewer.user_id
    return Shown(row.slug, title_of(row), "", layout, row, mine)


def title_of(row: Dashboard) -> str:
    """In the language of the page."""
    return ((get_language() or "").startswith("en") and row.title_en) or row.title


def _ready(one: Ready, viewer: Viewer, today: date) -> Shown:
    tiles = [tile | {"title": str(tile.get("title", ""))} for tile in one.tiles]
    bar = {name: _meant(value, viewer) for name, value in one.bar.items()}
    layout = read_layout({"tiles": tiles, "bar": bar}, today=today)
    return Shown(one.slug, str(one.title), str(one.about), layout)


def _meant(value: str, viewer: Viewer) -> str:
    """The id of the body that a ready bar means; empty where there is none."""
    if value == "own":
        return next((str(pk) for pk, _name in organisations_of(viewer)), "")
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
