"""`/register/`: what waits, and the ways on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rules.viewer import Viewer
from addresses.models import ChangeRequest, ChangeSet, QualityFinding
from addresses.queries.feed import latest
from addresses.queries.rights import Rights, may_report_from_field
from addresses.web.access import for_viewers


@require_safe
@for_viewers
def home(request: HttpRequest, *, viewer: Viewer, rights: Rights) -> HttpResponse:
    sets = ChangeSet.objects
    findings = QualityFinding.objects.filter(resolved_at=None, accepted_at=None)
    context: dict[str, Any] = {
        "section": "register",
        "rights": rights,
        "number": latest(),
        "mine": sets.filter(author=viewer.user_id, state__in=["DRAFT", "CHECKED", "REVIEWED"]),
        "drafts": sets.filter(state="DRAFT").count(),
        "to_review": sets.filter(state="CHECKED").count(),
        "to_publish": sets.filter(state="REVIEWED").count(),
        "waiting": ChangeRequest.objects.filter(state__in=["PENDING", "IN_REVIEW"]).count(),
        "findings": findings.count(),
        "reports_from_field": may_report_from_field(viewer),
    }
    context["mine"] = context["mine"].order_by("-created_at")[:8]
    return render(request, "register/home.html", context)
