"""Gives the events of cases their numbers in the feed, behind the writers and never beside them.

A writer leaves a row in `FeedPending` by a trigger, in its own transaction, and waits for nobody. One
worker at a time numbers what has been committed: what commits later gets a later number, so that a
reader who has seen a number has seen everything before it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Organisation
from cases.conf import CONF
from cases.models import (
    Case,
    CaseEvent,
    FeedCounter,
    FeedEvent,
    FeedPending,
    Referral,
    RoutingArea,
)
from cases.queries.feed import BEFORE, OPENED, public_body
from core.rules.text import key

_BATCH = 500


def number_events(*, now: datetime, batch: int = _BATCH) -> int:
    """Numbers what is pending; how many events. While another worker does so, none."""
    done = 0
    while (numbered := _number(batch, now)) is not None:
        done += numbered
    return done


def forget_numbers(*, now: datetime) -> int:
    """Deletes old events of the feed, but the last one of each case: who has the case must hear when
    it leaves their sight. How many."""
    with transaction.atomic():
        counter = _counter()
        old = FeedEvent.objects.filter(at__lt=now - timedelta(days=CONF.feed_days))
        newest = old.order_by("-number").values_list("number", flat=True).first()
        if counter is None or newest is None:
            return 0
        later = FeedEvent.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
        gone = old.filter(Exists(later)).delete()[0]
        counter.oldest = max(counter.oldest, newest)
        counter.save(update_fields=["oldest"])
    return gone


def forget_bodies(case: Case) -> None:
    """What the feed still says of a case that is made one of nobody: that it is gone."""
    FeedEvent.objects.filter(case=case).update(body=None, geom=None)


def _counter() -> FeedCounter | None:
    FeedCounter.objects.get_or_create(pk=1)
    return FeedCounter.objects.select_for_update(skip_locked=True).filter(pk=1).first()


@transaction.atomic
def _number(batch: int, now: datetime) -> int | None:
    """One batch; None when there is nothing to do, or nothing for us."""
    counter = _counter()
    if counter is None:
        return None
    pending = list(FeedPending.objects.order_by("pk")[:batch])
    if not pending:
        return None
    rows = CaseEvent.objects.in_bulk([p.event for p in pending])
    events = [rows[p.event] for p in pending if p.event in rows]
    events = [e for e in events if e.public or e.data.get("changed") or e.kind == OPENED]
    ids = {e.case_id for e in events}
    cases = Case.objects.select_related(
        "request_type", "department", "organisation", "district", "neighbourhood"
    ).in_bulk(ids)
    concerned = _concerned(ids, timezone.localdate(now))
    known = set(FeedEvent.objects.filter(case__in=ids).values_list("case", flat=True))
    made: list[FeedEvent] = []
    for event in events:
        case = cases[event.case_id]
        if case.pk not in known:
            known.add(case.pk)
            if event.kind != OPENED:
                made.append(_before(case, event))
        made.append(_entry(case, event, concerned))
    for number, one in enumerate(made, counter.number + 1):
        one.number = number
    FeedEvent.objects.bulk_create(made)
    FeedPending.objects.filter(pk__in=[p.pk for p in pending]).delete()
    counter.number += len(made)
    counter.save(update_fields=["number"])
    return len(events)


def _entry(case: Case, event: CaseEvent, concerned: Mapping[int, set[int]]) -> FeedEvent:
    gone = event.kind == "anonymised"
    return FeedEvent(
        case=case, kind=event.kind, at=event.at, body=None if gone else public_body(case),
        organisations=sorted(concerned.get(case.pk, ())), organisation=case.organisation_id,
        department_id=case.department_id, district=case.district_id,
        neighbourhood=case.neighbourhood_id, request_type_id=case.request_type_id, geom=case.geom,
    )  # fmt: skip


def _before(case: Case, event: CaseEvent) -> FeedEvent:
    """How the case stood before its first numbered event: the sum of the events before."""
    stood: dict[str, Any] = {}
    earlier = CaseEvent.objects.filter(case=case, pk__lt=event.pk).order_by("at", "pk")
    for changed in earlier.values_list("data__changed", flat=True):
        stood |= changed or {}

    def then(name: str) -> Any:
        return stood.get(
            name, None if name in event.data.get("changed", {}) else getattr(case, name)
        )

    organisation = then("organisation_id")
    return FeedEvent(
        case=case, kind=BEFORE, at=event.at, organisation=organisation,
        organisations=[organisation] if organisation else [], department_id=then("department_id"),
        district=then("district_id"), neighbourhood=then("neighbourhood_id"),
        request_type_id=then("request_type_id"), geom=case.geom,
    )  # fmt: skip


def _concerned(cases: Collection[int], today: Any) -> dict[int, set[int]]:
    """The organisations that each case concerns besides people who see everything."""
    bodies = {key(code): pk for pk, code in Organisation.objects.values_list("pk", "code")}
    over = Q(valid_to=None) | Q(valid_to__gt=today)
    drawn = RoutingArea.objects.filter(
        over, kind=RoutingArea.Kind.OWNER, geom__covers=OuterRef("geom")
    )
    rows = Case.objects.filter(pk__in=cases).annotate(
        drawn=ArraySubquery(drawn.values("owner")),
        referred=ArraySubquery(
            Referral.objects.filter(case=OuterRef("pk"))
            .exclude(accepted=False)
            .values("to_department__organisation")
        ),
    )
    found: dict[int, set[int]] = {}
    for pk, body, owners, referred, *registered in rows.values_list(
        "pk", "organisation", "drawn", "referred", "building__identifiers__owner",
        "parcel__identifiers__owner", "street__identifiers__owner",
    ):  # fmt: skip
        found[pk] = {body, *referred, *_owners([*owners, *registered], bodies)} - {None}
    return found


def _owners(words: Sequence[Any], bodies: Mapping[str, int]) -> set[int]:
    named = (key(word) for word in words if isinstance(word, str))
    return {bodies[word] for word in named if word in bodies}
