"""Who does what in an organisation: its administrators grant, narrow and revoke; all is logged."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.memberships import Terms, change, grant, organisations_managed, revoke
from accounts.models import Department, Membership, MembershipEvent, Organisation, User
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import BEYOND_ORGANISATION, Permission
from accounts.rules.viewer import Viewer
from addresses.models import District, Neighbourhood
from cases.actions.routing_rules import area_of
from cases.models import RequestType, RequestTypeGroup
from cases.queries.rulebook import names, register
from cases.rules.validation import tidy
from cases.web.role_names import event_words, role_name
from core.api.problems import InvalidInput
from core.rules.text import key
from core.web.sent import row_id

_LOGGED = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """The members of one organisation with their terms, a form for more, and what was granted."""
    viewer = viewer_of(request.user)
    managed = organisations_managed(viewer)
    bodies = Organisation.objects.filter(active=True)
    if managed is not None:
        bodies = bodies.filter(pk__in=managed)
    asked = request.POST.get("organisation") or request.GET.get("organisation") or ""
    body = bodies.filter(pk=row_id(asked)).first() if asked else bodies.first()
    if body is None:
        raise PermissionDenied
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request.POST, body, viewer))
            return redirect(f"{reverse('members')}?organisation={body.pk}")
        except InvalidInput as error:
            wrong = error.errors
        except Membership.DoesNotExist:
            wrong = {"": [_("This choice is not known. Nothing was changed.")]}
    return _page(request, viewer, bodies, body, wrong)


def _page(
    request: HttpRequest, viewer: Viewer, bodies: Any, body: Organisation,
    wrong: dict[str, list[str]],
) -> HttpResponse:  # fmt: skip
    rows = list(
        Membership.objects.filter(organisation=body)
        .select_related("user", "department")
        .order_by("user__full_name", "pk")
    )
    edited = next((m for m in rows if str(m.pk) == request.GET.get("edit")), None)
    log = MembershipEvent.objects.filter(organisation=body).select_related("user", "by")
    beyond = viewer.may(Permission.ADMINISTER)
    context = {
        "section": "members",
        "bodies": bodies,
        "body": body,
        "members": [{"row": m, "role": role_name(m.role), "terms": _terms_words(m)} for m in rows],
        "edited": edited,
        "form": request.POST if wrong else _form_of(edited),
        "chosen": _chosen(request.POST if wrong else None, edited),
        "errors": wrong,
        "roles": [
            (r, role_name(r)) for r in Membership.Role.values
            if beyond or r not in BEYOND_ORGANISATION
        ],
        "departments": Department.objects.filter(organisation=body, active=True),
        "districts": District.objects.only("name").order_by("name_key"),
        "groups": RequestTypeGroup.objects.all(),
        "log": [(e, event_words(e)) for e in log.order_by("-at", "-pk")[:_LOGGED]],
    }  # fmt: skip
    return render(request, "console/members.html", context, status=422 if wrong else 200)


def _act(sent: QueryDict, body: Organisation, viewer: Viewer) -> str:
    now, do = timezone.now(), sent.get("do")
    if do == "revoke":
        own = Membership.objects.get(pk=row_id(sent.get("membership", "")), organisation=body)
        revoke(membership=own.pk, viewer=viewer, now=now)
        return _("The membership has ended.")
    terms = _terms(sent)
    if do == "change":
        own = Membership.objects.get(pk=row_id(sent.get("membership", "")), organisation=body)
        change(membership=own.pk, terms=terms, viewer=viewer, now=now)
        return _("Changed.")
    user = User.objects.filter(username=tidy(sent.get("user", "")), is_active=True).first()
    if user is None:
        raise InvalidInput({"user": [_("There is no user of this name who may sign in.")]})
    grant(user=user, organisation=body.pk, terms=terms, viewer=viewer, now=now)
    return _("Granted.")


def _terms(sent: QueryDict) -> Terms:
    """What the form says. Raises InvalidInput for names that nothing has."""
    wrong: dict[str, list[str]] = {}
    area = None
    if drawing := sent.get("area", "").strip():
        try:
            area = area_of(drawing)
        except ValueError as error:
            wrong["area"] = [str(error)]
    districts = _known(District, sent.getlist("districts"), "districts", wrong)
    groups = _known(RequestTypeGroup, sent.getlist("type_groups"), "type_groups", wrong)
    neighbourhoods = _named(sent.get("neighbourhoods", ""), _neighbourhoods(), wrong)
    codes = {code.lower(): {pk} for code, pk in RequestType.objects.values_list("code", "pk")}
    types = _named(sent.get("types", ""), codes, wrong, "types", str.lower)
    if wrong:
        raise InvalidInput(wrong)
    return Terms(
        role=sent.get("role", ""),
        department=row_id(sent.get("department", "")) or None,
        districts=districts,
        neighbourhoods=neighbourhoods,
        area=area,
        type_groups=groups,
        types=types,
        sensitive="sensitive" in sent,
    )


def _known(kind: Any, ids: list[str], field: str, wrong: dict[str, list[str]]) -> tuple[int, ...]:
    wanted = {row_id(i) for i in ids}
    found = set(kind.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - found:
        wrong[field] = [_("This choice is not known. Nothing was changed.")]
    return tuple(found)


def _neighbourhoods() -> Any:
    return names().neighbourhoods


def _named(
    text: str, known: Any, wrong: dict[str, list[str]], field: str = "neighbourhoods",
    fold: Any = None,
) -> tuple[int, ...]:  # fmt: skip
    """One name on a line; a name that several have is refused, for it says too little."""
    fold = fold or (lambda line: "/".join(key(part) for part in line.split("/")))
    found: set[int] = set()
    for line in filter(None, (tidy(line) for line in text[:20_000].splitlines())):
        ids = known.get(fold(line), ())
        if len(ids) == 1:
            found |= set(ids)
        elif ids:
            wrong[field] = [_("Several have the name “%s”: write District/Neighbourhood.") % line]
        else:
            wrong[field] = [_("Nothing is called “%s”.") % line]
    return tuple(found)


def _form_of(row: Membership | None) -> dict[str, Any]:
    if row is None:
        return {}
    codes = RequestType.objects.filter(pk__in=row.types).values_list("code", flat=True)
    return {
        "role": row.role,
        "department": str(row.department_id or ""),
        "neighbourhoods": "\n".join(_area_names(row.neighbourhoods)),
        "types": "\n".join(codes),
        "area": row.area.geojson if row.area else "",
        "sensitive": row.sensitive,
    }


def _chosen(sent: QueryDict | None, row: Membership | None) -> dict[str, set[int]]:
    if sent is not None:
        return {n: {row_id(i) for i in sent.getlist(n)} for n in ("districts", "type_groups")}
    if row is None:
        return {"districts": set(), "type_groups": set()}
    return {"districts": set(row.districts), "type_groups": set(row.type_groups)}


def _area_names(ids: Iterable[int]) -> list[str]:
    rows = Neighbourhood.objects.filter(pk__in=list(ids)).values_list("district__name", "name")
    return [f"{district}/{name}" for district, name in rows.order_by("district__name", "name")]


def _terms_words(row: Membership) -> list[str]:
    """How a membership is narrowed, in words."""
    known = register()
    said = [known.districts[pk].name for pk in row.districts if pk in known.districts]
    said += [known.neighbourhoods[pk].name for pk in row.neighbourhoods
             if pk in known.neighbourhoods]  # fmt: skip
    if row.area:
        said.append(_("a drawn area"))
    if row.type_groups:
        groups = RequestTypeGroup.objects.filter(pk__in=row.type_groups)
        said += list(groups.values_list("name", flat=True))
    if row.types:
        said += list(RequestType.objects.filter(pk__in=row.types).values_list("name", flat=True))
    if row.sensitive:
        said.append(_("cleared for sensitive types"))
    return said
