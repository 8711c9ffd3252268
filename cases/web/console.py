"""The page of a case in the departments' console, and its moves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Crew, Department
from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.contact import see_contact
from cases.actions.exchange import may_see_exchange
from cases.actions.gathering import release
from cases.actions.looking import looked_at, may_look
from cases.actions.move import move_case
from cases.actions.placing import correct_place, may_correct
from cases.actions.retyping import may_retype
from cases.conf import CONF
from cases.models import Case, ResultCode
from cases.queries.answers import Wordings
from cases.queries.case_list import case_list, look_up
from cases.queries.case_pages import beside, count_up_to
from cases.queries.catalogue import request_types
from cases.queries.masking import masked_contacts
from cases.queries.neighbours import around, likeness_of, others_of_reporters
from cases.queries.planned_works import works_at
from cases.queries.timeline import timeline
from cases.queries.visibility import permissions_on, visible_cases, with_names
from cases.queries.work import people_of
from cases.rules.lifecycle import MOVES, OPEN, REPORTER, State
from cases.rules.listing import ListFilter
from cases.rules.questions import URGENCIES
from cases.rules.validation import tidy, tidy_note
from cases.web.refusals import told
from cases.web.words import move_names


@login_required
@never_cache
@require_safe
def case_detail(request: HttpRequest, number: str) -> HttpResponse:
    return _detail(request, number)


def _detail(
    request: HttpRequest, number: str, contact: Any = None, status: int = 200
) -> HttpResponse:
    """What was sent stands in the form of the next step again: nobody writes a refused note twice."""
    viewer = viewer_of(request.user)
    # What else it refers to is read when it is there: seven joins more take 35 ms to plan, and most are empty.
    case = (
        with_names(visible_cases(viewer)).prefetch_related("photos").filter(number=number).first()
    )
    if case is None:
        raise Http404
    names = move_names()
    held = permissions_on(case, viewer)
    moves = [
        {"name": m.name, "label": names[m.name], "requires": m.requires}
        # What needs nothing more comes first: the first is the highlighted one.
        for m in sorted(MOVES.from_state(case.state), key=lambda m: bool(m.requires))
        if m.permission in held or (m.permission == REPORTER and Permission.TRIAGE_CASE in held)
    ]
    wordings = Wordings()
    context = {
        "section": "console",
        "case": case,
        "answers": wordings.answered(case, private=Permission.SEE_CONTACT in held),
        "answers_other": wordings.other_type(case),
        "urgencies": URGENCIES,
        "decision": case.decisions.order_by("-decided_at").first(),
        "entries": timeline(case, looks=Permission.SEE_CONTACT in held),
        "around": around(case, viewer),
        "may_look": may_look(case, viewer),
        "door": case.address,
        "late_twice": _late_twice(case),
        **_others(case, viewer, held),
        **_in_the_list(request, case, viewer),
        "photos": case.photos.all(),
        "contacts": masked_contacts(case),
        "may_see_contact": Permission.SEE_CONTACT in held,
        "shown_contact": contact,
        "moves": moves,
        "sent": request.POST,
        "picks_department": any("department" in m["requires"] for m in moves),
        "picks_original": any("original" in m["requires"] for m in moves),
        **_family(case, viewer),
        "works": works_at(case, today=timezone.localdate()) if case.state in OPEN else [],
        "departments": Department.objects.select_related("organisation").filter(
            active=True, organisation__active=True
        ),
        "may_plan": Permission.PLAN_WORK in held and case.state in OPEN,
        "crews": Crew.objects.filter(department=case.department_id, active=True),
        "links": case.external_links.order_by("pk"),
        "hands_out": case.state in {*MOVES.moves["hand_out"].sources, State.WITH_EXTERNAL_PARTY},
        "external_days": CONF.external_days,
        "people": people_of(case.department_id),
        "orders": case.work_orders.select_related("crew", "result_code").prefetch_related(
            "materials"
        ),
        "may_correct": may_correct(case, viewer),
        "may_retype": may_retype(case, viewer),
        "types": request_types().values(),
        "results": ResultCode.objects.all(),
        "surveys": case.surveys.filter(answered_at__isnull=False).order_by("-answered_at"),
        "now": timezone.now(),
        "is_open": case.state in OPEN,
    }
    return render(request, "console/case.html", context, status=status)


def _late_twice(case: Case) -> bool:
    """Open, and twice the time gone that it was to take."""
    if case.due_at is None or case.state not in OPEN:
        return False
    return timezone.now() > case.due_at + (case.due_at - case.opened_at)


def _others(case: Case, viewer: Viewer, held: frozenset[Permission]) -> dict[str, Any]:
    """Other cases of its reporters: which ones is for those who may see contact data, how many for all."""
    rows = others_of_reporters(case, viewer)
    if Permission.SEE_CONTACT not in held:
        return {"others_count": count_up_to(rows, 100), "others": []}
    others = list(rows[:11])
    return {"others": others[:10], "others_more": len(others) > 10}


def _in_the_list(request: HttpRequest, case: Case, viewer: Viewer) -> dict[str, Any]:
    """What stands before and behind it in the list that it was opened from."""
    query = request.GET.urlencode()
    if not query:
        return {}
    asked = look_up(ListFilter.of(request.GET))
    rows = case_list(viewer, asked)
    before, after = beside(rows, asked.wanted, case)
    return {"list_query": query, "list_before": before, "list_after": after}


@login_required
@never_cache
@require_safe
def compare(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """Two cases side by side, before one becomes the other's duplicate."""
    viewer = viewer_of(request.user)
    rows = with_names(visible_cases(viewer)).prefetch_related("photos", "reporters")
    found = {case.number: case for case in rows.filter(number__in=(number, other))}
    if number == other or len(found) < 2:
        raise Http404
    pair = [found[number], found[other]]
    sides = [
        {
            "case": case,
            "contacts": masked_contacts(case),
            "may_merge": _may_merge(case, viewer),
            "original": against,
        }
        for case, against in (pair, pair[::-1])
    ]
    context = {
        "section": "console",
        "sides": sides,
        "likeness": likeness_of(*pair),
        "back": number,
        "now": timezone.now(),
    }
    return render(request, "console/compare.html", context)


def _may_merge(case: Case, viewer: Viewer) -> bool:
    move = MOVES.moves["mark_duplicate"]
    held = permissions_on(case, viewer)
    return case.state in move.sources and move.permission in held


@login_required
@require_POST
def looked(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """A person has looked: the mark goes."""
    with told(request):
        looked_at(
            number=number,
            viewer=viewer_of(request.user),
            version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
        )
        messages.success(request, _("Done."))
    return redirect("console_case", number=number)


def _family(case: Case, viewer: Viewer) -> dict[str, Any]:
    """Related cases that this person may see, and how the case was referred."""
    seen = visible_cases(viewer).select_related("request_type").order_by("pk")
    above = seen.in_bulk([pk for pk in (case.parent_id, case.duplicate_of_id) if pk])
    return {
        "parent": above.get(case.parent_id or 0),
        "may_release": (
            case.parent_id in above
            and Permission.TRIAGE_CASE in permissions_on(case, viewer)
            and OPEN.issuperset((case.state, above[case.parent_id].state))
            and case.events.filter(kind="gathered").exists()
        ),
        "original": above.get(case.duplicate_of_id or 0),
        "children": seen.filter(parent=case),
        "duplicates": seen.filter(duplicate_of=case),
        "referrals": case.referrals.select_related(
            "from_department__organisation", "to_department__organisation", "transfer"
        ).order_by("at"),
        "may_exchange": may_see_exchange(viewer),
    }


@login_required
@require_POST
def release_part(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """A part that was gathered stands for itself again."""
    with told(request):
        release(
            number,
            viewer=viewer_of(request.user),
            version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
        )
        messages.success(request, _("It stands for itself again."))
    return redirect("console_case", number=number)


@login_required
@require_POST
def make_move(request: HttpRequest, number: str) -> HttpResponse:
    with told(request, ObjectDoesNotExist):
        move_case(
            number=number,
            move=request.POST.get("move", ""),
            viewer=viewer_of(request.user),
            version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
            note=tidy_note(request.POST.get("note", "")),
            result_code=request.POST.get("result_code", ""),
            original=tidy(request.POST.get("original", ""))[:20],
            department=int(request.POST.get("department") or 0) or None,
        )
        messages.success(request, _("Done."))
        return redirect("console_case", number=number)
    return _detail(request, number, status=400)


@login_required
@require_POST
def correct(request: HttpRequest, number: str) -> HttpResponseRedirect:
    """The right door, written or chosen from the suggestions."""
    with told(request):
        case = correct_place(
            number=number,
            written=tidy(request.POST.get("place", ""))[:500],
            viewer=viewer_of(request.user),
            version=int(request.POST.get("version", "0") or 0),
            now=timezone.now(),
        )
        messages.success(request, _("The place is now: %s") % case.place_label)
    return redirect("console_case", number=number)


@login_required
@never_cache
@require_POST
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Shows the reporters' contact data once, and writes down who looked and why."""
    reason = tidy(request.POST.get("reason", ""))[:200]
    if not reason:
        messages.error(request, _("Write why you need the contact data."))
        return redirect("console_case", number=number)
    people = see_contact(
        number=number, viewer=viewer_of(request.user), reason=reason, now=timezone.now()
    )
    return _detail(request, number, contact=people)
