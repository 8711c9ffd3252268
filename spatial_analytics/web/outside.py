"""`/figures/outside/`: outside indicators are defined, filled by files, and files are undone."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation
from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.exchange.errors import ImportRefused
from spatial_analytics.actions import outside as actions
from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideIndicator
from spatial_analytics.queries.outside_reading import Reading, header_and_rows, read_values
from spatial_analytics.queries.outside_rights import (
    may_bring_in,
    own_import,
    own_indicators,
    owners,
)
from spatial_analytics.queries.registry import as_indicator, name_of
from spatial_analytics.rules.indicators import BUILT_IN, LEVELS, told_apart_by
from spatial_analytics.web import outside_words as words

_IMPORTS = 20
_RESERVED = {"new", "file"}
_for_those_who_may = for_those_who(may_bring_in)


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an indicator is. What its values rest on is fixed once there are any."""

    class Meta:
        model = OutsideIndicator
        fields = (
            "code", "name", "name_en", "explanation", "explanation_en", "unit", "decimals", "direction", "target",
            "level", "step", "together", "organisation", "audience", "forecasts", "origin",
        )  # fmt: skip
        labels = {
            "code": gettext_lazy("Code"),
            "name": gettext_lazy("Name in Turkish"),
            "name_en": gettext_lazy("Name in English"),
            "explanation": gettext_lazy("Explanation in Turkish"),
            "explanation_en": gettext_lazy("Explanation in English"),
            "unit": pgettext_lazy("of a figure", "Unit"),
            "decimals": gettext_lazy("Digits after the point"),
            "direction": gettext_lazy("What more of it means"),
            "target": gettext_lazy("Target"),
            "level": gettext_lazy("A value is of one of the"),
            "step": gettext_lazy("and of"),
            "together": gettext_lazy("Several values together:"),
            "organisation": gettext_lazy("Owner"),
            "audience": gettext_lazy("Who may see it"),
            "forecasts": gettext_lazy(
                "Hotspots may learn from it (weather: public daily values of the whole city)"
            ),
            "origin": gettext_lazy("Where the values come from"),
        }

    _MEANING = ("unit", "level", "step", "together", "direction")
    _FIXED = ("code", "level", "step", "together")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"level": words.levels(), "step": words.steps(), "together": words.togethers(),
                   "direction": words.directions(), "audience": words.audiences()}  # fmt: skip
        for name, listed in choices.items():
            self.fields[name] = forms.ChoiceField(choices=listed, label=self.fields[name].label)
        self.fields["organisation"] = forms.ModelChoiceField(
            owners(viewer), label=self.fields["organisation"].label
        )
        self.fields["decimals"].widget.attrs["max"] = 4
        if self.instance.pk and self.instance.values.exists():
            for name in self._FIXED:
                self.fields[name].disabled = True

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code in BUILT_IN or code in _RESERVED:
            raise forms.ValidationError(_("This code is taken."))
        return code

    def clean_decimals(self) -> int:
        return min(int(self.cleaned_data["decimals"]), 4)

    def clean(self) -> dict[str, Any] | None:
        sent = super().clean() or self.cleaned_data
        fits = {"level": "city", "step": "day", "audience": "public"}
        if sent.get("forecasts") and any(sent.get(name) != value for name, value in fits.items()):
            # What helps a public forecast is told by it: nothing else may.
            self.add_error(
                "forecasts", _("Hotspots learn from public daily values of the whole city only.")
            )
        return sent

    @property
    def meaning_changed(self) -> bool:
        return bool(set(self.changed_data) & set(self._MEANING))


# ── Indicators ───────────────────────────────────────────────────────────────────────────────────


@require_safe
@_for_those_who_may
def listed(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The indicators of the bodies that one brings figures in for."""
    rows = [
        {
            "row": row,
            "name": name_of(as_indicator(row)),
            "level": dict(words.levels())[row.level],
            "last": actions.last_import(row),
        }
        for row in own_indicators(viewer)
    ]
    return render(
        request, "spatial_analytics/outside.html", {"section": "analytics", "indicators": rows}
    )


@require_http_methods(["GET", "POST"])
@_for_those_who_may
def new(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The form of a new indicator."""
    bodies = owners(viewer)
    first: Organisation | None = bodies.first()
    form = IndicatorForm(
        request.POST or None, viewer=viewer, initial={"organisation": first, "step": "month"}
    )
    return _stored(request, form)


@require_http_methods(["GET", "POST"])
@_for_those_who_may
def edit(request: HttpRequest, code: str, *, viewer: Viewer) -> HttpResponse:
    """The form of one that there is."""
    row = get_object_or_404(own_indicators(viewer), code=code)
    return _stored(request, IndicatorForm(request.POST or None, instance=row, viewer=viewer))


def _stored(request: HttpRequest, form: IndicatorForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        row = actions.define(form.save(commit=False), meaning_changed=form.meaning_changed)
        return redirect("outside_indicator", row.code)
    status = 422 if request.method == "POST" else 200
    context = {"section": "analytics", "form": form, "row": form.instance}
    return render(request, "spatial_analytics/outside_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@_for_those_who_may
def indicator(request: HttpRequest, code: str, *, viewer: Viewer) -> HttpResponse:
    """One indicator: its files, and the form for another."""
    row = get_object_or_404(own_indicators(viewer), code=code)
    error = ""
    if request.method == "POST":
        try:
            came = _taken_in(request, row, viewer)
            return redirect("outside_file", came.uid)
        except ImportRefused as refused:
            error = refused.reason
    one = as_indicator(row)
    last = actions.last_import(row)
    imports = row.imports.select_related("by", "job").defer("data").order_by("-created_at", "-pk")
    context = {
        "section": "analytics",
        "row": row,
        "name": name_of(one),
        "error": error,
        "facts": {
            "level": dict(words.levels())[row.level],
            "step": dict(words.steps())[row.step],
            "together": dict(words.togethers())[row.together],
            "audience": dict(words.audiences())[row.audience],
        },
        "imports": [
            {"came": came, "state": words.state(came), "may_undo": last is not None and came.pk == last.pk}
            for came in imports[:_IMPORTS]
        ],
        "values": row.values.filter(replaced_by=None).count(),
        "mapped": sorted(told_apart_by(one) & set(LEVELS)),
        "megabytes": CONF.outside_bytes // 1024**2,
    }  # fmt: skip
    return render(
        request, "spatial_analytics/outside_indicator.html", context, status=422 if error else 200
    )


def _taken_in(request: HttpRequest, row: OutsideIndicator, viewer: Viewer) -> OutsideImport:
    sent = request.FILES.get("data")
    if sent is None:
        raise ImportRefused("file", _("A file is needed."))
    if (sent.size or 0) > CONF.outside_bytes:  # before it is read into memory
        large = _("The file is too large: at most %s MB.") % (CONF.outside_bytes // 1024**2)
        raise ImportRefused("file", large)
    return actions.take_in(
        row, sent.read(), name=str(sent.name), by=viewer.user_id, now=timezone.now()
    )


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


@require_safe
@_for_those_who_may
def file(request: HttpRequest, uid: uuid.UUID, *, viewer: Viewer) -> HttpResponse:
    """A file: its columns and what they give, then how far it is, then what came of it."""
    came = _own(viewer, uid)
    under_way = came.state == OutsideImport.State.DRAFT and actions.under_way(came)
    if came.state == OutsideImport.State.DRAFT and not under_way:
        return _choosing(request, came)
    context = {
        "section": "analytics",
        "came": came,
        "row": came.indicator,
        "state": words.state(came),
        "under_way": under_way,
        "percent": round(100 * came.job.progress) if came.job else 100,
        "reasons": [{**one, "why": words.reason(one["code"])} for one in came.reasons],
        "may_undo": _is_last(came),
    }
    answer = render(request, "spatial_analytics/outside_file.html", context)
    if request.headers.get("HX-Request") and not under_way:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@_for_those_who_may
def move(request: HttpRequest, uid: uuid.UUID, move: str, *, viewer: Viewer) -> HttpResponse:
    """Shows what chosen columns give, imports, stops, undoes or deletes a file."""
    came, now = _own(viewer, uid), timezone.now()
    try:
        if move in ("preview", "import"):
            if came.state == OutsideImport.State.DRAFT:
                actions.choose(
                    came,
                    _columns(request),
                    mark=request.POST.get("mark", ""),
                    fixed=request.POST.get("period", "").replace("\0", "").strip(),
                )
            if move == "import":
                came = actions.begin(came, now=now)
        elif move == "cancel":
            actions.cancel(came, now=now)
        elif move == "undo":
            actions.undo(came, now=now)
            messages.success(request, _("The import is undone: the values are those of before."))
            return redirect("outside_indicator", came.indicator.code)
        elif move == "delete":
            actions.discard(came, now=now)
            return redirect("outside_indicator", came.indicator.code)
        else:
            raise Http404
    except ImportRefused as refused:
        return _choosing(request, came, error=refused.reason)
    except actions.NotTheLast:
        messages.error(request, _("Only the last import can be undone."))
    return redirect("outside_file", came.uid)


def _own(viewer: Viewer, uid: uuid.UUID) -> OutsideImport:
    found = own_import(viewer, uid)
    if found is None:
        raise Http404
    return found


def _is_last(came: OutsideImport) -> bool:
    last = actions.last_import(came.indicator)
    return last is not None and last.pk == came.pk


def _columns(request: HttpRequest) -> dict[str, int]:
    """Role → position, from one choice for each column. Raises ImportRefused where a role is chosen twice."""
    found: dict[str, int] = {}
    for name, role in request.POST.items():
        position = name.removeprefix("column-")
        if position == name or not (
            position.isascii() and position.isdigit() and len(position) < 5
        ):
            continue
        if role:
            if role in found:
                raise ImportRefused("columns", _("Two columns cannot be the same thing."))
            found[str(role)] = int(position)
    return found


def _choosing(request: HttpRequest, came: OutsideImport, error: str = "") -> HttpResponse:
    """The form of the columns, with what they give."""
    reading: Reading | None = None
    rows: list[list[str]] = []
    try:
        rows = header_and_rows(bytes(came.data or b""), CONF.outside_shown)[1]
        if not error:
            reading = read_values(came, first=CONF.outside_at_once)
    except ImportRefused as refused:
        error = error or refused.reason
    chosen = {position: role for role, position in came.choices.get("columns", {}).items()}
    job = came.job
    context = {
        "section": "analytics",
        "came": came,
        "row": came.indicator,
        "error": error or ((job.result or {}).get("refused", "") if job else ""),
        "state": words.state(came) if job else None,
        "columns": [
            {
                "position": position,
                "name": name,
                "role": chosen.get(position, ""),
                "examples": list(dict.fromkeys(row[position] for row in rows if row[position]))[:3],
            }
            for position, name in enumerate(came.header)
        ],
        "roles": words.roles(came.indicator),
        "marks": words.marks(),
        "mark": came.choices.get("mark", ""),
        "period": came.choices.get("period", ""),
        "reading": reading,
        "large": came.rows > CONF.outside_at_once,
        "at_once": CONF.outside_at_once,
        "weighted": came.indicator.together == OutsideIndicator.Together.WEIGHTED,
        "seen": [
            {
                "one": one,
                "value": words.plain_number(one.value),
                "weight": words.plain_number(one.weight),
                "period": words.period_name(came.indicator, one.begin) if one.begin else "",
                "why": words.reason(one.code) if one.code else "",
            }
            for one in (reading.seen if reading else [])
        ],
        "reasons": [
            {"row": one.row, "text": one.text, "why": words.reason(one.code)}
            for one in (reading.refused if reading else [])
        ],
    }
    return render(
        request, "spatial_analytics/outside_choose.html", context, status=422 if error else 200
    )
