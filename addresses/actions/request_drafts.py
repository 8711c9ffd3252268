"""From a request to a draft that does what it proposes, and its answer when that is published."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.rules.viewer import Viewer
from addresses.actions.change_requests import OPEN, finish, locked_request, moved
from addresses.actions.drafting import NotNow, open_draft
from addresses.actions.proposing import Proposal, propose_all
from addresses.models import Address, Change, ChangeRequest, ChangeSet
from addresses.queries.data_model import entity
from addresses.queries.surroundings import surroundings
from addresses.queries.titles import titles
from core.api.problems import InvalidInput


@transaction.atomic
def put_into_draft(
    request: ChangeRequest, *, viewer: Viewer, now: datetime, draft: ChangeSet | None = None
) -> ChangeSet:
    """Ties the request to a draft, a new one without `draft`, and proposes there what it asks for.

    The change is made on the record as it is now. A request that says nothing that can be drawn, or
    a door with no street near, gets a draft without a change. Publishing the draft answers the
    request. Raises NotNow for one that stands in a draft already, and what `propose_all` raises.
    """
    locked = locked_request(request, viewer)
    if locked.change_set is not None and locked.change_set.state != ChangeSet.State.REJECTED:
        raise NotNow
    if draft is None:
        draft = open_draft(
            viewer=viewer, kind=ChangeSet.Kind.EDIT, title=_title(locked), reason=locked.text,
            source=_("Request %s") % locked.pk, now=now,
        )  # fmt: skip
    if proposals := _proposed(draft, locked):
        propose_all(draft, viewer=viewer, proposals=proposals)
    locked.state, locked.assignee_id = ChangeRequest.State.IN_REVIEW, viewer.user_id
    locked.change_set = draft
    moved(locked, viewer, now=now)
    return draft


def answer_published(change_set: ChangeSet, *, now: datetime) -> int:
    """Ends the requests that were put into this set, inside the transaction that publishes it;
    gives how many. One whose sender cannot take the door stays open for a person."""
    viewer = Viewer(user_id=change_set.publisher_id)
    count = 0
    tied = ChangeRequest.objects.select_for_update().filter(change_set=change_set, state__in=OPEN)
    for locked in tied.order_by("pk"):
        try:
            with transaction.atomic():
                finish(locked, viewer, address=_address(change_set, locked), now=now)
        except InvalidInput:
            continue
        count += 1
    return count


def _title(request: ChangeRequest) -> str:
    """Nothing of what the sender wrote: titles are public."""
    words = [str(ChangeRequest.Kind(request.kind).label)]
    if request.entity and request.entity_uid:
        uid = str(request.entity_uid)
        words.append(titles(entity(request.entity), [uid]).get(uid, ""))
    elif request.neighbourhood is not None:
        words.append(request.neighbourhood.name)
    return ": ".join(w for w in words if w)


def _proposed(draft: ChangeSet, request: ChangeRequest) -> list[Proposal]:
    uid = str(request.entity_uid or "")
    if request.kind == ChangeRequest.Kind.OBSOLETE and uid:
        return [Proposal(request.entity, "RETIRE", uid)]
    if not request.values:
        return []
    if uid:
        return [Proposal(request.entity, "UPDATE", uid, values=request.values)]
    values: dict[str, Any] = dict(request.values)
    if request.entity == "address":
        if "geometry" not in values:
            return []
        near = surroundings(draft, *values["geometry"]["coordinates"][:2])
        if not near["side"]:
            return []
        fitting = {"side": near["side"][0]["uid"], "point_source": "ENTRANCE"}
        fitting |= {name: near[name]["uid"] for name in ("building", "parcel") if near[name]}
        if "number" not in values:
            fitting |= {"number": near["number"], "suffix": near["suffix"]}
        values = fitting | values
    return [Proposal(request.entity, "CREATE", _new(request), values=values)]


def _new(request: ChangeRequest) -> str:
    """The uid of what a request makes: found again when it is published."""
    return str(uuid.uuid5(request.uid, request.entity))


def _address(change_set: ChangeSet, request: ChangeRequest) -> Address | None:
    """The door that the request was about: its own, or the only one that the set made."""
    if request.entity == "address":
        wanted = [str(request.entity_uid or _new(request))]
    else:
        made = change_set.changes.filter(entity="address", operation=Change.Operation.CREATE)
        wanted = [str(uid) for uid in made.values_list("entity_uid", flat=True)[:2]]
    found = list(Address.objects.filter(uid__in=wanted)[:2])
    return found[0] if len(found) == 1 else None
