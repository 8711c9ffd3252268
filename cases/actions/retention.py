"""Retention: what ended longer ago than its type allows is forgotten, batch by batch."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cases.actions.forgetting import delete_files, forget_case
from cases.models import Case, Tombstone
from cases.rules.lifecycle import ENDED, State

_BATCH = 200
_WITHOUT_TYPE = 3650  # days; what was never given a type is kept as long as a type is by default


@dataclass
class Retained:
    """`due` cases by the code of their type; how many of them were forgotten."""

    due: dict[str, int] = field(default_factory=dict)
    forgotten: int = 0


def cases_due(now: datetime) -> QuerySet[Case]:
    """Cases that ended longer ago than their type allows, and are not forgotten. A case that is part
    of an open one, has open parts or open duplicates, is needed by them still."""
    days = Coalesce(F("request_type__retention_days"), Value(_WITHOUT_TYPE))
    kept = ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())
    ended = [s for s in ENDED if s != State.RESOLVED]  # what is resolved is closed within days
    relatives = Q(parent__isnull=False, parent__closed_at=None) | Q(
        duplicate_of__isnull=False, duplicate_of__closed_at=None
    )
    return (
        Case.objects.filter(state__in=ended, tombstone=None, closed_at__isnull=False)
        .annotate(kept=kept)
        .filter(closed_at__lt=Value(now) - F("kept"))
        .exclude(relatives)
    )


def what_is_due(now: datetime) -> Retained:
    """What `apply_retention` would forget, counted by type; nothing is changed."""
    found = Retained()
    for code in cases_due(now).values_list("request_type__code", flat=True).iterator():
        found.due[code or "–"] = found.due.get(code or "–", 0) + 1
    return found


def apply_retention(*, now: datetime, batch: int = _BATCH, limit: int = 0) -> Retained:
    """Forgets what is due, `batch` cases in one transaction, at most `limit` (0: all). It may be
    stopped at any moment and begun again; a second run finds nothing left to do."""
    for stone in Tombstone.objects.exclude(files=[]).values_list("pk", flat=True):
        delete_files(stone)  # a run that died between its commit and this
    found = Retained()
    while not limit or found.forgotten < limit:
        size = min(batch, limit - found.forgotten) if limit else batch
        with transaction.atomic():
            rows = list(
                cases_due(now)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("request_type")
                .order_by("closed_at", "pk")[:size]
            )
            for case in rows:
                kind = case.request_type
                code = kind.code if kind else "–"
                days = kind.retention_days if kind else _WITHOUT_TYPE
                assert case.closed_at is not None
                forget_case(
                    case, cause=Tombstone.Cause.RETENTION, actor=None, now=now,
                    policy={"type": code, "days": days, "ended": case.closed_at.isoformat()},
                )  # fmt: skip
                found.due[code] = found.due.get(code, 0) + 1
        found.forgotten += len(rows)
        if len(rows) < size:
            break
    return found
