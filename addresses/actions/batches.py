"""Batches: a table comes in, its chunks are geocoded by a worker, and after some days all is gone.

The chunks are the list of what is to be done: one without finds is still to do, and finds are kept
with their figures in one statement. So a worker may end at any instant; nothing is lost, and
nothing is done twice.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.sheets import open_sheet
from addresses.models import GeocodeBatch, GeocodeChunk
from addresses.queries.geocoded_rows import (
    FAILED,
    NOT_FOUND,
    SKIPPED,
    SURE,
    UNSURE,
    Find,
    geocode_rows,
    text_of,
)
from addresses.rules.columns import guess
from core.actions import jobs
from core.actions.jobs import enqueue
from core.models import Job
from core.rules.handlers import Payload, Progress, Unfinished

JOB = "addresses.geocode_batch"


class TooManyBatches(Exception):
    """The person has too many unfinished ones, or has made too many today. Says so in words."""


def take_in(
    data: bytes,
    *,
    name: str,
    owner: int | None,
    now: datetime,
    encoding: str = "",
    delimiter: str = "",
) -> GeocodeBatch:
    """Keeps a table as a batch that is not begun yet, with its likely columns chosen.

    Raises ImportRefused naming what is wrong with the file, and TooManyBatches.
    """
    if len(data) > CONF.batch_bytes_max:
        words = _("The file is too large: at most %s MB.") % (CONF.batch_bytes_max // 1024**2)
        raise ImportRefused("file", words)
    if owner is not None:
        _allow(owner, now)
    sheet = open_sheet(data, encoding=encoding, delimiter=delimiter)
    with transaction.atomic():
        batch = GeocodeBatch.objects.create(
            owner_id=owner,
            name=name[:200],
            sha256=fingerprint(data, encoding, delimiter),
            form=sheet.form,
            delimiter=sheet.delimiter,
            header=sheet.header,
            columns=guess(sheet.header),
            created_at=now,
            expires_at=now + timedelta(days=CONF.batch_days),
        )
        batch.rows = _keep(batch, sheet.rows)
        if not batch.rows:
            raise ImportRefused("file", _("The table has a header and no rows."))
        batch.save(update_fields=["rows"])
    return batch


def fingerprint(data: bytes, encoding: str, delimiter: str) -> str:
    """Of a table and the way it is read."""
    return hashlib.sha256(f"{encoding}\0{delimiter}\0".encode() + data).hexdigest()


def choose(batch: GeocodeBatch, columns: Sequence[int]) -> None:
    """Sets the columns (positions) that make the address. Raises ImportRefused for wrong ones."""
    if not columns or len(set(columns)) != len(columns):
        raise ImportRefused("columns", _("Choose at least one column, each once."))
    if not all(0 <= position < len(batch.header) for position in columns):
        raise ImportRefused("columns", _("There is no such column."))
    batch.columns = list(columns)
    batch.save(update_fields=["columns"])


def named_columns(header: Sequence[str], names: Sequence[str]) -> list[int]:
    """The positions of columns by their names. Raises ImportRefused for a name that is not there."""
    for name in names:
        if name not in header:
            raise ImportRefused("columns", _("There is no column %s.") % name[:60])
    return [list(header).index(name) for name in names]


def begin(batch: GeocodeBatch) -> Job:
    """Gives the batch to the workers; a second time it is the same job."""
    job = enqueue(name=JOB, payload={"batch": batch.pk}, key=f"{JOB}:{batch.pk}")
    GeocodeBatch.objects.filter(pk=batch.pk).update(job=job)
    batch.job = job
    return job


def cancel(batch: GeocodeBatch, *, now: datetime) -> bool:
    """Stops the work behind the chunk that is being done; what is done stays."""
    return batch.job_id is not None and jobs.cancel(job_id=batch.job_id, now=now)


def resume(batch: GeocodeBatch, *, now: datetime) -> bool:
    """Goes on with the first chunk that is not done, after a stop or a failure."""
    return batch.job_id is not None and jobs.resume(job_id=batch.job_id, now=now)


def remove(batch: GeocodeBatch, *, now: datetime) -> None:
    """Deletes the batch with all its texts; a worker that is at it stops."""
    cancel(batch, now=now)
    job_id = batch.job_id
    batch.delete()
    if job_id is not None:
        Job.objects.filter(pk=job_id).delete()


def forget_expired(*, now: datetime) -> int:
    """Deletes what has been kept long enough; returns how many batches."""
    old = list(GeocodeBatch.objects.filter(expires_at__lt=now))
    for batch in old:
        remove(batch, now=now)
    return len(old)


def work(payload: Payload, progress: Progress) -> Payload:
    """The job's work: chunks for a while, then Unfinished lets other jobs by."""
    batch = GeocodeBatch.objects.filter(pk=payload["batch"]).first()
    if batch is None:  # deleted meanwhile
        return {}
    began = time.monotonic()

    def told(done: int) -> None:
        progress(done / batch.rows)
        if time.monotonic() - began > CONF.batch_share_s:
            raise Unfinished

    geocode_chunks(batch, told)
    return {"rows": batch.rows}


def geocode_chunks(batch: GeocodeBatch, done: Callable[[int], None]) -> None:
    """Geocodes the chunks that are not done; `done` is told after each how many rows are."""
    left = list(batch.chunks.filter(found="").order_by("first").values_list("pk", "rows"))
    rows = batch.rows - sum(count for _pk, count in left)
    for pk, count in left:
        chunk = GeocodeChunk.objects.filter(pk=pk).first()
        if chunk is None:  # the batch was deleted: the next report says so
            continue
        texts = [text_of(batch.header, batch.columns, row) for row in json.loads(chunk.cells)]
        _store(chunk, geocode_rows(texts))
        rows += count
        done(rows)


def _store(chunk: GeocodeChunk, finds: Sequence[Find]) -> None:
    """Keeps the finds unless another worker was faster."""
    statuses = [find.status for find in finds]
    GeocodeChunk.objects.filter(pk=chunk.pk, found="").update(
        found=json.dumps([find.cells for find in finds], ensure_ascii=False),
        sure=statuses.count(SURE),
        unsure=statuses.count(UNSURE),
        missing=sum(statuses.count(s) for s in (NOT_FOUND, SKIPPED, FAILED)),
    )


def _keep(batch: GeocodeBatch, rows: Iterable[list[str]]) -> int:
    """Stores the rows in chunks; returns how many there are."""
    count = 0
    remaining = iter(rows)
    while chunk := list(islice(remaining, CONF.batch_chunk)):
        if count + len(chunk) > CONF.batch_rows_max:
            words = _("The table is too long: at most %s rows.") % CONF.batch_rows_max
            raise ImportRefused("file", words)
        GeocodeChunk.objects.create(
            batch=batch,
            first=count + 1,
            rows=len(chunk),
            cells=json.dumps(chunk, ensure_ascii=False),
        )
        count += len(chunk)
    return count


def _allow(owner: int, now: datetime) -> None:
    own = GeocodeBatch.objects.filter(owner=owner)
    if own.filter(created_at__gt=now - timedelta(days=1)).count() >= CONF.batches_a_day:
        words = _("You have made %s batches within a day. Try again tomorrow.")
        raise TooManyBatches(words % CONF.batches_a_day)
    running = own.filter(job__state__in=[Job.State.WAITING, Job.State.RUNNING])
    if running.count() >= CONF.batches_at_once:
        words = _("%s of your batches are not finished. Wait for one, or stop one.")
        raise TooManyBatches(words % CONF.batches_at_once)
