"""One act on many cases: where it begins, how far it is, and what came of each."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.viewer import Viewer
from cases.actions.bulk import start_bulk
from cases.conf import CONF
from cases.models import BulkAct
from cases.queries.case_list import case_list, look_up
from cases.queries.visibility import visible_cases
from cases.rules.listing import ListFilter
from cases.rules.validation import tidy, tidy_note
from cases.web.list_words import act_name
from cases.web.listing import lister, query_of
from cases.web.words import reason_names
from core.actions.jobs import cancel
from core.api.problems import InvalidInput
from core.web.sent import row_id


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponseRedirect:
    """Takes the chosen rows (`number:version`), or with `all` whatever fits the filter `query`."""
    sent, viewer = request.POST, lister(request)
    query = query_of(sent.get("query", ""))
    given = {
        "department": row_id(sent.get("department")) or None,
        "crew": row_id(sent.get("crew")) or None,
        "assignee": row_id(sent.get("assignee")) or None,
        "request_type": tidy(sent.get("request_type", ""))[:60],
        "original": tidy(sent.get("original", ""))[:20],
    }
    try:
        given["note"] = tidy_note(sent.get("note", ""))
        chosen = _all_of(query, viewer) if "all" in sent else _chosen(sent)
        act = start_bulk(
            key=_key(sent, viewer), act=sent.get("act", ""), given={k: v for k, v in given.items() if v},
            chosen=chosen, viewer=viewer, now=timezone.now(),
        )  # fmt: skip
    except InvalidInput as error:
        messages.error(request, error.in_words)
        return redirect(f"{reverse('console')}?{query.encoded() or 'view=all'}")
    return redirect("console_bulk", act.key)


def _key(sent: QueryDict, viewer: Viewer) -> uuid.UUID:
    """What is sent again is the same act; another choice on a page that one came back to is another."""
    try:
        form = uuid.UUID(sent.get("key", ""))
    except ValueError:
        form = uuid.uuid4()
    said = sorted(
        (name, value)
        for name, values in sent.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    )
    return uuid.uuid5(form, json.dumps([viewer.user_id, said]))


def _all_of(query: ListFilter, viewer: Viewer) -> list[tuple[str, int]]:
    """Raises InvalidInput for a filter that is not known: left out, it would mean an act on more than was meant."""
    asked = look_up(query)
    if asked.wanted.unknown:
        raise InvalidInput({"query": [_("This choice is not known. Nothing was changed.")]})
    rows = case_list(viewer, asked).order_by("pk").values_list("number", "version")
    return list(rows[: CONF.bulk_most + 1])


def _chosen(sent: QueryDict) -> list[tuple[str, int]]:
    found = []
    for row in sent.getlist("row")[: CONF.bulk_most + 1]:
        number, _colon, version = row.partition(":")
        found.append((number[:20], row_id(version)))
    return found


def _own(request: HttpRequest, key: uuid.UUID) -> BulkAct:
    """Only whoever began it sees it."""
    viewer = lister(request)
    act = BulkAct.objects.select_related("job").filter(key=key, by=viewer.user_id).first()
    if act is None:
        raise Http404
    return act


@login_required
@never_cache
@require_safe
def outcome(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    act = _own(request, key)
    rows: list[dict[str, Any]] = [
        {"number": number, "done": done, "why": ", ".join(reason_names(reasons))}
        for number, done, reasons in act.rows.values_list("case__number", "done", "reasons")
    ]
    seen = set(
        visible_cases(lister(request)).filter(number__in=[r["number"] for r in rows])
        .values_list("number", flat=True)
    )  # fmt: skip
    under_way = act.ended_at is None and (
        act.job is None or act.job.state in ("WAITING", "RUNNING")
    )
    settled = sum(r["done"] is not None for r in rows)
    context = {
        "section": "console",
        "act": act,
        "title": act_name(act.act),
        "rows": sorted(rows, key=lambda r: (r["done"] is True, r["done"] is None)),
        "seen": seen,
        "done": sum(r["done"] is True for r in rows),
        "refused": sum(r["done"] is False for r in rows),
        "left": len(rows) - settled,
        "percent": round(100 * settled / max(len(rows), 1)),
        "under_way": under_way,
    }
    return render(request, "console/bulk.html", context)


@login_required
@require_POST
def stop(request: HttpRequest, key: uuid.UUID) -> HttpResponseRedirect:
    """What is done stays done; the rest is left as it is."""
    act = _own(request, key)
    if act.job_id is not None:
        cancel(job_id=act.job_id, now=timezone.now())
    return redirect("console_bulk", key)
