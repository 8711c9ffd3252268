"""Dashboards are made, copied, arranged, shared and removed by their owner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from core.rules.text import key
from spatial_analytics.conf import CONF
from spatial_analytics.models import Dashboard
from spatial_analytics.queries.dashboards import (
    dashboard,
    shared_with,
)
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.sharing import bodies_of, has_figures
from spatial_analytics.rules.dashboards import Layout, read_layout
from spatial_analytics.rules.ready_dashboards import READY


class Changed(Exception):
    """Somebody has changed it since; `version` is the present one."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


@dataclass(frozen=True)
class Terms:
    """What an owner says of a dashboard beside its tiles."""

    title: str
    title_en: str = ""
    shared: str = Dashboard.Shared.NOBODY
    organisation: int | None = None


@transaction.atomic
def make_dashboard(*, title: str, viewer: Viewer, now: datetime, copied: str = "") -> Dashboard:
    """An empty one, or a copy of one that the viewer sees. Raises PermissionDenied, InvalidInput,
    Dashboard.DoesNotExist."""
    if viewer.user_id is None or not has_figures(viewer):
        raise PermissionDenied
    title = _title(title)
    if Dashboard.objects.filter(owner=viewer.user_id).count() >= CONF.dashboards_each:
        raise InvalidInput(
            {"title": [_("At most %(n)d dashboards.") % {"n": CONF.dashboards_each}]}
        )
    layout = dashboard(copied, viewer, today=localdate(now)).layout if copied else Layout()
    row = Dashboard(
        title=title, owner_id=viewer.user_id, layout=layout.as_json(), created_at=now, changed_at=now
    )  # fmt: skip
    row.slug = _free_slug(title)
    row.save()
    return row


def arrange_dashboard(
    *, slug: str, version: int, layout: Any, viewer: Viewer, now: datetime
) -> Dashboard:
    """Other tiles, or the same in another order. Raises PermissionDenied, Changed, BadLayout."""

    def write(row: Dashboard) -> None:
        row.layout = read_layout(layout, today=localdate(now), indicators=indicators()).as_json()

    return _change(slug, version, viewer, now, write)


def name_dashboard(
    *, slug: str, version: int, terms: Terms, viewer: Viewer, now: datetime
) -> Dashboard:
    """Title, and whom it is shared with. Raises PermissionDenied, Changed, InvalidInput."""

    def write(row: Dashboard) -> None:
        row.title, row.title_en = _title(terms.title), terms.title_en.strip()[:120]
        row.shared, row.organisation_id = terms.shared, _shared_with(terms, viewer)

    return _change(slug, version, viewer, now, write)


def _shared_with(terms: Terms, viewer: Viewer) -> int | None:
    """The organisation, where it is shared with one."""
    if terms.shared not in Dashboard.Shared.values:
        raise InvalidInput({"shared": [_("Choose whom it is shared with.")]})
    if terms.shared != Dashboard.Shared.ORGANISATION:
        return None
    if not bodies_of(viewer).filter(pk=terms.organisation or 0).exists():
        raise InvalidInput({"organisation": [_("Choose one of your organisations.")]})
    return terms.organisation


@transaction.atomic
def remove_dashboard(*, slug: str, viewer: Viewer) -> None:
    """For good. Raises PermissionDenied, Dashboard.DoesNotExist."""
    _owned(slug, viewer).delete()


@transaction.atomic
def _change(
    slug: str, version: int, viewer: Viewer, now: datetime, write: Callable[[Dashboard], None]
) -> Dashboard:
    row = _owned(slug, viewer)
    if row.version != version:
        raise Changed(row.version)
    write(row)
    row.version += 1
    row.changed_at = now
    row.save()
    return row


def _owned(slug: str, viewer: Viewer) -> Dashboard:
    """Locked. What one does not see does not exist; what one sees and does not own is refused."""
    seen = shared_with(viewer).get(slug=slug)
    if seen.owner_id != viewer.user_id:
        raise PermissionDenied
    return Dashboard.objects.select_for_update().get(pk=seen.pk)


def _title(title: str) -> str:
    title = " ".join(title.split())[:120]
    if not title:
        raise InvalidInput({"title": [_("Give it a name.")]})
    return title


def _free_slug(title: str) -> str:
    stem = slugify(key(title))[:60] or "pano"
    taken = set(Dashboard.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= set(READY)
    number, slug = 1, stem
    while slug in taken or slug == "new":
        number += 1
        slug = f"{stem}-{number}"
    return slug
