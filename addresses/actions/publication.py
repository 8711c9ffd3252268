"""The way of a draft: check, review, publish, reject; and the roll-back of what was published."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.rules.viewer import Viewer
from addresses.actions.boundary_shapes import rebuild_boundary_shapes
from addresses.actions.change_sets import publish, writing
from addresses.actions.drafting import NotAllowed, NotNow, Stale, open_draft
from addresses.actions.request_drafts import answer_published
from addresses.conf import CONF
from addresses.drafts.apply import NotApplicable, Problem, apply
from addresses.drafts.coverage import check_whole, faults
from addresses.drafts.lineage import note_lineage
from addresses.drafts.referred import check_referred
from addresses.drafts.reversal import reverse_of
from addresses.models import ChangeSet
from addresses.queries.policy import policy
from addresses.queries.quality import Found, findings, open_rules, rules_reading
from addresses.queries.rights import Rights, rights_of
from addresses.queries.where import AREA_WIDE, tables_written, touched
from addresses.rules.change_set_moves import MOVES, Move, hands, possible
from addresses.rules.effects import Touched, effects_of
from core.actions.jobs import enqueue
from core.rules.text import unmarked

log = logging.getLogger(__name__)

_TOLD = 200  # findings that a report names one by one


class OwnChange(NotAllowed):
    """Four eyes: nobody reviews or publishes what they changed themselves; what came from a file is
    reviewed by one person and published by another."""


class RolledBackAlready(NotNow):
    """A roll-back of this set is on its way, or has taken all of it back."""


class NotYet(NotNow):
    """The set is reviewed and waits for the day on which it comes into force."""


@contextmanager
def applied(change_set: ChangeSet, *, now: datetime) -> Iterator[dict[str, Any]]:
    """The register as it would be with the draft; everything is taken back at the end.

    Gives the counts by kind. Raises NotApplicable.
    """
    with transaction.atomic():
        counts = _write(change_set, now=now)
        yield counts
        transaction.set_rollback(True)


def check(change_set: ChangeSet, *, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Applies the draft, looks at what came of it, and takes it back. Gives and keeps the report.

    `problems` block: the set stays a draft. `quality` says which findings the draft brings and how
    many of those listed it mends, in the neighbourhoods that it touches; errors among them are the reviewer's to judge. `effects` are what other rooms say. Raises NotNow,
    NotAllowed, and Stale if somebody changed the draft meanwhile.
    """
    # Whoever changes the draft while it is looked at makes the report void.
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    may_check(change_set, viewer)
    report: dict[str, Any] = {"problems": [], "counts": {}, "effects": {}, "neighbourhoods": 0}
    try:
        with applied(change_set, now=now) as counts:
            areas = touched(change_set)
            rules = rules_reading(tables_written(change_set))
            would_be = _quality(areas, rules)
            report["counts"] = counts
            report["neighbourhoods"] = len(areas)
            report["effects"] = effects_of(Touched(change_set.pk, areas, bool(_moved(counts))))
        # A rule that finds nothing now and has nothing on its list has nothing to compare.
        compared = {found.rule for found in would_be.values()} | rules & open_rules(areas)
        report["quality"] = _difference(_quality(areas, compared), would_be)
    except NotApplicable as error:
        report["problems"] = [problem.as_json() for problem in error.problems]
    if not report["problems"] and not any(n for c in report["counts"].values() for n in c.values()):
        report["problems"] = [Problem("", "", "", "", "empty").as_json()]
    with _locked(change_set, version=change_set.version) as locked:
        locked.report, locked.checked_at = report, now
        locked.state = "DRAFT" if report["problems"] else MOVES[Move.CHECK][1]
        locked.save()
    return report


def may_check(change_set: ChangeSet, viewer: Viewer) -> None:
    """Its author may have it checked, and whoever reviews. Raises NotAllowed, NotNow."""
    rights = rights_of(viewer)
    if not ((rights.edit and change_set.author_id == viewer.user_id) or rights.review):
        raise NotAllowed
    if not possible(change_set.state, Move.CHECK):
        raise NotNow


def review(change_set: ChangeSet, *, viewer: Viewer, now: datetime) -> ChangeSet:
    """Somebody with the right to has looked at it and lets it pass. Raises OwnChange, NotAllowed,
    NotNow, and Stale if it is no longer what they saw (`change_set.seen`)."""
    with _locked(change_set, version=change_set.seen) as locked:
        _may(rights_of(viewer), Move.REVIEW, locked, viewer)
        locked.state, locked.reviewed_at = MOVES[Move.REVIEW][1], now
        locked.reviewer_id = viewer.user_id
        locked.save()
    return locked


def reject(change_set: ChangeSet, *, viewer: Viewer, reason: str, now: datetime) -> ChangeSet:
    """Ends a draft; its changes stay readable. Its author may do it, or whoever reviews."""
    with _locked(change_set, version=change_set.seen) as locked:
        rights = rights_of(viewer)
        if not (rights.review or (rights.edit and locked.author_id == viewer.user_id)):
            raise NotAllowed
        if not possible(locked.state, Move.REJECT):
            raise NotNow
        locked.state, locked.rejected_at = MOVES[Move.REJECT][1], now
        locked.rejection = unmarked(reason)
        locked.save()
    return locked


def publish_draft(change_set: ChangeSet, *, viewer: Viewer, now: datetime) -> ChangeSet:
    """Writes a reviewed draft to the register: all of it under one number, or nothing.

    A set that comes into force later is marked with its publisher and published on that day by a
    job. Raises NotApplicable if the register has changed since (nothing is written), OwnChange,
    NotAllowed, NotNow, Stale.
    """
    with _locked(change_set, version=change_set.seen) as locked:
        _may(rights_of(viewer), Move.PUBLISH, locked, viewer)
        locked.publisher_id = viewer.user_id
        if locked.effective_from is not None and locked.effective_from > timezone.localdate(now):
            locked.save()
            return locked
        _publish(locked, now=now)
    return locked


def publish_due(*, now: datetime) -> list[int]:
    """Publishes the sets whose day has come; gives their numbers. One that no longer fits goes back
    to draft with its problems; one that fails otherwise is logged and tried again the next time."""
    numbers = []
    for pk in list(_due(now).values_list("pk", flat=True)):
        try:
            number = _publish_if_due(pk, now=now)
        except Exception:  # one set's failure never holds up the others
            log.exception("change set %s could not be published on its day", pk)
            continue
        if number is not None:
            numbers.append(number)
    return numbers


def _due(now: datetime) -> QuerySet[ChangeSet]:
    return ChangeSet.objects.filter(
        state=ChangeSet.State.REVIEWED,
        publisher__isnull=False,
        effective_from__lte=timezone.localdate(now),
    ).order_by("effective_from", "pk")


def _publish_if_due(pk: int, *, now: datetime) -> int | None:
    """Its number, or None: it is looked at under its lock whether it is still reviewed and due."""
    # The database asks the conditions again once it holds the row.
    due = _due(now).select_for_update(no_key=True).filter(pk=pk)
    try:
        with transaction.atomic():
            locked = due.first()
            return _publish(locked, now=now) if locked is not None else None
    except NotApplicable as error:
        with transaction.atomic():
            if (locked := due.first()) is not None:
                problems = [problem.as_json() for problem in error.problems]
                locked.state, locked.report = "DRAFT", locked.report | {"problems": problems}
                locked.publisher = locked.reviewer = None
                locked.save()
    return None


@transaction.atomic
def roll_back(
    change_set: ChangeSet,
    *,
    viewer: Viewer,
    reason: str,
    now: datetime,
    correct_past: bool = False,
) -> ChangeSet:
    """A new draft that takes a published set back: what it made is retired, what it changed gets
    the values of before. Records that were changed again since are left as they are, and the
    draft's summary says which.

    It ends what the set did on the day of its own publication. With `correct_past` the set was wrong
    from its beginning: the draft is a correction, and "as of" any day no longer shows it. Raises NotNow for a set that is not published, RolledBackAlready."""
    with _locked(change_set) as locked:  # two at once would both find none
        if locked.number is None:
            raise NotNow
        if is_rolled_back(locked):
            raise RolledBackAlready
    title = f"↶ {change_set.number} {change_set.title}"
    draft = open_draft(
        viewer=viewer,
        kind=ChangeSet.Kind.CORRECTION if correct_past else ChangeSet.Kind.ROLLBACK,
        title=title,
        reason=reason,
        now=now,
        rolls_back=change_set,
    )
    if rights_of(viewer).neighbourhoods is not None and not (
        touched(change_set) <= (rights_of(viewer).neighbourhoods or frozenset())
    ):
        raise NotAllowed
    draft.summary = {"left": reverse_of(change_set, draft)}
    draft.save(update_fields=["summary"])
    return draft


def is_rolled_back(change_set: ChangeSet) -> bool:
    """Whether a roll-back is on its way, or is published and left nothing behind."""
    others = change_set.roll_backs.exclude(state=ChangeSet.State.REJECTED)
    return any(other.number is None or not other.summary.get("left") for other in others)


def _publish(locked: ChangeSet, *, now: datetime) -> int:
    """Writes, numbers, and lets the rest of the house know; inside the caller's transaction."""
    counts = _write(locked, now=now)
    locked.summary = {**locked.summary, "counts": counts}
    if _moved(counts):
        rebuild_boundary_shapes()
    areas = sorted(touched(locked))
    locked.save()
    number = publish(locked, now=now)
    answer_published(locked, now=now)
    enqueue(
        name="addresses.inspect_quality",
        payload={"neighbourhoods": areas},
        key=f"addresses.inspect_quality:{number}",
    )
    return number


def _write(change_set: ChangeSet, *, now: datetime) -> dict[str, Any]:
    """Applies the draft within its own set; what it has changed already it would change again."""
    # The first load of a source does not know since when its records hold.
    if change_set.effective_from is None and change_set.kind != ChangeSet.Kind.IMPORT:
        change_set.effective_from = timezone.localdate(now)
    before = faults(change_set)
    try:
        with writing(change_set):
            done = apply(change_set)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            note_lineage(change_set)
        check_referred(change_set)
        check_whole(change_set, before)
    except OperationalError:  # another transaction, or the server: not the draft's fault
        raise
    except DatabaseError as error:
        # The database's own rules: a day before the record's present version, for one.
        words = str(error).strip().splitlines()[0]
        raise NotApplicable([Problem("", "", "", words, "refused")]) from error
    return done.counts


def _quality(areas: frozenset[int], rules: set[str]) -> dict[Any, Found]:
    """What these rules find in these neighbourhoods; too many for a look at once are left to the
    nightly run."""
    if not areas or len(areas) > CONF.checked_areas_max:
        return {}
    return {found.key: found for found in findings(areas, rules)}


def _difference(before: dict[Any, Found], after: dict[Any, Found]) -> dict[str, Any]:
    new = [f for key, f in after.items() if key not in before]
    told = [
        {"rule": f.rule, "entity": f.entity, "label": f.label, "detail": f.detail}
        for f in new[:_TOLD]
    ]
    by_rule = Counter(f.rule for f in new)
    mended = sum(key not in after for key in before)
    return {"new": told, "new_by_rule": dict(by_rule), "mended": mended}


def _moved(counts: dict[str, Any]) -> bool:
    return any(name in counts for name in AREA_WIDE)


def _may(rights: Rights, move: Move, change_set: ChangeSet, viewer: Viewer) -> None:
    if not (rights.review if move == Move.REVIEW else rights.publish):
        raise NotAllowed
    if not possible(change_set.state, move):
        raise NotNow
    own = hands(
        move,
        author=change_set.author_id,
        editors=change_set.editors,
        reviewer=change_set.reviewer_id,
    )
    if viewer.user_id in own and policy().four_eyes:
        raise OwnChange


@contextmanager
def _locked(change_set: ChangeSet, *, version: int | None = None) -> Iterator[ChangeSet]:
    with transaction.atomic():
        locked = ChangeSet.objects.select_for_update(no_key=True).get(pk=change_set.pk)
        if version is not None and locked.version != version:
            raise Stale
        yield locked
