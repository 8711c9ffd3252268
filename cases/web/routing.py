"""Administrators' pages of routing: the rules in their order, a try, their editor, drawn areas."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department
from accounts.queries.viewers import viewer_of
from addresses.queries.extent import city_view
from cases.actions.routing_rules import (
    RuleDraft,
    check_rule,
    findings,
    may_edit,
    move_rule,
    retire_area,
    retire_rule,
    save_area,
    save_rule,
)
from cases.actions.trying import (
    REROUTE,
    WHAT_IF,
    start_rerouting,
    try_area,
    try_rule,
    try_without,
)
from cases.models import RoutingArea, RoutingDecision, RoutingRule
from cases.queries.catalogue import channels, request_types
from cases.queries.corrections import proposals
from cases.queries.probe import probe
from cases.queries.rulebook import rulebook
from cases.queries.visibility import visible_cases
from cases.queries.world import world
from cases.rules.binding import errors
from cases.rules.coverage import Kind, look
from cases.rules.days import day_of, moment_of
from cases.rules.validation import tidy
from cases.web.routing_words import finding_words
from core.actions.jobs import cancel
from core.api.problems import InvalidInput
from core.models import Job
from core.queries.counting import number_of
from core.web.sent import row_id


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sign-in for the anonymous, 403 for whoever may not edit rules; the view gets `viewer`."""

    @login_required
    @never_cache
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer = viewer_of(request.user)
        if not may_edit(viewer):
            raise PermissionDenied
        return view(request, *args, viewer=viewer, **kwargs)

    return entered


def _departments() -> Any:
    return Department.objects.select_related("organisation").filter(
        active=True, organisation__active=True
    )


@for_administrators
@require_safe
def rule_list(request: HttpRequest, viewer: Any) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    year = RoutingDecision.objects.filter(
        rule=OuterRef("pk"), decided_at__gte=now - timedelta(days=365)
    )
    rows = RoutingRule.objects.select_related("department__organisation").annotate(
        used=number_of(year)
    )
    book = rulebook()
    faults = {
        r.id: [r.broken] if r.broken else [str(e) for e in errors(r.condition)]
        for r in book.rules
        if r.faulty
    }
    said: dict[int, list[str]] = {}
    for f in look(book.rules, world(), today):
        if f.kind != Kind.CONFLICT:
            said.setdefault(f.rule.id, []).append(finding_words(f))
    rules = [
        {"row": r, "over": r.valid_to is not None and r.valid_to <= today,
         "coming": r.valid_from is not None and r.valid_from > today,
         "faults": faults.get(r.pk, []), "said": said.get(r.pk, [])}
        for r in rows.order_by("position")
    ]  # fmt: skip
    in_force = [r for r in rules if not r["over"] and not r["coming"]]
    context = {
        "section": "console",
        "rules": rules,
        "no_default": not in_force or in_force[-1]["row"].condition.strip() != "",
        "flawed": sum(bool(r["faults"] or r["said"]) for r in rules if not r["over"]),
        "runs": Job.objects.filter(name__in=(WHAT_IF, REROUTE)).order_by("-created_at")[:5],
        **_live_test(request, now),
    }
    return render(request, "console/routing/rules.html", context)


def _live_test(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Where would this go, and why?"""
    asked = request.GET
    context: dict[str, Any] = {
        "types": request_types().values(),
        "channels": channels().values(),
        "asked": asked,
        "at": asked.get("at") or timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
    }
    if "place" not in asked:
        return context
    try:
        at = _moment(asked.get("at", ""), now)
        context["probe"] = probe(
            request_type=request_types().get(asked.get("type", "")),
            place=tidy(asked["place"])[:500],
            channel=channels().get(asked.get("channel", "")),
            at=at,
            answers=_answers(asked.get("answers", "")),
        )
    except InvalidInput as error:
        context["wrong"] = _reasons(error)
    return context


def _moment(text: str, now: datetime) -> datetime:
    if not text:
        return now
    if (found := moment_of(text)) is None:
        raise InvalidInput({"at": [_("This is no date with a time.")]})
    return found


def _answers(text: str) -> dict[str, str]:
    """`name=value` on lines of their own, or divided by commas."""
    parts = (part.partition("=") for part in text[:2000].replace("\n", ",").split(","))
    return {name.strip(): value.strip() for name, sign, value in parts if sign and name.strip()}


def _reasons(error: InvalidInput) -> list[str]:
    return [reason for reasons in error.errors.values() for reason in reasons]


@for_administrators
def rule_form(request: HttpRequest, viewer: Any, rule: int | None = None) -> HttpResponse:
    """Checked, tried or stored; what would make a rule useless is said, and stored only on demand."""
    row = RoutingRule.objects.filter(pk=rule).first() if rule is not None else None
    if rule is not None and row is None:
        raise Http404
    now = timezone.now()
    form = request.POST if request.method == "POST" else _stored(row, request)
    context: dict[str, Any] = {
        "section": "console", "rule": row, "form": form, "departments": _departments(), "errors": {},
        "others": RoutingRule.objects.exclude(pk=rule).order_by("position"),
        "types": request_types().values(), "channels": channels().values(),
        "areas": RoutingArea.objects.filter(valid_to=None),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "console/routing/rule.html", context)
    try:
        draft = _draft(form, row)
        if form.get("do") == "try":
            return redirect("routing_run", try_rule(draft, viewer=viewer).pk)
        check_rule(draft)
        found = findings(draft, timezone.localdate(now))
        grave = [f for f in found if f.kind != Kind.CONFLICT]
        if form.get("do") == "save" and (not grave or form.get("confirmed")):
            save_rule(draft, viewer=viewer, now=now)
            for f in found:
                messages.warning(request, finding_words(f))
            messages.success(request, _("The rule is stored."))
            return redirect("routing")
        context |= {"findings": [finding_words(f) for f in found[:20]], "grave": bool(grave),
                    "checked": True}  # fmt: skip
    except InvalidInput as error:
        context["errors"] = error.errors
    status = 422 if context["errors"] else 200
    return render(request, "console/routing/rule.html", context, status=status)


def _stored(row: RoutingRule | None, request: HttpRequest) -> dict[str, Any]:
    """The fields of a rule, or of a proposal that comes with the address."""
    if row is None:
        return {k: request.GET.get(k, "") for k in ("name", "condition", "department", "before")}
    behind = RoutingRule.objects.filter(position__gt=row.position).order_by("position").first()
    return {
        "name": row.name, "condition": row.condition, "department": str(row.department_id),
        "seen": row.changed_at.isoformat(),
        "before": str(behind.pk) if behind else "",
        "valid_from": row.valid_from.isoformat() if row.valid_from else "",
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }  # fmt: skip


def _draft(form: Any, row: RoutingRule | None) -> RuleDraft:
    wrong: dict[str, list[str]] = {}

    def number(name: str) -> int | None:
        text = form.get(name, "").strip()
        if text and not row_id(text):
            wrong[name] = [_("This choice is not known. Nothing was changed.")]
            return None
        return row_id(text) or None

    def day(name: str) -> date | None:
        try:
            return _day(form.get(name, ""))
        except ValueError:
            wrong[name] = [_("This is no date.")]
            return None

    draft = RuleDraft(
        id=row.pk if row else None, name=tidy(form.get("name", "")),
        condition=form.get("condition", "").strip(), department=number("department") or 0,
        before=number("before"), valid_from=day("valid_from"), valid_to=day("valid_to"),
        starting=day("starting") if row else None, seen=form.get("seen", "") if row else "",
    )  # fmt: skip
    if wrong:
        raise InvalidInput(wrong)
    return draft


def _day(text: str) -> date | None:
    """None where none is said. Raises ValueError."""
    if not text.strip():
        return None
    if (day := day_of(text.strip())) is None:
        raise ValueError(text)
    return day


@for_administrators
@require_POST
def rule_act(request: HttpRequest, viewer: Any, rule: int) -> HttpResponse:
    """One place up or down, ended on a day, or tried without it."""
    do = request.POST.get("do", "")
    order = list(RoutingRule.objects.order_by("position").values_list("pk", flat=True))
    if rule not in order:
        raise Http404
    at = order.index(rule)
    try:
        if do == "up" and at:
            move_rule(rule=rule, before=order[at - 1], viewer=viewer)
        elif do == "down" and at + 1 < len(order):
            before = order[at + 2] if at + 2 < len(order) else None
            move_rule(rule=rule, before=before, viewer=viewer)
        elif do == "retire":
            on = _day(request.POST.get("on", "")) or timezone.localdate()
            retire_rule(rule=rule, on=on, viewer=viewer)
        elif do == "without":
            return redirect("routing_run", try_without(rule, viewer=viewer).pk)
        else:
            raise ValueError(do)
    except InvalidInput as error:
        messages.error(request, " ".join(_reasons(error)))
    except (ObjectDoesNotExist, ValueError):
        messages.error(request, _("This choice is not known. Nothing was changed."))
    else:
        messages.success(request, _("Done."))
    return redirect("routing")


@for_administrators
def area_list(request: HttpRequest, viewer: Any) -> HttpResponse:
    """Drawn areas with their versions; a new one, or a new outline, stored or tried."""
    form, wrong = request.POST, {}
    if request.method == "POST":
        name, geojson = tidy(form.get("name", ""))[:200], form.get("geometry", "")
        try:
            if form.get("do") == "try":
                return redirect("routing_run", try_area(name, geojson, viewer=viewer).pk)
            if form.get("do") == "retire":
                on = _day(form.get("on", "")) or timezone.localdate()
                retire_area(area=int(form.get("area") or 0), on=on, viewer=viewer)
            else:
                save_area(
                    name=name, geojson=geojson, owner=tidy(form.get("owner", "")),
                    starting=_day(form.get("starting", "")), viewer=viewer, now=timezone.now(),
                )  # fmt: skip
            messages.success(request, _("Done."))
            return redirect("routing_areas")
        except InvalidInput as error:
            wrong = error.errors
        except (ObjectDoesNotExist, ValueError):
            wrong = {"": [_("This choice is not known. Nothing was changed.")]}
    context = {
        "section": "console", "form": form, "errors": wrong, "today": timezone.localdate(),
        "view": city_view(), "areas": RoutingArea.objects.defer("geom", "geom_m"),
    }  # fmt: skip
    return render(request, "console/routing/areas.html", context, status=422 if wrong else 200)


@for_administrators
@require_safe
def areas_geojson(request: HttpRequest, viewer: Any) -> JsonResponse:
    """The areas that have not ended, for the map."""
    today = timezone.localdate()
    rows = RoutingArea.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today)).annotate(
        shape=AsGeoJSON("geom", precision=9)
    )
    features = [
        {"type": "Feature", "id": a.pk, "properties": {"name": a.name, "owner": a.owner},
         "geometry": json.loads(a.shape)}
        for a in rows.defer("geom", "geom_m")
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features})


@for_administrators
@require_safe
def correction_list(request: HttpRequest, viewer: Any) -> HttpResponse:
    context = {"section": "console", "proposals": proposals(timezone.now())}
    return render(request, "console/routing/corrections.html", context)


@for_administrators
@require_safe
def run(request: HttpRequest, viewer: Any, job: int) -> HttpResponse:
    """How far a try or a re-routing is, and what came of it."""
    found = Job.objects.filter(pk=job, name__in=(WHAT_IF, REROUTE)).first()
    if found is None:
        raise Http404
    numbers = [example[0] for example in (found.result or {}).get("examples", [])]
    seen = visible_cases(viewer).filter(number__in=numbers).values_list("number", flat=True)
    context = {
        "section": "console", "job": found, "result": found.result or {}, "seen": set(seen),
        "what_if": found.name == WHAT_IF, "percent": round(found.progress * 100),
        "under_way": found.state in (Job.State.WAITING, Job.State.RUNNING),
    }  # fmt: skip
    return render(request, "console/routing/run.html", context)


@for_administrators
@require_POST
def run_cancel(request: HttpRequest, viewer: Any, job: int) -> HttpResponse:
    if not Job.objects.filter(pk=job, name__in=(WHAT_IF, REROUTE)).exists():
        raise Http404
    cancel(job_id=job, now=timezone.now())
    return redirect("routing_run", job)


@for_administrators
@require_POST
def reroute_all(request: HttpRequest, viewer: Any) -> HttpResponse:
    return redirect("routing_run", start_rerouting(viewer=viewer).pk)
