"""Keeping, changing, sharing and removing thematic maps."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from spatial_analytics.models import SavedMap
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.sharing import bodies_of, has_figures
from spatial_analytics.rules.marks import BadMarks, read_marks
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.thematic import read_map

_MOST = 200


class ChangedMeanwhile(Exception):
    """Somebody else changed the map since it was read."""


@transaction.atomic
def save_map(
    *,
    viewer: Viewer,
    title: str,
    query: str,
    now: datetime,
    today: date,
    note: str = "",
    view: str = "",
    marks: Any,
    shared: str = SavedMap.Shared.NOBODY,
    saved: int | None = None,
    version: int = 0,
) -> SavedMap:
    """Keeps a new map, or changes one's own (`saved`, as it was at `version`). The question is kept in the
    form of its permalink. Raises PermissionDenied, InvalidInput, DoesNotExist, ChangedMeanwhile."""
    if viewer.user_id is None or not has_figures(viewer):
        raise PermissionDenied
    own = SavedMap.objects.select_for_update().filter(owner=viewer.user_id)
    row = own.get(pk=saved) if saved else SavedMap(owner_id=viewer.user_id, version=0)
    if saved and row.version != version:
        raise ChangedMeanwhile(row.title)
    if not saved and own.count() >= _MOST:
        raise InvalidInput({"title": [_("At most %(n)d saved maps.") % {"n": _MOST}]})
    wrong: dict[str, list[str]] = {}
    if not title.strip():
        wrong["title"] = [_("Give it a name.")]
    if shared not in SavedMap.Shared.values:
        wrong["shared"] = [", ".join(SavedMap.Shared.values)]
    body = bodies_of(viewer).first() if shared == SavedMap.Shared.ORGANISATION else None
    if shared == SavedMap.Shared.ORGANISATION and body is None:
        wrong["shared"] = [_("You belong to no body with which it could be shared.")]
    try:
        row.marks = read_marks(marks)
    except BadMarks as error:
        wrong["marks"] = [str(error)]
    try:
        row.query = _permalink(query, today)
    except BadQuestion as error:
        wrong["query"] = [str(error)]
    if wrong:
        raise InvalidInput(wrong)
    row.title, row.note, row.view = title.strip()[:120], note[:2000], view[:60]
    row.shared, row.organisation = shared, body
    row.version += 1
    row.changed_at = now
    row.save()
    return row


def _permalink(query: str, today: date) -> str:
    """Raises BadQuestion."""
    asked = read_map(
        QueryDict(query).dict(),  # type: ignore[arg-type]
        today=today,
        indicators=indicators(),
    )
    kept = QueryDict(mutable=True)
    kept.update(asked.as_query())
    return kept.urlencode()


def remove_map(*, viewer: Viewer, saved: int) -> None:
    """Removes one of one's own. Raises DoesNotExist."""
    SavedMap.objects.get(pk=saved, owner=viewer.user_id or 0).delete()
