"""The crews of a department: whoever plans its work makes, names, fills and ends them; all is logged."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Crew, CrewEvent, Department, User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from cases.actions.crews import (
    NAME_MAX,
    change_crew,
    end_crew,
    last_change,
    make_crew,
    resume_crew,
)
from cases.queries.work import departments_planned, people_of
from core.api.problems import InvalidInput
from core.web.sent import row_id

_LOGGED = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def crews(request: HttpRequest) -> HttpResponse:
    """The crews of one department with their people, a form for more, and what was changed."""
    viewer = viewer_of(request.user)
    departments = list(departments_planned(viewer))
    asked = request.POST.get("department", request.GET.get("department", ""))
    first = request.method == "GET" and not asked
    found = departments[:1] if first else [d for d in departments if d.pk == row_id(asked)]
    if not found:
        raise PermissionDenied
    department, wrong = found[0], {}
    if request.method == "POST":
        try:
            messages.success(request, _act(request.POST, department, viewer))
            return redirect(f"{reverse('crews')}?department={department.pk}")
        except InvalidInput as error:
            wrong = error.errors
        except Crew.DoesNotExist:
            wrong = {"": [_("This choice is not known. Nothing was changed.")]}
    people = Prefetch("members", User.objects.order_by("full_name", "pk"))
    rows = list(department.crews.prefetch_related(people).order_by("-active", "name"))
    edited_id = row_id(request.POST.get("crew") if wrong else request.GET.get("edit"))
    edited = next((c for c in rows if c.pk == edited_id and request.POST.get("do") != "end"), None)
    log = CrewEvent.objects.filter(crew__department=department).select_related("crew", "by")
    context = {
        "section": "console",
        "departments": departments,
        "department": department,
        "crews": rows,
        "edited": edited,
        "name_max": NAME_MAX,
        "errors": wrong,
        "log": _told(list(log.order_by("-at", "-pk")[:_LOGGED])),
        **_form(request.POST if wrong else None, edited, department),
    }
    return render(request, "console/crews.html", context, status=422 if wrong else 200)


def _act(sent: QueryDict, department: Department, viewer: Viewer) -> str:
    now, do = timezone.now(), sent.get("do")
    name, members = sent.get("name", ""), {row_id(i) for i in sent.getlist("members")}
    if do == "make":
        make_crew(department=department.pk, name=name, members=members, viewer=viewer, now=now)
        return _("The crew was made.")
    crew = Crew.objects.get(pk=row_id(sent.get("crew")), department=department).pk
    if do == "end":
        end_crew(crew=crew, viewer=viewer, now=now)
        return _("The crew has ended.")
    if do == "resume":
        resume_crew(crew=crew, viewer=viewer, now=now)
        return _("The crew works again.")
    if do != "change":
        raise Crew.DoesNotExist
    seen = row_id(sent.get("seen"))
    change_crew(crew=crew, name=name, members=members, seen=seen, viewer=viewer, now=now)
    return _("Changed.")


def _form(sent: QueryDict | None, edited: Crew | None, department: Department) -> dict[str, Any]:
    """What stands in the form, and who can be chosen: who works there, and who is in it already."""
    chosen = {m.pk for m in edited.members.all()} if edited else set()
    people = people_of(department.pk) | User.objects.filter(pk__in=chosen).distinct()
    if sent is not None:
        chosen = {row_id(i) for i in sent.getlist("members")}
    name = sent.get("name", "") if sent is not None else edited.name if edited else ""
    seen = row_id(sent.get("seen")) if sent is not None else last_change(edited) if edited else 0
    return {"people": people, "chosen": chosen, "name": name, "seen": seen}


def _told(events: list[CrewEvent]) -> list[tuple[CrewEvent, str]]:
    """The lines of the log in words."""
    ids = {pk for e in events for facts in (e.before, e.after) for pk in facts.get("members", ())}
    names = {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=ids)}
    return [(e, _words(e, names)) for e in events]


def _words(event: CrewEvent, names: dict[int, str]) -> str:
    kind = {
        "MADE": _("Made"),
        "CHANGED": _("Changed"),
        "ENDED": _("Ended"),
        "RESUMED": _("Works again"),
    }[event.kind]
    was, now = set(event.before.get("members", ())), set(event.after["members"])
    before = event.before.get("name", event.after["name"])
    said = [f"{before} → {event.after['name']}"] if before != event.after["name"] else []
    said += [f"+ {name}" for name in sorted(names[pk] for pk in now - was if pk in names)]
    said += [f"− {name}" for name in sorted(names[pk] for pk in was - now if pk in names)]
    return f"{kind}: {', '.join(said)}" if said else kind
