"""What a change is founded on, on its page: source and evidence, to give and to download."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.viewer import Viewer
from addresses.actions import evidence as actions
from addresses.actions.drafting import NotAllowed, NotNow
from addresses.models import ChangeSet
from addresses.queries.record_values import InvalidValues
from addresses.queries.rights import Rights
from addresses.web.access import for_viewers


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
    try:
        if file is not None:
            actions.attach(one, viewer=viewer, file=file)
        elif "remove" in request.POST:
            actions.detach(one, viewer=viewer)
        actions.name_source(one, viewer=viewer, source=source)
    except NotAllowed:
        messages.error(request, _("You may not do this here."))
    except NotNow:
        messages.error(request, _("This is not possible in the present state. Look again."))
    except InvalidValues as error:
        messages.error(request, " ".join(w for reasons in error.errors.values() for w in reasons))
    else:
        messages.success(request, _("Source and evidence are kept."))
    return redirect("register_change", pk=pk)
