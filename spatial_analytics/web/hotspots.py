"""`/maps/hotspots/`: the coming weeks' expected cases, how far to trust them, and what came of former ones."""

import re
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.queries.extent import city_view
from cases.models import RequestType
from core.api.problems import InvalidInput
from core.models import Job
from core.rules.spreadsheet import safe_cells
from core.rules.text import in_order
from core.web.csv_download import csv_download
from spatial_analytics.actions.hotspot_orders import (
    may_order,
    newest,
    order,
    refusal,
    running,
    stop,
)
from spatial_analytics.actions.letters import has_letter, set_letter
from spatial_analytics.models import HotspotArea, HotspotRun
from spatial_analytics.queries.accuracy import (
    accuracy_lines,
    chances_line,
    method_name,
    method_rows,
    notice_text,
    plot,
    refusal_text,
)
from spatial_analytics.queries.because import NoReasons, why
from spatial_analytics.queries.hotspots import (
    HORIZONS,
    all_cells,
    areas_of,
    run_of,
    stops,
    types_told,
    weekly_runs,
)
from spatial_analytics.queries.reach import Counted
from spatial_analytics.queries.reporting import reporting
from spatial_analytics.queries.sharing import has_figures
from spatial_analytics.queries.type_groups import group_of, type_groups
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.web.hotspot_files import COLUMNS, as_geojson, as_geoparquet, as_rows
from spatial_analytics.web.questions import (
    NoForecast,
    answers_bad_questions,
    counts_for,
    file_response,
    one_of,
    problem,
    whole,
)
from spatial_analytics.web.sorting import Head, by, ordered, shown, sort_of

SHOWN = {
    "expected": gettext_lazy("Expected requests"),
    "p_unusual": gettext_lazy("Chance of an unusual number"),
    "distinct": gettext_lazy("Expected, repeated reports counted once"),
    "per_100": gettext_lazy("Expected per 100 dwellings"),
    "emerging": gettext_lazy("What the place has been for half a year"),
    "happened": gettext_lazy("What then happened"),
}
CLASSES = {
    "NEW": (gettext_lazy("new"), gettext_lazy("hot in the last week, never before")),
    "CONSECUTIVE": (gettext_lazy("consecutive"), gettext_lazy("for some weeks without a break")),
    "INTENSIFYING": (
        gettext_lazy("intensifying"),
        gettext_lazy("almost always, and more and more"),
    ),
    "PERSISTENT": (gettext_lazy("persistent"), gettext_lazy("almost always, without a trend")),
    "DIMINISHING": (gettext_lazy("diminishing"), gettext_lazy("almost always, but less and less")),
    "SPORADIC": (gettext_lazy("sporadic"), gettext_lazy("now and then")),
    "OSCILLATING": (
        gettext_lazy("oscillating"),
        gettext_lazy("now and then, and very quiet between"),
    ),
    "HISTORICAL": (
        gettext_lazy("historical"),
        gettext_lazy("almost always, but not in the last week"),
    ),
}
AREA_HEADS = (
    Head(gettext_lazy("Area"), "name"),
    Head(gettext_lazy("Expected"), "-expected", number=True),
    Head(gettext_lazy("Usual"), "-usual", number=True),
    Head(gettext_lazy("More than usual"), "-excess", number=True),
    Head(gettext_lazy("Trend"), "-trend", number=True),
    Head(gettext_lazy("What is there")),
    Head(gettext_lazy("Most frequent")),
)
BIAS_HEADS = (
    Head(gettext_lazy("Neighbourhood"), "name"),
    Head(gettext_lazy("Requests"), "-cases", number=True),
    Head(gettext_lazy("Dwellings"), "-dwellings", number=True),
    Head(gettext_lazy("Requests per 100 dwellings"), "per_100", number=True),
    Head(gettext_lazy("Distinct reporters"), "distinct", number=True),
)
AREAS_BESIDE = 10
FORMS = ("csv", "geojson", "parquet")


@require_safe
@answers_bad_questions
def page(request: HttpRequest) -> HttpResponse:
    """A forecast with the measurement that came with it; a former one with what then happened."""
    run, asked = _asked(request)
    viewer = viewer_of(request.user)
    if run is None and asked["run"]:
        raise NoForecast(_missing(asked))
    job = running() if may_order(viewer) else None
    groups = type_groups()
    context: dict[str, Any] = {
        "section": "analytics", "run": run, "view": city_view(), "asked": asked,
        "groups": groups, "horizons": HORIZONS, "shown": SHOWN.items(),
        "may_order": may_order(viewer), "job": job,
        "how_far": _how_far(job) if job else "", "missing": "" if run else _missing(asked),
        "types": next((one.name for one in groups if one.id == asked["group"]), ""),
        "last_job": newest() if may_order(viewer) else None,
        "may_letter": has_figures(viewer), "letter": has_letter(viewer),
    }  # fmt: skip
    if run is not None:
        weeks = asked["weeks"]
        scores = _scores(run, weeks)
        others = weekly_runs(run.type_group_id)
        at = next((n for n, one in enumerate(others) if one.pk == run.pk), None)
        # What is a little more than usual is so by chance.
        found = areas_of(run)
        risen = _ordered(found.filter(expected__gt=F("usual") * 1.05), "-excess")[:AREAS_BESIDE]
        context |= {
            "scores": scores,
            "accuracy": accuracy_lines(scores) if scores else [],
            "methods": method_rows(scores) if scores else [],
            "notices": [notice_text(notice) for notice in run.notices],
            "horizon_end": run.horizon_start + timedelta(days=7 * weeks - 1),
            "stops": stops(run, weeks, asked["show"]),
            "past": run.horizon_start < timezone.localdate(),
            "classes": [(code, *words) for code, words in CLASSES.items()],
            "then": run.scores.get("then", {}).get(str(weeks)),
            "others": others,
            "at": len(others) - 1 if at is None else at,
            "areas": risen or _ordered(found, "-expected")[:AREAS_BESIDE],
            "risen": bool(risen),
            "query": urlencode({"run": run.pk, "weeks": weeks}),
        }
    return render(request, "spatial_analytics/hotspots.html", context)


@require_safe
@answers_bad_questions
def export(request: HttpRequest) -> HttpResponse:
    """The map as one file that opens without a network."""
    # Its library brings pandas with it: only a worker that has made a map keeps it.
    from spatial_analytics.folium_export.maps import NothingToShow, hotspots_file

    run, asked = forecast_asked(request)
    try:
        body = hotspots_file(run, asked["weeks"])
    except NothingToShow as error:
        raise NoForecast(str(error)) from None
    return file_response(body, f"{_name(run, asked['weeks'])}.html")


@require_safe
@answers_bad_questions
def cells(request: HttpRequest, form: str) -> HttpResponse:
    """Every cell of a forecast as CSV, GeoJSON or GeoParquet; the GeoJSON carries its accuracy."""
    run, asked = forecast_asked(request)
    if form not in FORMS:
        raise Http404
    rows, name = all_cells(run, asked["weeks"]), f"{_name(run, asked['weeks'])}.{form}"
    if form == "csv":
        return csv_download(name, list(COLUMNS), as_rows(rows))
    if form == "geojson":
        about = {"forecast": _about(run, asked["weeks"])}
        return file_response(as_geojson(rows, about), name, "application/geo+json")
    return file_response(as_geoparquet(rows), name, "application/vnd.apache.parquet")


@require_safe
@answers_bad_questions
def reasons(request: HttpRequest) -> HttpResponse:
    """Why so many are expected in a cell: words, and for staff its counts."""
    run, _others = forecast_asked(request)
    cell = request.GET.get("cell", "")
    if not re.fullmatch(r"[0-9a-f]{15}", cell):
        raise BadQuestion("cell", _("an H3 index of 15 signs"))
    try:
        found = why(run, int(cell, 16), figures=_told_everything(request))
    except NoReasons as error:
        return problem(404, str(error))
    return JsonResponse({"ordinary": found.ordinary, "lines": found.lines, "counts": found.counts})


@require_safe
@answers_bad_questions
def areas(request: HttpRequest) -> HttpResponse:
    """The named areas as a table; `?form=csv` as a file."""
    run, asked = forecast_asked(request)
    sort = sort_of(request, AREA_HEADS, "-excess")
    rows = _ordered(areas_of(run), sort)
    types = _types_of(rows, everything=_told_everything(request))
    if one_of(request, "form", ("", "csv")):
        head = [
            _("Area"), _("Expected"), _("Usual"), _("More than usual"), _("Trend"), _("Buildings"),
            _("Streets"), _("Types"),
        ]  # fmt: skip
        return csv_download(
            f"{_name(run, HORIZONS[0])}-areas.csv", head,
            (
                safe_cells(
                    row.name, f"{row.expected:.2f}",
                    *("" if one is None else f"{one:.2f}" for one in (row.told, row.excess)),
                    f"{row.trend:.2f}", str(row.buildings),
                    ", ".join(row.streets), kinds,
                )
                for row, kinds in zip(rows, types, strict=True)
            ),
        )  # fmt: skip
    context = {
        "section": "analytics",
        "run": run,
        "rows": list(zip(rows, types, strict=True)),
        "sort": sort,
        "heads": shown(request, AREA_HEADS, sort),
        "types": group.name if (group := group_of(run)) else "",
        "asked": asked,
    }
    return render(request, "spatial_analytics/hotspot_areas.html", context)


@require_safe
@answers_bad_questions
def card(request: HttpRequest, run: int) -> HttpResponse:
    """The model card: what it was learned from, how every method measured, what it is not good for."""
    row = HotspotRun.objects.filter(pk=run).first()
    if row is None:
        raise NoForecast(_("There is no such forecast."))
    horizons = []
    for weeks in HORIZONS:
        if scores := _scores(row, weeks):
            horizons.append(
                {
                    "weeks": weeks, "scores": scores, "methods": method_rows(scores),
                    "accuracy": accuracy_lines(scores), "pool": method_name(str(scores.get("pool"))),
                    "plot": plot(scores.get("calibration", [])),
                    "chances": chances_line(scores),
                    "begin": _day_of(scores.get("test_from")), "end": _day_of(scores.get("test_to"), before=1),
                    "pools": [(method_name(n), c) for n, c in scores.get("pools_used", {}).items()],
                }
            )  # fmt: skip
    context = {
        "section": "analytics",
        "run": row,
        "group": group.name if (group := group_of(row)) else None,
        "horizons": horizons,
        "notices": [notice_text(notice) for notice in row.notices],
        "former": [one for one in weekly_runs(row.type_group_id) if one.then][::-1],
    }
    return render(request, "spatial_analytics/hotspot_card.html", context)


@require_safe
@answers_bad_questions
def card_json(request: HttpRequest, run: int) -> HttpResponse:
    """The same as it is stored."""
    row = HotspotRun.objects.filter(pk=run).first()
    if row is None:
        raise NoForecast(_("There is no such forecast."))
    return JsonResponse(_about(row, None) | {"scores": row.scores, "notices": row.notices})


@answers_bad_questions
@for_those_who(lambda viewer: viewer.counts_everything)
@require_safe
def bias(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """Who reports: requests per dwelling and distinct reporters, by neighbourhood."""
    rows = reporting(now=timezone.now())
    sort = sort_of(request, BIAS_HEADS, "per_100")
    field = sort.lstrip("-")
    rows = ordered(
        rows, sort, lambda row: in_order(row.name) if field == "name" else getattr(row, field)
    )
    if one_of(request, "form", ("", "csv")):
        head = [
            _("Neighbourhood"), _("District"), _("Requests"), _("Dwellings"),
            _("Requests per 100 dwellings"), _("Distinct reporters"),
        ]  # fmt: skip
        return csv_download(
            "reporting.csv", head,
            (
                safe_cells(
                    row.name, row.district, str(row.cases), f"{row.dwellings:.0f}",
                    "" if row.per_100 is None else f"{row.per_100:.1f}",
                    "" if row.distinct is None else f"{row.distinct:.3f}",
                )
                for row in rows
            ),
        )  # fmt: skip
    context = {
        "section": "analytics", "rows": rows, "sort": sort,
        "heads": shown(request, BIAS_HEADS, sort),
    }  # fmt: skip
    return render(request, "spatial_analytics/hotspot_bias.html", context)


@for_those_who(may_order)
@require_POST
def learn(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """Learns anew, or stops doing so."""
    match request.POST.get("do"):
        case "stop":
            if stop(viewer, now=timezone.now()):
                messages.success(request, _("Stopped. What was stored until then stays."))
        case "learn":
            order(viewer, now=timezone.now())
            messages.success(request, _("It is being learned anew; that takes some minutes."))
        case _other:
            raise BadRequest(_("It was not said what to do: learn or stop (“do”)."))
    return redirect("hotspots")


@for_those_who(has_figures)
@require_POST
def letter(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """Whether one wants the weekly letter."""
    wanted = request.POST.get("wanted") == "1"
    try:
        if not set_letter(viewer, wanted, now=timezone.now()):
            raise PermissionDenied
    except InvalidInput as error:
        messages.error(request, error.in_words)
        return redirect("hotspots")
    text = (
        _("You will get it every Monday morning.") if wanted else _("You will get no more letters.")
    )
    messages.success(request, text)
    return redirect("hotspots")


def _asked(request: HttpRequest) -> tuple[HotspotRun | None, dict[str, Any]]:
    """The forecast that a request is about, if there is one, and what else it asks; a forecast that is named says
    of which types it is. Raises `BadQuestion`."""
    weeks = whole(request, "weeks", HORIZONS[0])
    if weeks not in HORIZONS:
        raise BadQuestion("weeks", ", ".join(map(str, HORIZONS)))
    asked = {
        "group": whole(request, "group", None), "run": whole(request, "run", None), "weeks": weeks,
        "show": one_of(request, "show", SHOWN),
    }  # fmt: skip
    run = run_of(asked)
    if run is not None and asked["run"]:
        if "group" in request.GET and asked["group"] != run.type_group_id:
            asked["run"] = None  # other types were chosen on its page
            run = run_of(asked)
        else:
            asked["group"] = run.type_group_id
    return run, asked


def forecast_asked(request: HttpRequest) -> tuple[HotspotRun, dict[str, Any]]:
    """The same where there must be a forecast. Raises `BadQuestion`, `NoForecast`."""
    run, asked = _asked(request)
    if run is None:
        raise NoForecast(_missing(asked))
    return run, asked


def _missing(asked: dict[str, Any]) -> str:
    """Why there is no forecast of what was asked."""
    if asked["run"]:
        return _("There is no such forecast.")
    refused = refusal(asked["group"])
    if asked["group"] and refused:
        text = _("There is no forecast of these types.")
    elif asked["group"] and running():
        text = _("There is no forecast of these types yet: it is being learned now.")
    elif asked["group"]:
        text = _(
            "There is no forecast of these types: they have too few requests, or the next night makes it."
        )
    else:
        text = _(
            "There is no forecast yet. It is made every night from the history of cases, as soon as that is"
            " long enough."
        )
    return f"{text} {refusal_text(refused)}" if refused else text


def _how_far(job: Job) -> str:
    """Where the learning is, in words; the job tells how many forecasts of all are made."""
    if job.state == Job.State.WAITING:
        return _("It waits for its turn.")
    if not job.message:
        return _("It has begun: the requests are being read.")
    if counts := re.fullmatch(r"(\d+)/(\d+)", job.message):
        return _("%(made)s of %(all)s forecasts are made.") % {"made": counts[1], "all": counts[2]}
    return job.message


def _day_of(text: str | None, before: int = 0) -> date | None:
    return date.fromisoformat(text) - timedelta(days=before) if text else None


def _scores(run: HotspotRun, weeks: int) -> dict[str, Any]:
    """The measurement of one length; empty where it was not forecast."""
    found: dict[str, Any] = run.scores.get("horizons", {}).get(str(weeks), {})
    if not found and weeks == HORIZONS[0]:
        return dict(run.scores)
    common = ("resolution", "cells", "history_weeks", "cases")
    return {**{k: run.scores[k] for k in common if k in run.scores}, **found} if found else {}


def _about(run: HotspotRun, weeks: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "run": run.pk,
        "group": run.type_group_id,
        "made": run.created_at.isoformat(),
        "learned_from": run.data_from.isoformat(),
        "learned_to": run.data_to.isoformat(),
        "first_day": run.horizon_start.isoformat(),
        "resolution": run.resolution,
        "method": run.method,
        "code_version": run.code_version,
    }
    if weeks is not None:
        found |= {"weeks": weeks, "accuracy": accuracy_lines(_scores(run, weeks))}
    return found


def _name(run: HotspotRun, weeks: int) -> str:
    group = group_of(run)
    return f"hotspots{f'-{group.code}' if group else ''}-{run.horizon_start}-{weeks}w"


def _ordered(rows: QuerySet[HotspotArea], sort: str) -> list[HotspotArea]:
    found = list(rows.order_by(by(sort, {"name": F("pk"), "usual": F("told")}), "rank"))
    if sort.lstrip("-") == "name":
        return ordered(found, sort, lambda row: in_order(row.name))
    return found


def _types_of(rows: list[HotspotArea], *, everything: bool) -> list[str]:
    """The types of each area, in words."""
    kinds = dict(RequestType.objects.values_list("pk", "name"))
    return [
        ", ".join(
            _("%(name)s %(percent)s %%")
            % {"name": kinds.get(one["type"], "–"), "percent": round(100 * one["share"])}
            for one in types_told(row, everything=everything)
        )
        for row in rows
    ]


def _told_everything(request: HttpRequest) -> bool:
    return counts_for(request) is not Counted.PUBLIC
