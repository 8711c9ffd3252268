"""`/figures/rights/`: who may be told which figure, and who looked at figures about persons."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Membership, Organisation
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.web.role_names import role_name
from core.api.problems import InvalidInput
from core.rules.text import in_order
from core.web.sent import row_id
from spatial_analytics.actions.rights import bodies_ruled, end_right, grant_right
from spatial_analytics.models import FigureRight, PeopleLook
from spatial_analytics.queries.indicator_words import WORDS
from spatial_analytics.rules.rights import Persons, Right

_LOOKS = 100


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request.user)
    ruled = bodies_ruled(viewer)
    audits = viewer.may(Permission.AUDIT_PRIVACY)
    if ruled is not None and not ruled and not audits:
        raise PermissionDenied
    wrong: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request.POST, viewer))
            return redirect("figure_rights")
        except InvalidInput as error:
            wrong = error.errors
        except FigureRight.DoesNotExist:
            wrong = {"": [_("This choice is not known. Nothing was changed.")]}
    rows = FigureRight.objects.filter(ended_at=None).select_related("organisation", "granted_by")
    bodies = Organisation.objects.filter(active=True)
    if ruled is not None and not audits:
        rows, bodies = rows.filter(organisation__in=ruled), bodies.filter(pk__in=ruled)
    context = {
        "section": "analytics",
        "rows": [_line(row) for row in rows.order_by("organisation__name", "role")],
        "bodies": bodies,
        "everywhere": ruled is None,
        "rules": ruled is None or bool(ruled),
        "roles": [(role, role_name(role)) for role in Membership.Role.values],
        "indicators": sorted(
            ((str(words.name), code) for code, words in WORDS.items()), key=lambda one: in_order(one[0])
        ),
        "finest": FigureRight.Finest.choices,
        "persons": [
            choice for choice in FigureRight.Persons.choices
            if ruled is None or choice[0] != Persons.ALL
        ],
        "errors": wrong,
        "looks": PeopleLook.objects.select_related("user").order_by("-at")[:_LOOKS] if audits else None,
    }  # fmt: skip
    return render(request, "spatial_analytics/rights.html", context, status=400 if wrong else 200)


def _act(sent: QueryDict, viewer: Viewer) -> str:
    now = timezone.now()
    if sent.get("do") == "end":
        end_right(row_id(sent.get("right", "")) or 0, viewer=viewer, now=now)
        return _("The right was ended.")
    least = sent.get("least") or "0"
    if not (least.isascii() and least.isdigit()):
        raise InvalidInput({"least": [_("a whole number")]})
    persons = sent.get("persons", Persons.NONE)
    right = Right(
        frozenset(sent.getlist("indicators")) or None,
        sent.get("finest", ""),
        Persons(persons) if persons in list(Persons) else Persons.NONE,
        int(least[:4]),
    )
    where = sent.get("organisation", "")
    organisation = row_id(where) if where else None
    if where and not Organisation.objects.filter(pk=organisation, active=True).exists():
        raise FigureRight.DoesNotExist
    grant_right(
        organisation=organisation, role=sent.get("role", ""), right=right, viewer=viewer, now=now
    )
    return _("The right was given.")


def _line(row: FigureRight) -> dict[str, Any]:
    return {
        "row": row,
        "role": role_name(row.role) if row.role else _("every role"),
        "indicators": [str(WORDS[code].name) for code in row.indicators if code in WORDS],
    }
