"""`/reports/schedules/`: which kept report is sent to whom, and how often."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.queries.viewers import viewer_of
from core.api.problems import InvalidInput
from core.web.sent import row_id
from spatial_analytics.actions.reports import change_schedule, schedule_report
from spatial_analytics.models import ReportSchedule, SavedReport
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reach import sight
from spatial_analytics.web.questions import answers_bad_questions


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """The schedules of one's own reports, and a form for another."""
    viewer, now = viewer_of(request.user), timezone.now()
    if sight(viewer).public:
        raise NotForYou
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        sent = request.POST
        try:
            if sent.get("do") in ("pause", "resume", "delete"):
                change_schedule(row_id(sent.get("schedule")), sent["do"], viewer=viewer, now=now)
            else:
                schedule_report(
                    report=row_id(sent.get("report")), every=sent.get("every", ""),
                    recipients=sent.get("recipients", "").split(","), viewer=viewer, now=now,
                )  # fmt: skip
                messages.success(request, _("The report will be sent."))
            return redirect("report_schedules")
        except (SavedReport.DoesNotExist, ReportSchedule.DoesNotExist):
            raise Http404 from None
        except InvalidInput as error:
            wrong = error.errors
    rows = ReportSchedule.objects.filter(report__owner=request.user.pk)
    context = {
        "section": "reports",
        "rows": rows.select_related("report").prefetch_related("recipients").order_by("next_at"),
        "reports": SavedReport.objects.filter(owner=request.user.pk),
        "every": ReportSchedule.Every.choices,
        "errors": wrong,
        "sent": request.POST,
    }
    return render(
        request, "spatial_analytics/report_schedules.html", context, status=400 if wrong else 200
    )
