"""Enqueue, claim, run and finish machine work.

A worker that dies leaves its row RUNNING with a lease that runs out; the sweep then gives it to
another. The token fences the first one off: a worker whose lease was taken over cannot finish.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.models import Job
from core.rules.handlers import HANDLERS, Handler, Unfinished

log = logging.getLogger(__name__)


class JobCancelled(Exception):
    """Somebody cancelled the job, or its lease was taken over, while it ran."""


def enqueue(
    *,
    name: str,
    payload: dict[str, Any] | None = None,
    key: str | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Stores a job, or returns the one that already has this key. It starts when it is committed."""
    if name not in HANDLERS:
        raise LookupError(f"No job is called {name!r}.")
    defaults = {"name": name, "payload": payload or {}, "due_at": due_at or timezone.now()}
    if key is None:
        return Job.objects.create(**defaults)
    return Job.objects.get_or_create(key=key, defaults=defaults)[0]


def cancel(*, job_id: int, now: datetime) -> bool:
    """Cancels a job that is not finished; a running one notices at its next progress report."""
    unfinished = Job.objects.filter(pk=job_id, state__in=[Job.State.WAITING, Job.State.RUNNING])
    return bool(unfinished.update(state=Job.State.CANCELLED, finished_at=now, lease_token=None))


def resume(*, job_id: int, now: datetime) -> bool:
    """Lets a job that was cancelled, or has failed, begin again; its attempts count anew.

    A worker that still holds the cancelled one is fenced off, as by a lost lease.
    """
    ended = Job.objects.filter(pk=job_id, state__in=[Job.State.FAILED, Job.State.CANCELLED])
    return bool(
        ended.update(
            state=Job.State.WAITING, due_at=now, attempt=0, error="", finished_at=None
        )
    )  # fmt: skip


def schedule_recurring(*, now: datetime) -> int:
    """Enqueues this period's job of every recurring handler, once; returns how many are new."""
    new = 0
    for handler in HANDLERS.values():
        if handler.every is None:
            continue
        slot = int(now.timestamp() // handler.every.total_seconds())
        key = f"{handler.name}:{slot}"
        new += Job.objects.get_or_create(key=key, defaults={"name": handler.name, "due_at": now})[1]
    if new:
        _forget_old(now)
    return new


def _forget_old(now: datetime) -> None:
    """Recurring jobs that went well are of no interest after a day.

    Others keep their key for ever: two jobs with one key are one job.
    """
    names = [name for name, handler in HANDLERS.items() if handler.every is not None]
    old = Job.objects.filter(
        state=Job.State.DONE, name__in=names, finished_at__lt=now - timedelta(days=1)
    )
    old.filter(key__regex=r":\d+$").delete()


def run_due(*, now: datetime, limit: int = 20) -> int:
    """Runs jobs that are due, one after the other; returns how many it ran."""
    ran, began = 0, time.monotonic()
    # A lease counts from the moment of its own claim, however long the jobs before it took.
    while ran < limit and (
        claimed := _claim(now=now + timedelta(seconds=time.monotonic() - began))
    ):
        _run(*claimed)
        ran += 1
    return ran


def _claim(*, now: datetime) -> tuple[Job, Handler] | None:
    """Takes one due job: waiting, or running on a lease that has run out."""
    with transaction.atomic():
        due = Q(state=Job.State.WAITING, due_at__lte=now)
        lost = Q(state=Job.State.RUNNING, lease_until__lt=now)
        jobs = Job.objects.select_for_update(skip_locked=True).filter(due | lost, name__in=HANDLERS)
        while (job := jobs.order_by("due_at", "pk").first()) is not None:
            handler = HANDLERS[job.name]
            if job.attempt < handler.attempts:
                break
            # It has taken every one of its workers with it: nobody else is given to it.
            job.state, job.finished_at, job.lease_token = Job.State.FAILED, now, None
            job.error = job.error or "The worker was lost each time."
            job.save(update_fields=["state", "finished_at", "lease_token", "error"])
        if job is None:
            return None
        job.state, job.attempt = Job.State.RUNNING, job.attempt + 1
        job.lease_token, job.lease_until = uuid.uuid4(), now + handler.lease
        job.save(update_fields=["state", "attempt", "lease_token", "lease_until"])
        return job, handler


def _run(job: Job, handler: Handler) -> None:
    try:
        result = handler.run(job.payload, _progress_of(job))
        with transaction.atomic():  # a result that cannot be stored is a failure like any other
            _finish(job, state=Job.State.DONE, result=result, progress=1.0, error="")
    except JobCancelled:
        return
    except Unfinished:
        Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
            state=Job.State.WAITING, due_at=timezone.now(), attempt=0, lease_token=None, error=""
        )
    except Exception as error:  # a job may fail in any way; the row says how
        log.exception("job %s failed", job)
        _fail(job, handler, error)


def _progress_of(job: Job) -> Callable[..., None]:
    handler = HANDLERS[job.name]

    def report(done: float, message: str = "") -> None:
        kept = Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
            progress=done, message=message, lease_until=timezone.now() + handler.lease
        )
        if not kept:
            raise JobCancelled(str(job))

    return report


def _fail(job: Job, handler: Handler, error: Exception) -> None:
    text = "".join(traceback.format_exception_only(error)).strip()
    if job.attempt >= handler.attempts:
        _finish(job, state=Job.State.FAILED, error=text)
        return
    wait = timedelta(seconds=15 * 4 ** (job.attempt - 1))
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        state=Job.State.WAITING, due_at=timezone.now() + wait, lease_token=None, error=text
    )


def _finish(job: Job, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(
        finished_at=timezone.now(), lease_token=None, **values
    )
