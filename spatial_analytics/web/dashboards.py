"""`/dashboards/`: figures of many kinds on one screen, under one bar of filters."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import json_script
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from core.web.sent import row_id
from spatial_analytics.actions.dashboards import (
    Changed,
    Terms,
    arrange_dashboard,
    make_dashboard,
    name_dashboard,
    remove_dashboard,
)
from spatial_analytics.models import Dashboard
from spatial_analytics.queries.bar_choices import bar_fields, chips
from spatial_analytics.queries.dashboards import (
    Shown,
    bar_of,
    dashboard,
    ready,
    shared_with,
    title_of,
)
from spatial_analytics.queries.figures import may_see
from spatial_analytics.queries.indicator_words import BY
from spatial_analytics.queries.panels import Asker, Panel
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.registry import indicators, name_of
from spatial_analytics.queries.sharing import bodies_of
from spatial_analytics.rules.dashboards import (
    BAR,
    COLUMNS,
    KINDS,
    PERIOD_NAMES,
    ROWS,
    BadLayout,
    read_bar,
)
from spatial_analytics.rules.indicators import DIMENSIONS, OTHER_FILTERS, TIMES
from spatial_analytics.web import thematic_words as words
from spatial_analytics.web.questions import answers_bad_questions, problem


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Those that come with the product, one's own, those shared; and making a new one."""
    viewer = viewer_of(request.user)
    if request.method == "POST":
        return _make(request, viewer)
    rows = [(row, title_of(row)) for row in shared_with(viewer)]
    context = {
        "section": "dashboards",
        "ready": ready(),
        "mine": [(row, title) for row, title in rows if row.owner_id == viewer.user_id],
        "shared": [(row, title) for row, title in rows if row.owner_id != viewer.user_id],
    }
    return render(request, "spatial_analytics/dashboards.html", context)


def _make(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    try:
        made = make_dashboard(
            title=request.POST.get("title", ""), copied=request.POST.get("copied", ""),
            viewer=viewer, now=timezone.now(),
        )  # fmt: skip
    except InvalidInput as error:
        messages.error(request, error.in_words)
        return redirect("dashboards")
    except Dashboard.DoesNotExist:
        raise Http404 from None
    return redirect("dashboard", made.slug)


@login_required
@require_safe
@answers_bad_questions
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A dashboard with all of its figures; the script draws them."""
    shown, viewer = _shown(request, slug)
    board = _board(request, shown, viewer)
    context = board | {
        "section": "dashboards",
        "fields": bar_fields(board["bar"]),
        "periods": words.periods(),
        "compares": words.comparisons(),
    }
    if shown.mine:
        context |= _arranging(viewer)
    return render(request, "spatial_analytics/dashboard.html", context)


@login_required
@require_safe
@answers_bad_questions
def tiles(request: HttpRequest, slug: str) -> HttpResponse:
    """The tiles alone: what the script asks for when the bar or the figures have changed."""
    shown, viewer = _shown(request, slug)
    return render(request, "spatial_analytics/dashboard_board.html", _board(request, shown, viewer))


@login_required
@require_POST
def layout(request: HttpRequest, slug: str) -> HttpResponse:
    """Other tiles: `{"version": 3, "layout": {…}}` gives `{"version": 4}`, or 409, or 422 with faults."""
    shown, viewer = _shown(request, slug)
    if not shown.mine:
        raise PermissionDenied
    try:
        sent = json.loads(request.body)
        version, wanted = sent["version"], sent["layout"]
        if type(version) is not int:
            raise ValueError
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        return problem(400, _("This is no layout."))
    try:
        row = arrange_dashboard(
            slug=slug, version=version, layout=wanted, viewer=viewer, now=timezone.now()
        )
    except Changed as error:
        return problem(409, _("It was changed meanwhile."), version=error.version)
    except BadLayout as error:
        return problem(422, str(error), errors=error.faults)
    return JsonResponse({"version": row.version})


@login_required
@require_POST
def terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Title, and whom it is shared with."""
    sent = request.POST
    try:
        name_dashboard(
            slug=slug,
            version=row_id(sent.get("version")),
            terms=Terms(
                title=sent.get("title", ""),
                title_en=sent.get("title_en", ""),
                shared=sent.get("shared", ""),
                organisation=row_id(sent.get("organisation")) or None,
            ),
            viewer=viewer_of(request.user),
            now=timezone.now(),
        )
    except Dashboard.DoesNotExist:
        raise Http404 from None
    except Changed:
        messages.error(request, _("It was changed meanwhile. Look at it and try again."))
    except InvalidInput as error:
        messages.error(request, error.in_words)
    else:
        messages.success(request, _("Saved."))
    return redirect("dashboard", slug)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """For good."""
    try:
        remove_dashboard(slug=slug, viewer=viewer_of(request.user))
    except Dashboard.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The dashboard is removed."))
    return redirect("dashboards")


# ── What pages show ──────────────────────────────────────────────────────────────────────────────


def _shown(request: HttpRequest, slug: str) -> tuple[Shown, Viewer]:
    viewer = viewer_of(request.user)
    try:
        return dashboard(slug, viewer, today=timezone.localdate()), viewer
    except Dashboard.DoesNotExist:
        raise Http404 from None


def _board(request: HttpRequest, shown: Shown, viewer: Viewer) -> dict[str, Any]:
    """The tiles with their figures. Raises BadQuestion for a bar that cannot be used."""
    today, now = timezone.localdate(), timezone.now()
    bar = bar_of(request.GET.dict(), shown.layout)
    read_bar(bar, today=today)
    asker = Asker(sight(viewer), now=now, today=today)
    usual = tuple(name for name in shown.layout.bar if name not in PERIOD_NAMES)

    def href(change: Mapping[str, str]) -> str:
        new = {name: value for name, value in {**bar, **change}.items() if value or name in usual}
        return "?" + urlencode({name: new[name] for name in BAR if name in new})

    cards = [
        _card(number, panel, bar, href)
        for number, panel in enumerate(asker.panels(shown.layout.tiles, bar))
    ]
    return {
        "shown": shown,
        "bar": bar,
        "usual": usual,
        "cards": cards,
        "now": now,
        "chips": [
            (chip, href(dict.fromkeys(chip.names, "")), dict.fromkeys(chip.names, ""))
            for chip in chips(bar)
        ],
        "query": href({})[1:],
    }


def _card(number: int, panel: Panel, bar: Mapping[str, str], href: Any) -> dict[str, Any]:
    rows = [
        {
            "label": category.label,
            "chosen": category.chosen,
            "link": json.dumps(category.link) if category.link else "",
            "href": href(category.link) if category.link else "",
            "cells": cells,
        }
        for category, cells in panel.rows
    ]
    return {
        "number": number,
        "panel": panel,
        "tile": panel.tile,
        "rows": rows,
        "drawing": json_script(panel.drawing(), f"drawing-{number}"),
        "map_query": urlencode(panel.tile.asked(bar)) if panel.tile.kind == "map" else "",
        # A flat tile has no room for a map, and streets are too fine for the whole city.
        "map_drawn": panel.tile.height > 1 and panel.tile.question.get("level") != "street",
    }


def _arranging(viewer: Viewer) -> dict[str, Any]:
    """What an owner needs to arrange tiles."""
    kinds = _kind_words()
    return {
        "indicators": [
            (code, str(name_of(one)))
            for code, one in indicators().items()
            if may_see(one, sight(viewer))
        ],
        "dimensions": [
            (code, str(BY[code]))
            for code in (*TIMES, *DIMENSIONS, *OTHER_FILTERS)
            if code in BY and code not in ("cell", "person", "street")
        ],
        "kinds": [(kind.code, kinds[kind.code]) for kind in KINDS.values()],
        "kind_rules": {
            kind.code: {
                "indicators": kind.indicators, "dimensions": kind.dimensions, "first": kind.first,
                "width": kind.width, "height": kind.height,
            }
            for kind in KINDS.values()
        },
        "organisations": list(bodies_of(viewer).values_list("pk", "name")),
        "columns": COLUMNS,
        "most_rows": ROWS,
    }  # fmt: skip


def _kind_words() -> dict[str, str]:
    return {
        "figure": _("big figure"),
        "bar": _("bars"),
        "stacked": _("stacked bars"),
        "line": _("line"),
        "pie": _("ring"),
        "calendar": _("calendar"),
        "funnel": _("funnel"),
        "box": _("box plot"),
        "gauge": _("gauge against target"),
        "multiples": _("small multiples"),
        "table": _("table"),
        "map": _("map"),
        "text": _("text"),
    }
