"""What a draft says of itself and what it is founded on, on its page; the evidence to download."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.viewer import Viewer
from addresses.actions import evidence as actions
from addresses.actions.describing import describe
from addresses.actions.drafting import NotAllowed, NotNow, Stale
from addresses.models import ChangeSet
from addresses.queries.record_values import InvalidValues
from addresses.queries.rights import Rights
from addresses.web.access import for_viewers
from core.web.sent import row_id


@require_safe
@for_viewers
def download(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> FileResponse:
    """Always a download, never shown in our name."""
    one = get_object_or_404(ChangeSet, pk=pk)
    if not one.evidence:
        raise Http404
    return FileResponse(
        one.evidence.open("rb"),
        as_attachment=True,
        filename=one.evidence_name or one.evidence.name.rsplit("/", 1)[-1],
        content_type="application/octet-stream",
    )


@require_POST
@for_viewers
def found(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> Any:
    """Takes source and file from the page's form; an empty file field leaves the evidence."""
    one = get_object_or_404(ChangeSet, pk=pk)
    source = request.POST.get("source", "").replace("\x00", "").strip()
    file = request.FILES.get("evidence")

    def keep() -> None:
        if file is not None:
            actions.attach(one, viewer=viewer, file=file)
        elif "remove" in request.POST:
            actions.detach(one, viewer=viewer)
        actions.name_source(one, viewer=viewer, source=source)

    return _kept(request, pk, keep, _("Source and evidence are kept."))


@require_POST
@for_viewers
def described(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> Any:
    """Takes title, reason, legal basis, kind and day from the page's form."""
    one = get_object_or_404(ChangeSet, pk=pk)
    version = request.POST.get("version", "")
    one.seen = row_id(version) if version else None
    said: dict[str, Any] = {
        name: request.POST[name].replace("\x00", "").replace("\r\n", "\n").strip()
        for name in ("title", "reason", "legal_basis", "kind")
        if name in request.POST
    }

    def keep() -> None:
        day = request.POST.get("effective_from")
        if day is not None:
            said["effective_from"] = _day(day)
        describe(one, viewer=viewer, said=said)

    return _kept(request, pk, keep, _("Title, reason and day are kept."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidValues({"effective_from": [_("A day as YYYY-MM-DD.")]}) from error


def _kept(request: HttpRequest, pk: int, keep: Callable[[], None], done: str) -> Any:
    """Does it, says what came of it, and goes back to the page."""
    try:
        keep()
    except NotAllowed:
        messages.error(request, _("You may not do this here."))
    except NotNow:
        messages.error(request, _("This is not possible in the present state. Look again."))
    except Stale:
        messages.error(request, _("Somebody changed the draft meanwhile. Look again, then repeat."))
    except InvalidValues as error:
        messages.error(request, " ".join(w for reasons in error.errors.values() for w in reasons))
    else:
        messages.success(request, done)
    return redirect("register_change", pk=pk)
