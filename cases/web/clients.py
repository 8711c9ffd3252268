"""Programs of an organisation, for its administrators: what each may do, its keys, use, and log."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import clients as act
from accounts.actions.memberships import may_manage, organisations_managed
from accounts.conf import CONF
from accounts.models import ApiClient, ClientEvent, ClientKey, Organisation
from accounts.queries.clients import ceiling_of, living_keys
from accounts.queries.usage import by_day, by_group
from accounts.rules.clients import HIDEABLE, SCOPES, WITHOUT_CONSENT
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from accounts.web.entering import for_those_who
from addresses.models import District, Neighbourhood
from cases.actions.routing_rules import area_of
from cases.queries.rulebook import names
from cases.web.client_words import bars, event_words, group_name, scope_name
from core.api.problems import InvalidInput
from core.rules.text import key
from core.web.sent import row_id
from tiles.features import all_collections

_LOGGED = 50
_LIMITS = ("rate_per_minute", "burst", "daily_quota")


def _manages(viewer: Viewer) -> bool:
    managed = organisations_managed(viewer)
    return managed is None or bool(managed)


@for_those_who(_manages)
@require_http_methods(["GET", "POST"])
def clients(request: HttpRequest, *, viewer: Viewer) -> HttpResponse:
    """The clients of one organisation, a form for more, what the city gave it, and the log."""
    managed = organisations_managed(viewer)
    bodies = Organisation.objects.filter(active=True)
    if managed is not None:
        bodies = bodies.filter(pk__in=managed)
    asked = request.POST.get("organisation") or request.GET.get("organisation") or ""
    body = bodies.filter(pk=row_id(asked)).first() if asked else bodies.first()
    if body is None:
        raise PermissionDenied
    wrong: dict[str, list[str]] = {}
    now = timezone.now()
    if request.method == "POST":
        try:
            if request.POST.get("do") == "ceiling":
                act.set_ceiling(
                    organisation=body.pk, terms=_ceiling(request.POST), viewer=viewer, now=now
                )
                messages.success(request, _("Stored."))
                return redirect(f"{reverse('clients')}?organisation={body.pk}")
            made = act.create_client(
                organisation=body.pk, terms=_terms(request.POST), viewer=viewer, now=now
            )
            messages.success(request, _("The client is there: give it a key."))
            return redirect("client", uid=made.uid)
        except InvalidInput as error:
            wrong = error.errors
    rows = ApiClient.objects.filter(organisation=body).order_by("name")
    living = living_keys(now).filter(client__in=rows)
    context = {
        "section": "members",
        "bodies": bodies,
        "body": body,
        "rows": [
            {"row": r, "scopes": [scope_name(s) for s in r.scopes],
             "keys": sum(k.client_id == r.pk for k in living)}
            for r in rows
        ],
        "errors": wrong,
        "city": viewer.may(Permission.ADMINISTER),
        **_form(request.POST if wrong else None, None, body.pk, viewer),
        **_log(ClientEvent.objects.filter(organisation=body)),
    }  # fmt: skip
    return render(request, "console/clients.html", context, status=422 if wrong else 200)


@for_those_who(_manages)
@require_http_methods(["GET", "POST"])
def client(request: HttpRequest, uid: uuid.UUID, *, viewer: Viewer) -> HttpResponse:
    """One client: what it may do, its keys, what it used, its webhooks and its log."""
    row = ApiClient.objects.select_related("organisation").filter(uid=uid).first()
    if row is None or not may_manage(viewer, row.organisation_id):
        raise Http404
    wrong: dict[str, list[str]] = {}
    issued = None
    now = timezone.now()
    if request.method == "POST":
        try:
            issued = _act(request.POST, row, viewer, now)
        except InvalidInput as error:
            wrong = error.errors
        except ClientKey.DoesNotExist:
            wrong = {"": [_("This choice is not known. Nothing was changed.")]}
        if not wrong and issued is None:
            messages.success(request, _("Stored."))
            return redirect("client", uid=uid)
        row.refresh_from_db()
    today = timezone.localdate(now)
    used = by_day(row.pk, today)
    context = {
        "section": "members",
        "row": row,
        "body": row.organisation,
        "issued": issued,
        "keys": row.keys.order_by("-created_at", "-pk")[:50],
        "now": now,
        "days": CONF.key_days,
        "days_most": CONF.key_days_most,
        "overlap_most": CONF.overlap_days_most,
        "errors": wrong,
        "used": used,
        "total": sum(u.requests for u in used),
        "bars": bars([u.requests for u in used], [u.refused + u.errors for u in used]),
        "groups": [(group_name(u.group), u) for u in by_group(row.pk, today)],
        "webhooks": row.webhooks.order_by("pk"),
        **_form(request.POST if wrong else None, row, row.organisation_id, viewer),
        **_log(row.events),
    }
    return render(request, "console/client.html", context, status=422 if wrong else 200)


def _act(sent: QueryDict, row: ApiClient, viewer: Viewer, now: Any) -> act.Issued | None:
    """Does what a button says; a new key is given back, to be shown this once."""
    days, one = row_id(sent.get("days", "")), row_id(sent.get("key", ""))
    match sent.get("do"):
        case "issue":
            return act.issue_client_key(client=row.pk, days=days, viewer=viewer, now=now)
        case "rotate":
            overlap = row_id(sent.get("overlap_days", ""))
            return act.rotate_key(
                client=row.pk, key=one, overlap_days=overlap, days=days, viewer=viewer, now=now
            )
        case "revoke":
            act.revoke_client_key(client=row.pk, key=one, viewer=viewer, now=now)
        case "change":
            act.change_client(client=row.pk, terms=_terms(sent), viewer=viewer, now=now)
        case _:
            raise InvalidInput({"": [_("This choice is not known. Nothing was changed.")]})
    return None


def _terms(sent: QueryDict) -> act.ClientTerms:
    """What the form says. Raises InvalidInput for areas that nothing has."""
    wrong: dict[str, list[str]] = {}
    area = None
    if drawing := sent.get("area", "").strip():
        try:
            area = area_of(drawing)
        except ValueError as error:
            wrong["area"] = [str(error)]
    wanted = {row_id(i) for i in sent.getlist("districts")}
    districts = tuple(District.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if len(districts) != len(wanted):
        wrong["districts"] = [_("This choice is not known. Nothing was changed.")]
    neighbourhoods = _neighbourhoods(sent.get("neighbourhoods", ""), wrong)
    if strange := [text for text in _lines(sent, "hidden_fields") if not _hides_something(text)]:
        wrong["hidden_fields"] = [_("There is no such field: %s.") % ", ".join(strange)[:200]]
    if wrong:
        raise InvalidInput(wrong)
    return act.ClientTerms(
        name=sent.get("name", ""),
        contact=sent.get("contact", "").strip(),
        scopes=tuple(sent.getlist("scopes")),
        districts=districts,
        neighbourhoods=neighbourhoods,
        area=area,
        hidden_fields=tuple(_lines(sent, "hidden_fields")),
        networks=tuple(_lines(sent, "networks")),
        active="active" in sent,
        **{name: _number(sent, name) for name in _LIMITS},
    )


def _hides_something(text: str) -> bool:
    """Whether a text names a field of some collection: a slip of the finger would hide nothing."""
    collection, _dot, name = text.rpartition(".")
    everything = Viewer(user_id=0, permissions=frozenset(Permission))
    known = all_collections()
    if collection not in ("", "*", "cases", *known):
        return False
    if name in ("*", "geometry") or (name in HIDEABLE and collection in ("", "*", "cases")):
        return True
    shapes = [
        shape
        for one in known.values()
        if collection in ("", "*", one.name) and (shape := one.shape(everything)) is not None
    ]
    return any(name in shape.by_name for shape in shapes)


def _ceiling(sent: QueryDict) -> act.CeilingTerms:
    limits = {name: _number(sent, name) for name in _LIMITS}
    return act.CeilingTerms(scopes=tuple(sent.getlist("scopes")), **limits)


def _number(sent: QueryDict, name: str) -> int:
    return row_id(sent.get(name, ""))


def _lines(sent: QueryDict, name: str) -> list[str]:
    return [line.strip() for line in sent.get(name, "")[:20_000].splitlines() if line.strip()]


def _neighbourhoods(text: str, wrong: dict[str, list[str]]) -> tuple[int, ...]:
    """One on a line, as District/Neighbourhood."""
    known, found = names().neighbourhoods, set()
    for line in filter(None, (line.strip() for line in text[:20_000].splitlines())):
        ids = known.get("/".join(key(part) for part in line.split("/")), ())
        if len(ids) == 1:
            found |= set(ids)
        else:
            wrong["neighbourhoods"] = [_("Nothing is called “%s”.") % line[:80]]
    return tuple(found)


def _form(
    sent: QueryDict | None, row: ApiClient | None, organisation: int, viewer: Viewer
) -> dict[str, Any]:
    """What the fields hold: what was sent and refused, or the client as it is."""
    most = ceiling_of(organisation)
    values: dict[str, Any] = {
        "rate_per_minute": min(CONF.rate_per_minute, most.limits.per_minute),
        "burst": min(CONF.burst, most.limits.burst),
        "daily_quota": min(CONF.daily_quota, most.limits.per_day),
        "active": True,
    }
    chosen: set[str] = set(WITHOUT_CONSENT)
    districts: set[int] = set()
    if row is not None:
        values = {n: getattr(row, n) for n in ("name", "contact", "active", *_LIMITS)}
        values["hidden_fields"] = "\n".join(row.hidden_fields)
        values["networks"] = "\n".join(row.networks)
        values["area"] = row.area.geojson if row.area else ""
        areas = Neighbourhood.objects.filter(pk__in=row.neighbourhoods)
        pairs = areas.order_by("district__name", "name").values_list("district__name", "name")
        values["neighbourhoods"] = "\n".join("/".join(pair) for pair in pairs)
        chosen, districts = set(row.scopes), set(row.districts)
    if sent is not None:
        values = sent.dict() | {"active": "active" in sent}
        chosen = set(sent.getlist("scopes"))
        districts = {row_id(i) for i in sent.getlist("districts")}
    return {
        "form": values,
        "scopes": [(s, scope_name(s), s in chosen, s in most.scopes) for s in SCOPES],
        "most": most,
        "districts": [
            (d, d.pk in districts) for d in District.objects.only("name").order_by("name_key")
        ],
    }


def _log(events: Any) -> dict[str, Any]:
    rows = events.select_related("by", "client").order_by("-at", "-pk")[:_LOGGED]
    return {"log": [(e, event_words(e)) for e in rows]}
