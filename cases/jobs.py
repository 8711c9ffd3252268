"""Machine work of this room."""

from datetime import timedelta

from django.utils import timezone

from accounts.rules.clients import CASES_READ
from cases.actions.bulk import JOB as BULK
from cases.actions.bulk import run_bulk
from cases.actions.clocks import escalate, rewind
from cases.actions.feed import forget_numbers, number_events
from cases.actions.move import close_resolved, give_up_unanswered
from cases.actions.remote import follow_due
from cases.actions.rerouting import reroute
from cases.actions.retention import apply_retention
from cases.actions.sending import send_due
from cases.actions.trying import try_on_last_year
from cases.queries import feed
from core.rules.handlers import Payload, Progress, job
from notifications.rules.topics import Topic, topic

topic(
    Topic(
        feed.TOPIC, feed.KINDS, CASES_READ, latest=feed.latest, oldest=feed.oldest,
        since=feed.letters, may=feed.may_follow,
    )
)  # fmt: skip


@job("cases.end_what_waits", every=timedelta(minutes=15))
def end_what_waits(payload: Payload, progress: Progress) -> Payload:
    """Questions that nobody answered, results that nobody objected to."""
    now = timezone.now()
    return {"unanswered": give_up_unanswered(now=now), "lapsed": close_resolved(now=now)}


@job("cases.escalate", every=timedelta(minutes=5))
def escalate_late(payload: Payload, progress: Progress) -> Payload:
    return {"told": escalate(now=timezone.now())}


@job("cases.rewind")
def rewind_clocks(payload: Payload, progress: Progress) -> Payload:
    """A new policy for the cases that are open."""
    found = rewind(
        now=timezone.now(), organisation=payload.get("organisation"), apply=True, progress=progress
    )
    return vars(found)


@job("cases.reroute", attempts=3)
def reroute_all(payload: Payload, progress: Progress) -> Payload:
    """Asks the rules of today about every open case."""
    return reroute(now=timezone.now(), by=payload.get("by"), progress=progress)


@job("cases.what_if", attempts=2)
def try_rules(payload: Payload, progress: Progress) -> Payload:
    """What a changed rule or drawn area would have made of the last year."""
    return try_on_last_year(payload, now=timezone.now(), progress=progress)


@job("cases.apply_retention", every=timedelta(days=1))
def forget_what_is_due(payload: Payload, progress: Progress) -> Payload:
    """Takes the personal data out of cases that ended longer ago than their type allows."""
    return {"forgotten": apply_retention(now=timezone.now(), limit=5000).forgotten}


@job(BULK, attempts=3)
def do_to_many(payload: Payload, progress: Progress) -> Payload:
    """What somebody does to more cases than one waits for."""
    return dict(run_bulk(payload["act"], now=timezone.now(), progress=progress))


@job("cases.exchange", every=timedelta(seconds=30))
def exchange_with_partners(payload: Payload, progress: Progress) -> Payload:
    """Sends what was referred to partners, and follows what is there."""
    sent = send_due(now=timezone.now())
    progress(0.5)
    return {"sent": sent, "followed": follow_due(now=timezone.now())}


@job("cases.number_feed", every=timedelta(seconds=5), attempts=1)
def number_feed(payload: Payload, progress: Progress) -> Payload:
    """Events that have no number in the feed yet."""
    return {"numbered": number_events(now=timezone.now())}


@job("cases.forget_feed", every=timedelta(days=1), attempts=2)
def forget_feed(payload: Payload, progress: Progress) -> Payload:
    return {"forgotten": forget_numbers(now=timezone.now())}
