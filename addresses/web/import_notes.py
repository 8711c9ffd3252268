"""`/register/changes/<id>/notes/`: what an import has to say about the rows of its file."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rules.viewer import Viewer
from addresses.models import ChangeSet, ImportNote
from addresses.queries.import_notes import NoteFilter, note_counts, notes
from addresses.queries.rights import Rights
from addresses.web import words
from addresses.web.access import for_viewers
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

_PER_PAGE = 100


@require_safe
@for_viewers
def note_list(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> HttpResponse:
    one = get_object_or_404(ChangeSet, pk=pk)
    wanted = NoteFilter.of(request.GET)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "register",
        "rights": rights,
        "one": one,
        "wanted": str(wanted),
        "counts": note_counts(one),
        "query": query.urlencode(),
        "page": Paginator(notes(one, wanted), _PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "register/notes.html", context)


@require_safe
@for_viewers
def export_csv(
    request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights
) -> StreamingHttpResponse:
    """The notes as they are filtered, in UTF-8 that spreadsheets open rightly."""
    one = get_object_or_404(ChangeSet, pk=pk)
    rows = notes(one, NoteFilter.of(request.GET))
    head = [
        _("Row"), _("Outcome"), _("Reason"), _("Field"), _("Detail"), _("Record"), _("Longitude"),
        _("Latitude"),
    ]  # fmt: skip
    cells = (_cells(note) for note in rows.iterator(chunk_size=1000))
    return csv_download(f"notes-{one.pk}.csv", head, cells)


def _cells(note: ImportNote) -> list[str]:
    point = [str(round(c, 7)) for c in note.geom.coords] if note.geom else ["", ""]
    texts = safe_cells(
        words.note_outcome(note.outcome), words.note_reason(note.reason),
        words.note_field(note.field), note.detail, words.note_entity(note.entity),
    )  # fmt: skip
    return [str(note.row or ""), *texts, *point]
