"""Outside indicators: defined, filled by files, and files undone.

An import is one transaction. It replaces everything of the places and periods that it holds, whatever the
category; what it replaced is kept, so that the last import can be undone, and then the one before it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from addresses.exchange.errors import ImportRefused
from core.actions import jobs
from core.models import Job
from core.rules.handlers import Payload, Progress
from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.queries.outside_reading import (
    Reading,
    Spot,
    Value,
    guessed_mark,
    header_and_rows,
    missing_choice,
    read_values,
)
from spatial_analytics.rules.indicators import BUILT_IN
from spatial_analytics.rules.outside import ROLES, Unreadable, guess, period
from tiles.actions.versions import data_changed

JOB = "spatial_analytics.import_outside"
_BATCH = 5_000


class NotTheLast(Exception):
    """Only the last import of an indicator can be undone."""


@transaction.atomic
def define(row: OutsideIndicator, *, meaning_changed: bool = False) -> OutsideIndicator:
    """Stores an indicator, new or changed. Raises ValueError for a code of a built-in one."""
    if row.code in BUILT_IN:
        raise ValueError(row.code)
    if row.pk and meaning_changed:
        row.version += 1
    row.save()
    data_changed("outside")
    return row


# ── A file comes in ──────────────────────────────────────────────────────────────────────────────


def take_in(
    indicator: OutsideIndicator, data: bytes, *, name: str, by: int | None, now: datetime
) -> OutsideImport:
    """Keeps a file as a draft with its likely columns chosen. Raises ImportRefused."""
    if len(data) > CONF.outside_bytes:
        words = _("The file is too large: at most %s MB.") % (CONF.outside_bytes // 1024**2)
        raise ImportRefused("file", words)
    header, rows, _delimiter = header_and_rows(data, CONF.outside_at_once + 1)
    came = OutsideImport(
        indicator=indicator,
        by_id=by,
        name=name.replace("\0", "")[:200],
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        header=header,
        choices={"columns": guess(header, indicator.columns, indicator.level)},
        rows=len(rows),
        created_at=now,
    )
    came.choices["mark"] = guessed_mark(came)
    came.save()
    return came


def choose(came: OutsideImport, columns: Mapping[str, int], *, mark: str, fixed: str) -> None:
    """Says what the columns of a draft are (role → position), the decimal mark (empty: as it looks) and the period
    of a table without such a column. Raises ImportRefused for what cannot be."""
    if came.state != OutsideImport.State.DRAFT or under_way(came):
        raise ImportRefused("state", _("This file was imported already."))
    if not columns.keys() <= ROLES.keys() or mark not in ("", ",", "."):
        raise ImportRefused("columns", _("There is no such column."))
    if not all(0 <= position < len(came.header) for position in columns.values()):
        raise ImportRefused("columns", _("There is no such column."))
    came.choices = {"columns": dict(columns), "mark": mark, "period": fixed[:40]}
    came.choices["mark"] = mark or guessed_mark(came)
    came.save(update_fields=["choices"])
    if missing := missing_choice(came.indicator, dict(columns), fixed):
        raise ImportRefused("columns", missing)
    if fixed and not {"period", "year"} & columns.keys():
        try:
            period(fixed, came.indicator.step)
        except Unreadable:
            raise ImportRefused("period", _("The period cannot be read.")) from None


def begin(came: OutsideImport, *, now: datetime) -> OutsideImport:
    """Imports a small table at once, gives a large one to the workers. A second time changes nothing.
    Raises ImportRefused."""
    if came.state != OutsideImport.State.DRAFT:
        return came
    if came.rows <= CONF.outside_at_once:
        return store(came, read_values(came), now=now)
    if missing := missing_choice(
        came.indicator, came.choices.get("columns", {}), came.choices.get("period", "")
    ):
        raise ImportRefused("columns", missing)
    with transaction.atomic():
        locked = OutsideImport.objects.select_for_update().get(pk=came.pk)
        if not under_way(locked):
            locked.job = jobs.enqueue(name=JOB, payload={"import": came.pk})
            locked.save(update_fields=["job"])
    return locked


def under_way(came: OutsideImport) -> bool:
    """Whether a worker is at it, or will be."""
    return came.job is not None and came.job.state in (Job.State.WAITING, Job.State.RUNNING)


def work(payload: Payload, progress: Progress, *, now: datetime) -> Payload:
    """The job's work; cancelled before the values are stored, it leaves nothing."""
    came = OutsideImport.objects.filter(pk=payload["import"]).select_related("indicator").first()
    if came is None or came.state != OutsideImport.State.DRAFT:
        return {}
    try:
        reading = read_values(came, progress=progress)
    except ImportRefused as refused:
        return {"refused": refused.reason}
    progress(0.8)
    done = store(came, reading, now=now)
    return {"values": done.taken, "changed": done.changed}


def cancel(came: OutsideImport, *, now: datetime) -> bool:
    """Stops an import that a worker is at; the draft stays."""
    return came.job_id is not None and jobs.cancel(job_id=came.job_id, now=now)


# ── Values are stored ────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def store(came: OutsideImport, reading: Reading, *, now: datetime) -> OutsideImport:
    """Makes a reading the present values of the places and periods that it holds. What is the same stays as it
    is: an import of the same table changes nothing."""
    indicator = OutsideIndicator.objects.select_for_update().get(pk=came.indicator_id)
    locked = OutsideImport.objects.select_for_update().get(pk=came.pk)
    if locked.state != OutsideImport.State.DRAFT:
        return locked
    if not reading.values:
        raise ImportRefused("file", _("No row of the table can be used."))
    old = _present(indicator, {begin for _key, begin, _category in reading.values})
    covered = {spot[:2] for spot in reading.values}
    gone = {
        spot: row.pk for spot, row in old.items()
        if spot[:2] in covered and not _same(row, reading.values.get(spot))
    }  # fmt: skip
    replaced = list(gone.values())
    fresh = {s: v for s, v in reading.values.items() if s not in old or not _same(old[s], v)}
    for start in range(0, len(replaced), _BATCH):
        OutsideValue.objects.filter(pk__in=replaced[start : start + _BATCH]).update(
            replaced_by=locked
        )
    OutsideValue.objects.bulk_create(
        (
            OutsideValue(
                indicator=indicator, key=key, begin=begin, category=category,
                value=one.value, weight=one.weight, came_with=locked,
            )
            for (key, begin, category), one in fresh.items()
        ),
        batch_size=_BATCH,
    )  # fmt: skip
    locked.rows = reading.rows
    locked.taken = len(reading.values)
    locked.changed = len(fresh.keys() | gone.keys())
    locked.refused = reading.refusals
    locked.reasons = [asdict(one) for one in reading.refused]
    locked.state, locked.imported_at, locked.data = OutsideImport.State.DONE, now, None
    locked.save()
    names = {role: locked.header[at] for role, at in locked.choices["columns"].items()}
    OutsideIndicator.objects.filter(pk=indicator.pk).update(columns=names)
    data_changed("outside")
    return locked


def _present(indicator: OutsideIndicator, begins: set[date]) -> dict[Spot, OutsideValue]:
    rows = OutsideValue.objects.filter(
        indicator=indicator, replaced_by=None, begin__in=sorted(begins)
    )
    return {(row.key, row.begin, row.category): row for row in rows}


def _same(row: OutsideValue, one: Value | None) -> bool:
    return one is not None and (row.value, row.weight) == (one.value, one.weight)


@transaction.atomic
def undo(came: OutsideImport, *, now: datetime) -> OutsideImport:
    """Puts back what was before an import. Raises NotTheLast for one that is not the indicator's last."""
    OutsideIndicator.objects.select_for_update().get(pk=came.indicator_id)
    last = last_import(came.indicator)
    if last is None or last.pk != came.pk:
        raise NotTheLast
    OutsideValue.objects.filter(came_with=last).delete()
    OutsideValue.objects.filter(replaced_by=last).update(replaced_by=None)
    last.state, last.undone_at = OutsideImport.State.UNDONE, now
    last.save(update_fields=["state", "undone_at"])
    data_changed("outside")
    return last


def last_import(indicator: OutsideIndicator) -> OutsideImport | None:
    """The one that can be undone."""
    done = OutsideImport.objects.filter(indicator=indicator, state=OutsideImport.State.DONE)
    return done.order_by("-imported_at", "-pk").first()


def discard(came: OutsideImport, *, now: datetime) -> None:
    """Deletes a draft with its file; a worker that is at it stops."""
    cancel(came, now=now)
    OutsideImport.objects.filter(pk=came.pk, state=OutsideImport.State.DRAFT).delete()


def forget_drafts(*, now: datetime) -> int:
    """Deletes drafts that nobody has come back to, with their files."""
    old = now - timedelta(days=CONF.outside_draft_days)
    idle = Q(job=None) | ~Q(job__state__in=[Job.State.WAITING, Job.State.RUNNING])
    drafts = OutsideImport.objects.filter(idle, state=OutsideImport.State.DRAFT, created_at__lt=old)
    return drafts.delete()[0]
