"""`/reports/`: reports as page, PDF, spreadsheet and CSV, and those that people keep."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.queries.viewers import viewer_of
from addresses.models import Street
from core.api.problems import InvalidInput
from core.rules.text import in_order, key
from core.web.sent import row_id
from spatial_analytics.actions.report_files import order_file, still_told, too_large
from spatial_analytics.actions.reports import filled, keep_report, kept_reports
from spatial_analytics.models import ReportFile
from spatial_analytics.queries.density_choices import choices
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.indicator_words import BY, WORDS
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.report_words import REPORTS
from spatial_analytics.queries.reports import FilledReport
from spatial_analytics.queries.written_reports import written
from spatial_analytics.rules.reports import OWN, AskedReport, read_report
from spatial_analytics.web.questions import answers_bad_questions
from spatial_analytics.web.report_files import FORMS, title_of, written_as
from spatial_analytics.web.thematic_words import periods

_STREETS = 20
_LINES = 1_000


@login_required
@require_safe
@answers_bad_questions
def listing(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request.user)
    if sight(viewer).public:
        raise NotForYou
    context = {
        "section": "reports",
        "reports": [(code, *words) for code, words in REPORTS.items()],
        "kept": kept_reports(viewer).select_related("owner", "organisation"),
        "me": viewer.user_id,
    }
    return render(request, "spatial_analytics/reports.html", context)


def _asked(request: HttpRequest, code: str) -> AskedReport:
    sent = request.GET.dict()
    for name in ("indicators", "by"):  # of the builder's boxes
        if len(request.GET.getlist(name)) > 1:
            sent[name] = ",".join(filter(None, request.GET.getlist(name)))
    try:
        return read_report(code, sent, today=timezone.localdate())
    except KeyError:
        raise Http404 from None


def _found(request: HttpRequest, asked: AskedReport) -> FilledReport:
    return filled(asked, viewer_of(request.user), now=timezone.now())


@login_required
@never_cache
@require_safe
@answers_bad_questions
def page(request: HttpRequest, code: str) -> HttpResponse:
    """A report with its filters; everything that is chosen stands in the address."""
    asked = _asked(request, code)
    found = _found(request, asked)
    explanation = REPORTS[code][1]
    tables = [written(table) for table in found.tables]
    context = {
        "section": "reports",
        "code": code,
        "own": code == OWN,
        "name": title_of(found),
        "explanation": explanation,
        "found": found,
        "tables": [(t, t["lines"][:_LINES], max(len(t["lines"]) - _LINES, 0)) for t in tables],
        "periods": periods(),
        "period": asked.query.get("period") or asked.query.get("days", ""),
        "asked": asked.query,
        "choices": choices(
            group=_number(asked, "group"), district=_number(asked, "district")
        ),
        "indicators": sorted(
            ((str(words.name), c) for c, words in WORDS.items()), key=lambda one: in_order(one[0])
        ),
        "chosen": asked.report.sections[0].indicators,
        "by": asked.report.sections[0].by,
        "dimensions": BY.items(),
        "streets": _streets(request.GET.get("place", "")) if asked.report.needs else [],
        "place": request.GET.get("place", ""),
        "query": urlencode(asked.query),
        "bodies": Organisation.objects.filter(memberships__user=request.user.pk).distinct(),
    }  # fmt: skip
    return render(request, "spatial_analytics/report.html", context)


def _number(asked: AskedReport, name: str) -> int | None:
    text = asked.query.get(name, "")
    return int(text) if text.isdigit() else None


def _streets(text: str) -> list[Any]:
    """Streets whose name has these words, for the address report."""
    if len(text) < 2:
        return []
    rows = Street.objects.filter(name_key__contains=key(text)).select_related("district")
    return list(rows.order_by("name_key", "district__name_key")[:_STREETS])


@login_required
@never_cache
@require_safe
@answers_bad_questions
def file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """At once, or, where it is large, by a worker: then the page that tells how far it is."""
    asked = _asked(request, code)
    if form not in FORMS or not asked.ready:
        raise Http404
    found = _found(request, asked)
    name = f"{code}-{found.period.begin:%Y%m%d}-{found.period.end:%Y%m%d}.{form}"
    if too_large(found, form):
        viewer = viewer_of(request.user)
        row = order_file(asked, form, name, viewer=viewer, now=timezone.now())
        return redirect("report_ordered", uid=row.uid)
    return _sent(written_as(found, form), form, name)


def _sent(body: bytes, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=FORMS[form])
    way = "inline" if form == "pdf" else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer


@login_required
@never_cache
@require_safe
def ordered(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a large file is, for whoever ordered it; `?download` sends it."""
    row = ReportFile.objects.select_related("job").filter(uid=uid, owner=request.user.pk).first()
    if row is None:
        raise Http404
    told = still_told(row, viewer_of(request.user))
    if row.body is not None and told and "download" in request.GET:
        return _sent(bytes(row.body), row.form, row.name)
    failed = row.refused or not told or row.job is None or row.job.state in ("FAILED", "CANCELLED")
    context = {
        "section": "reports",
        "row": row,
        "done": row.body is not None and told,
        "failed": failed and (row.body is None or not told),
        "percent": round(100 * row.job.progress) if row.job else 0,
    }
    response = render(request, "spatial_analytics/report_ordered.html", context)
    if row.body is None and not failed:
        response["Refresh"] = "2"
    return response


@login_required
@require_POST
@answers_bad_questions
def keep(request: HttpRequest) -> HttpResponse:
    viewer, sent = viewer_of(request.user), request.POST.dict()
    if sight(viewer).public:
        raise NotForYou
    code = sent.get("code", "")
    query = {name: value for name, value in sent.items() if name not in ("title", "share", "code")}
    try:
        keep_report(
            title=sent.get("title", ""), code=code, query=query, share=row_id(sent.get("share")) or None,
            viewer=viewer, now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("The report is kept."))
    except InvalidInput as error:
        messages.error(request, " ".join(error.reasons))
        return redirect(f"{reverse('report_page', args=[code])}?{urlencode(query)}")
    except KeyError:
        raise Http404 from None
    return redirect("reports")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    gone, _rows = (
        kept_reports(viewer_of(request.user)).filter(pk=pk, owner=request.user.pk).delete()
    )
    if not gone:
        raise Http404
    return redirect("reports")
