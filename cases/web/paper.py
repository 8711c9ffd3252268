"""A case on paper: PDF with a small map of the register's own, tagged for readers that speak."""

import base64

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.viewers import viewer_of
from cases.models import Case
from cases.queries.masking import masked_contacts
from cases.queries.sketching import sketch_of
from cases.queries.timeline import timeline
from cases.queries.visibility import visible_cases, with_names
from cases.rules.lifecycle import OPEN
from core.web.pdf import tagged_pdf

_PHOTOS = 4


@login_required
@never_cache
@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    viewer = viewer_of(request.user)
    rows = with_names(visible_cases(viewer)).select_related("result_code", "crew", "assignee")
    case = rows.filter(number=number).first()
    if case is None:
        raise Http404
    map_title = _("Map of the place")
    context = {
        "case": case,
        "language": get_language() or "tr",
        "entries": timeline(case, looks=False),
        "contacts": masked_contacts(case),
        "decision": case.decisions.order_by("-decided_at").first(),
        "sketch": mark_safe(sketch_of(case, map_title)),  # noqa: S308  (its texts are escaped)
        "pictures": _pictures(case),
        "now": timezone.now(),
        "is_open": case.state in OPEN,
    }
    body = tagged_pdf(render_to_string("console/paper.html", context, request), "cases/paper.css")
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return answer


def _pictures(case: Case) -> list[str]:
    """The first photos as data addresses: nothing is fetched while the page is set."""
    found = []
    for photo in case.photos.order_by("pk")[:_PHOTOS]:
        with photo.file.open("rb") as file:
            found.append("data:image/jpeg;base64," + base64.b64encode(file.read()).decode())
    return found
