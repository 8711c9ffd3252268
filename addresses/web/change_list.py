"""`/register/changes/`: the list of change sets, and the same as CSV."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rules.viewer import Viewer
from addresses.models import ChangeSet
from addresses.queries.change_set_list import ListFilter, change_sets
from addresses.queries.rights import Rights
from addresses.web import words
from addresses.web.access import for_viewers
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

_PER_PAGE = 50


@require_safe
@for_viewers
def change_list(request: HttpRequest, *, viewer: Viewer, rights: Rights) -> HttpResponse:
    wanted = ListFilter.of(request.GET)
    rows = change_sets(wanted, user_id=viewer.user_id)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "register",
        "rights": rights,
        "wanted": wanted,
        "query": query.urlencode(),
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "states": ChangeSet.State.values,
        "kinds": ChangeSet.Kind.values,
    }
    return render(request, "register/changes.html", context)


@require_safe
@for_viewers
def export_csv(request: HttpRequest, *, viewer: Viewer, rights: Rights) -> StreamingHttpResponse:
    """The list as it is filtered, in UTF-8 that spreadsheets open rightly."""
    rows = change_sets(ListFilter.of(request.GET), user_id=viewer.user_id)
    head = [
        _("Number"), _("State"), _("Kind"), _("Title"), _("Reason"), _("Legal basis"), _("Author"),
        _("Made"), _("Published"), _("Comes into force"),
    ]  # fmt: skip
    cells = (_cells(one) for one in rows.iterator(chunk_size=1000))
    return csv_download("changes.csv", head, cells)


def _cells(one: ChangeSet) -> list[str]:
    cells = [
        str(one.number or ""), words.set_state(one.state), words.set_kind(one.kind), one.title,
        one.reason, one.legal_basis, one.author.get_full_name() if one.author else "",
        _time(one.created_at), _time(one.published_at), str(one.effective_from or ""),
    ]  # fmt: skip
    return safe_cells(*cells)


def _time(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
