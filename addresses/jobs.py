"""Recurring and long work of this room."""

from datetime import timedelta

from django.utils import timezone

from accounts.rules.clients import REGISTRY_READ
from addresses.actions import batches, checking, extracts, file_drop
from addresses.actions.publication import publish_due
from addresses.actions.quality import count_day, inspect
from addresses.queries import feed
from addresses.queries.checking import JOB
from core.rules.handlers import Payload, Progress, job
from notifications.rules.topics import Topic, topic

topic(
    Topic(
        feed.TOPIC, (feed.ADVANCED,), REGISTRY_READ, latest=feed.latest, oldest=feed.oldest,
        since=feed.letters,
    )
)  # fmt: skip


@job(extracts.JOB, attempts=2)
def make_extract(payload: Payload, progress: Progress) -> Payload:
    """A large extract of the register, as a file."""
    return extracts.make(payload, progress)


@job(batches.JOB, lease=timedelta(minutes=3))
def geocode_batch(payload: Payload, progress: Progress) -> Payload:
    """A table of addresses, chunk by chunk."""
    return batches.work(payload, progress)


@job("addresses.forget_batches", every=timedelta(hours=1), attempts=1)
def forget_batches(payload: Payload, progress: Progress) -> Payload:
    """Tables that have been kept long enough."""
    return {"batches": batches.forget_expired(now=timezone.now())}


@job(JOB, attempts=2)
def check_draft(payload: Payload, progress: Progress) -> Payload:
    """A large draft, written and taken back."""
    return checking.work(payload, progress, now=timezone.now())


@job("addresses.publish_due", every=timedelta(minutes=15), attempts=1)
def publish_what_is_due(payload: Payload, progress: Progress) -> Payload:
    """Change sets whose day has come."""
    return {"numbers": publish_due(now=timezone.now())}


@job("addresses.watch_drop", every=timedelta(minutes=5), attempts=1)
def watch_drop(payload: Payload, progress: Progress) -> Payload:
    """Files that other systems have put into the drop folder."""
    taken = file_drop.watch(now=timezone.now())
    return {"files": [f"{one.path}: {one.state}" for one in taken]}


@job("addresses.inspect_quality", attempts=3)
def inspect_what_changed(payload: Payload, progress: Progress) -> Payload:
    """The neighbourhoods (ids) that a published change set touched."""
    result = inspect(payload["neighbourhoods"], now=timezone.now())
    return {"run": result.run.pk, "open": sum(t.open for t in result.rules.values())}


@job("addresses.inspect_register", every=timedelta(days=1), attempts=2)
def inspect_register(payload: Payload, progress: Progress) -> Payload:
    """Nightly: the whole register, and the day's counts for the trend."""
    now = timezone.now()
    result = inspect(None, now=now)
    return {"run": result.run.pk, "counts": count_day(now=now)}
