"""`/register/changes/<id>/`: one change set, its comparison, and the steps of its way."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.viewer import Viewer
from addresses.actions import publication
from addresses.actions.checking import check_soon
from addresses.actions.describing import KINDS, kind_is_open
from addresses.actions.drafting import NotAllowed, NotNow, Stale
from addresses.drafts.apply import NotApplicable
from addresses.models import ChangeSet
from addresses.queries.checking import is_being_checked
from addresses.queries.comparison import Compared, compared, size
from addresses.queries.drafts import called
from addresses.queries.extent import city_view
from addresses.queries.import_notes import note_counts
from addresses.queries.policy import policy
from addresses.queries.rights import Rights
from addresses.queries.tiles import feature_ids
from addresses.rules import evidence
from addresses.rules.change_set_moves import Move, possible
from addresses.rules.effects import in_words
from addresses.web.access import for_viewers
from core.rules.database import in_each_others_way
from core.web.sent import row_id

_PER_PAGE = 50
SHAPES_MOST = 500  # records whose shapes the two maps show
_MOVES = ("check", "review", "publish", "reject", "roll_back")


class _Pages:
    """Lets the paginator ask for one page at a time."""

    def __init__(self, change_set: ChangeSet) -> None:
        self.change_set = change_set

    def count(self) -> int:
        return size(self.change_set)

    def __len__(self) -> int:
        return size(self.change_set)

    def __getitem__(self, part: slice) -> list[Compared]:
        return compared(self.change_set, offset=part.start, limit=part.stop - part.start)


@require_safe
@for_viewers
def change(request: HttpRequest, pk: int, *, viewer: Viewer, rights: Rights) -> HttpResponse:
    people = ("author", "reviewer", "publisher", "rolls_back")
    one = get_object_or_404(ChangeSet.objects.select_related(*people), pk=pk)
    own = one.author_id == viewer.user_id
    pages: Any = _Pages(one)
    page = Paginator(pages, _PER_PAGE).get_page(request.GET.get("page"))
    checking = is_being_checked(one)
    context = {
        "section": "register",
        "rights": rights,
        "one": one,
        "moves": _possible(one, own, rights),
        "own_needs_another": own and policy().four_eyes and _turn_of(one, rights),
        "may_found": _may_found(one, own, rights),
        "kinds": KINDS if kind_is_open(one) else (),
        "evidence_endings": evidence.ENDINGS,
        "evidence_kinds": evidence.KINDS,
        "evidence_megabytes": evidence.MEGABYTES,
        "waits_for_day": one.publisher_id is not None and one.state == "REVIEWED",
        "page": page,
        "counts": _counts(one),
        "checking": checking,
        "effects": in_words(one.report.get("effects", {})),
        "notes": note_counts(one),
        "quality": one.report.get("quality", {}),
        "problems": _problems(one),
        "left": one.summary.get("left") if isinstance(one.summary, dict) else None,
        "shapes_most": SHAPES_MOST,
        "view": city_view(),
        "day_before": _day_before(one),
        "roll_backs": one.roll_backs.order_by("pk"),
        "answered": one.change_requests.order_by("pk"),
    }
    answer = render(request, "register/change.html", context)
    if checking:
        answer["Refresh"] = "5"  # the result comes by itself
    return answer


def _day_before(one: ChangeSet) -> date | None:
    """The last day on which what a published set has changed was in force, if that is known."""
    if one.number is None or one.effective_from is None:
        return None
    return one.effective_from - timedelta(days=1)


def _problems(one: ChangeSet) -> list[dict[str, str]]:
    """What the check found, with what each record is called."""
    problems = one.report.get("problems", [])[:100]
    uids = [p["uid"] for p in problems if p["uid"]]
    names = called(one, one.changes.filter(entity_uid__in=uids)) if uids else {}
    return [p | {"label": names.get((p["entity"], p["uid"]), "")} for p in problems]


def _may_found(one: ChangeSet, own: bool, rights: Rights) -> bool:
    """Whether what it says, source and evidence can be changed: until somebody has reviewed it."""
    return one.state in ("DRAFT", "CHECKED") and rights.edit and (own or rights.review)


def _turn_of(one: ChangeSet, rights: Rights) -> bool:
    """Whether the next step would be this person's, were the change not their own."""
    return (possible(one.state, Move.REVIEW) and rights.review) or (
        possible(one.state, Move.PUBLISH) and rights.publish
    )


def _possible(one: ChangeSet, own: bool, rights: Rights) -> list[str]:
    other = not own or not policy().four_eyes
    author = own and rights.edit
    waits = one.publisher_id is not None
    allowed = {
        "check": possible(one.state, Move.CHECK) and (author or rights.review),
        "review": possible(one.state, Move.REVIEW) and rights.review and other,
        "publish": possible(one.state, Move.PUBLISH) and rights.publish and other and not waits,
        "reject": possible(one.state, Move.REJECT) and (author or rights.review),
        "roll_back": one.number is not None and rights.edit and not publication.is_rolled_back(one),
    }
    return [move for move in _MOVES if allowed[move]]


def _counts(one: ChangeSet) -> list[tuple[str, dict[str, int]]]:
    summary = one.summary if isinstance(one.summary, dict) else {}
    counts = one.report.get("counts") or summary.get("counts") or {}
    return [(name, row) for name, row in counts.items() if isinstance(row, dict)]


@require_POST
@for_viewers
def move(request: HttpRequest, pk: int, name: str, *, viewer: Viewer, rights: Rights) -> Any:
    """One step. Whatever stands against it is said, and nothing has happened."""
    one = get_object_or_404(ChangeSet, pk=pk)
    version = request.POST.get("version", "")
    one.seen = row_id(version) if version else None
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:2000]
    if name in ("reject", "roll_back") and not reason:
        messages.error(request, _("Write why."))
        return redirect("register_change", pk=pk)
    try:
        return _made(request, one, name, reason, viewer)
    except publication.OwnChange:
        messages.error(request, _("Four eyes: somebody else must do this with your change."))
    except NotAllowed:
        messages.error(request, _("You may not do this here."))
    except publication.RolledBackAlready:
        messages.error(
            request, _("A roll-back of this change set exists already; see “Taken back by”.")
        )
    except NotNow:
        messages.error(request, _("This is not possible in the present state. Look again."))
    except Stale:
        messages.error(request, _("Somebody changed the draft meanwhile. Look again, then repeat."))
    except NotApplicable as error:
        reasons = " ".join(p.reason for p in error.problems[:5])
        messages.error(
            request, _("The register has changed since; nothing was written: %s") % reasons
        )
    except OperationalError as error:
        if not in_each_others_way(error):
            raise
        words = _("Somebody else works on the same records at this moment: try again.")
        messages.error(request, words)
    return redirect("register_change", pk=pk)


def _made(request: HttpRequest, one: ChangeSet, name: str, reason: str, viewer: Viewer) -> Any:
    now = timezone.now()
    match name:
        case "check":
            report = check_soon(one, viewer=viewer, now=now)
            if report is None:
                messages.info(request, _("It is large: it is being checked."))
            elif report["problems"]:
                messages.error(request, _("The check found problems: see below."))
            else:
                messages.success(request, _("Checked: it can be reviewed."))
        case "review":
            publication.review(one, viewer=viewer, now=now)
            messages.success(request, _("Reviewed: it can be published."))
        case "publish":
            done = publication.publish_draft(one, viewer=viewer, now=now)
            if done.number is None:
                messages.success(request, _("It will be published on the day it comes into force."))
            else:
                messages.success(request, _("Published as number %s.") % done.number)
        case "reject":
            publication.reject(one, viewer=viewer, reason=reason, now=now)
            messages.success(request, _("Rejected. Its changes stay readable here."))
        case "roll_back":
            draft = publication.roll_back(
                one, viewer=viewer, reason=reason, now=now, correct_past="past" in request.POST
            )
            messages.success(request, _("This draft takes the change back. Check it."))
            return redirect("register_change", pk=draft.pk)
        case _:
            raise Http404
    return redirect("register_change", pk=one.pk)


@require_safe
@for_viewers
def shapes(
    request: HttpRequest, pk: int, when: str, *, viewer: Viewer, rights: Rights
) -> JsonResponse:
    """The shapes before or after, of the first records; `more` says that there are others.

    `tiles` are the features of the basemap, by layer, that these shapes stand for.
    """
    one = get_object_or_404(ChangeSet, pk=pk)
    rows = compared(one, limit=SHAPES_MOST)
    features = []
    uids: dict[str, list[str]] = {}
    for row in rows:
        uids.setdefault(row.entity, []).append(row.uid)
        body = row.before if when == "before" else row.after
        retired = when == "after" and row.operation == "RETIRE"
        if body is None or retired or not body.get("geometry"):
            continue
        properties = {"entity": row.entity, "operation": row.operation, "label": row.label}
        features.append({"type": "Feature", "geometry": body["geometry"], "properties": properties})
    more = size(one) > SHAPES_MOST
    return JsonResponse(
        {
            "type": "FeatureCollection",
            "features": features,
            "more": more,
            "tiles": feature_ids(uids),
        }
    )
