"""Machine work: once, by one, recovered when a worker is lost, fenced when it comes back."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event, Lock

import pytest
from django.db import connection
from django.utils import timezone

from core.actions import jobs
from core.actions.jobs import cancel, enqueue, resume, run_due, schedule_recurring
from core.models import Job
from core.rules import handlers
from core.rules.handlers import Handler, Unfinished
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(monkeypatch):
    """A table of jobs of its own: `table(name, run, …)` adds a handler."""
    own: dict[str, Handler] = {}
    monkeypatch.setattr(jobs, "HANDLERS", own)

    def add(name, run=lambda payload, progress: None, **more):
        own[name] = Handler(name, run, **more)

    return add


def the(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_runs_and_leaves_its_result(table):
    table("double", lambda payload, progress: {"n": payload["n"] * 2})
    job = enqueue(name="double", payload={"n": 21}, due_at=NOW)
    assert run_due(now=NOW) == 1
    job = the(job)
    assert (job.state, job.result, job.progress, job.attempt) == ("DONE", {"n": 42}, 1.0, 1)
    assert job.lease_token is None and job.finished_at is not None
    assert run_due(now=NOW) == 0


def test_an_unknown_name_is_refused_at_once(table):
    with pytest.raises(LookupError):
        enqueue(name="nothing")


def test_a_job_waits_until_it_is_due(table):
    table("later")
    job = enqueue(name="later", due_at=NOW + timedelta(seconds=1))
    assert run_due(now=NOW) == 0
    assert run_due(now=NOW + timedelta(seconds=2)) == 1
    assert the(job).state == "DONE"


def test_two_with_one_key_are_one_job(table):
    table("once")
    assert enqueue(name="once", key="k").pk == enqueue(name="once", key="k").pk
    assert enqueue(name="once").pk != enqueue(name="once").pk


def test_a_failure_is_tried_again_later_and_in_the_end_given_up(table):
    def fails(payload, progress):
        raise ValueError("no disk")

    table("frail", fails, attempts=3)
    job = enqueue(name="frail", due_at=NOW)
    started, waits = timezone.now(), []
    for attempt in (1, 2):
        assert run_due(now=timezone.now()) == 1
        job = the(job)
        assert (job.state, job.attempt, job.error) == ("WAITING", attempt, "ValueError: no disk")
        waits.append((job.due_at - started).total_seconds())
        assert run_due(now=timezone.now()) == 0
        Job.objects.update(due_at=started)
    assert waits == [pytest.approx(15, abs=5), pytest.approx(60, abs=5)]
    assert run_due(now=timezone.now()) == 1
    assert (the(job).state, the(job).attempt) == ("FAILED", 3)


def test_a_result_that_cannot_be_stored_is_a_failure_and_not_the_end_of_the_worker(table):
    table("odd", lambda payload, progress: {"when": object()}, attempts=1)
    table("fine")
    odd, fine = enqueue(name="odd", due_at=NOW), enqueue(name="fine", due_at=NOW)
    assert run_due(now=NOW) == 2
    assert (the(odd).state, the(fine).state) == ("FAILED", "DONE")
    assert "TypeError" in the(odd).error


def test_a_lost_lease_is_taken_over_and_the_first_worker_is_fenced_off(table):
    """The first worker hangs; its lease ends; a second does the work; then the first wakes up."""
    log = []

    def run(payload, progress):
        log.append("start")
        if len(log) == 1:
            Job.objects.update(lease_until=NOW - timedelta(seconds=1))
            assert run_due(now=NOW) == 1  # another worker, meanwhile
            log.append("woke up")
            return {"by": "first"}
        return {"by": "second"}

    table("slow", run)
    job = enqueue(name="slow", due_at=NOW)
    run_due(now=NOW)
    assert log == ["start", "start", "woke up"]
    job = the(job)
    assert (job.state, job.result, job.attempt) == ("DONE", {"by": "second"}, 2)


def test_a_fenced_worker_notices_at_its_next_report(table):
    noticed = []

    def run(payload, progress):
        Job.objects.update(lease_token=uuid.uuid4())
        try:
            progress(0.5, "half")
        except jobs.JobCancelled:
            noticed.append(True)
            raise

    table("slow", run)
    job = enqueue(name="slow", due_at=NOW)
    run_due(now=NOW)
    assert noticed == [True]
    assert (the(job).state, the(job).progress) == ("RUNNING", 0)


def test_a_lease_that_still_holds_is_respected(table):
    table("slow", lease=timedelta(minutes=10))
    job = enqueue(name="slow", due_at=NOW)
    Job.objects.filter(pk=job.pk).update(
        state="RUNNING", lease_token=uuid.uuid4(), lease_until=NOW + timedelta(minutes=5), attempt=1
    )
    assert run_due(now=NOW) == 0
    assert run_due(now=NOW + timedelta(minutes=6)) == 1
    assert the(job).attempt == 2


def test_a_job_that_takes_every_worker_with_it_is_given_up(table):
    table("killer", attempts=3)
    job, fine = enqueue(name="killer", due_at=NOW), enqueue(name="killer", due_at=NOW)
    Job.objects.filter(pk=job.pk).update(
        state="RUNNING", lease_token=uuid.uuid4(), lease_until=NOW - timedelta(hours=1), attempt=3
    )
    assert run_due(now=NOW) == 1
    assert (the(job).state, the(job).attempt) == ("FAILED", 3)
    assert NOW <= the(job).finished_at < NOW + timedelta(seconds=5)
    assert the(job).error
    assert the(fine).state == "DONE"


def test_a_report_prolongs_the_lease(table):
    seen = []

    def run(payload, progress):
        Job.objects.update(lease_until=NOW)
        progress(0.25, "a quarter")
        seen.append(Job.objects.get())

    table("long", run, lease=timedelta(minutes=10))
    enqueue(name="long", due_at=NOW)
    run_due(now=NOW)
    assert (seen[0].progress, seen[0].message) == (0.25, "a quarter")
    assert seen[0].lease_until > timezone.now() + timedelta(minutes=9)


def test_a_lease_counts_from_its_own_claim(table):
    """The job before it took longer than the lease: this one must not be born without any."""
    left = []
    table("slow", lambda payload, progress: Event().wait(0.4))
    table(
        "next",
        lambda payload, progress: left.append(
            Job.objects.get(name="next").lease_until - timezone.now()
        ),
        lease=timedelta(seconds=0.3),
    )
    now = timezone.now()
    enqueue(name="slow", due_at=now - timedelta(seconds=2))
    enqueue(name="next", due_at=now - timedelta(seconds=1))
    assert run_due(now=now) == 2
    assert left[0] > timedelta(seconds=0.1)


def test_cancelling(table):
    ran = []
    table("work", lambda payload, progress: ran.append(1))
    job = enqueue(name="work", due_at=NOW)
    assert cancel(job_id=job.pk, now=NOW) is True
    assert cancel(job_id=job.pk, now=NOW) is False
    assert run_due(now=NOW) == 0
    assert ran == []
    assert (the(job).state, the(job).finished_at) == ("CANCELLED", NOW)


def test_a_running_job_stops_at_its_next_report_and_stays_cancelled(table):
    after = []

    def run(payload, progress):
        cancel(job_id=Job.objects.get().pk, now=NOW)
        progress(0.5)
        after.append("went on")

    table("work", run)
    job = enqueue(name="work", due_at=NOW)
    run_due(now=NOW)
    assert after == []
    assert the(job).state == "CANCELLED"


def test_what_was_cancelled_or_has_failed_may_begin_again(table):
    log = []

    def run(payload, progress):
        log.append(1)
        if len(log) == 1:
            raise ValueError("no disk")

    table("work", run, attempts=1)
    job = enqueue(name="work", due_at=NOW)
    assert resume(job_id=job.pk, now=NOW) is False
    run_due(now=NOW)
    assert the(job).state == "FAILED"
    assert resume(job_id=job.pk, now=NOW) is True
    assert (the(job).state, the(job).attempt, the(job).error) == ("WAITING", 0, "")
    cancel(job_id=job.pk, now=NOW)
    assert resume(job_id=job.pk, now=NOW) is True
    run_due(now=NOW)
    assert (the(job).state, len(log)) == ("DONE", 2)
    assert resume(job_id=job.pk, now=NOW) is False


def test_a_worker_of_a_cancelled_and_resumed_job_is_fenced_off(table):
    """Cancelled and resumed while it works: its next report ends it, and the job runs once more."""
    log = []

    def run(payload, progress):
        log.append("start")
        if len(log) == 1:
            cancel(job_id=Job.objects.get().pk, now=NOW)
            resume(job_id=Job.objects.get().pk, now=NOW)
            progress(0.5)
            log.append("went on")

    table("work", run)
    job = enqueue(name="work", due_at=NOW)
    assert run_due(now=NOW) == 2
    assert (log, the(job).state) == (["start", "start"], "DONE")


def test_a_job_in_shares_lets_the_others_by(table):
    log = []

    def run(payload, progress):
        log.append("share")
        progress(len(log) / 4)
        if log.count("share") < 3:
            raise Unfinished
        return {"shares": log.count("share")}

    table("long", run, attempts=1)
    table("other", lambda payload, progress: log.append("other"))
    long = enqueue(name="long", due_at=NOW - timedelta(seconds=1))
    enqueue(name="other", due_at=NOW)
    assert run_due(now=timezone.now() + timedelta(seconds=5)) == 4
    assert log == ["share", "other", "share", "share"]
    assert (the(long).state, the(long).result, the(long).attempt) == ("DONE", {"shares": 3}, 1)


def test_a_finished_job_cannot_be_cancelled(table):
    table("work")
    job = enqueue(name="work", due_at=NOW)
    run_due(now=NOW)
    assert cancel(job_id=job.pk, now=NOW) is False
    assert the(job).state == "DONE"


def test_recurring_jobs_come_once_for_each_slot(table):
    table("often", every=timedelta(seconds=30))
    table("never")
    slot = NOW.replace(second=0)
    assert schedule_recurring(now=slot) == 1
    assert schedule_recurring(now=slot + timedelta(seconds=29)) == 0
    assert schedule_recurring(now=slot + timedelta(seconds=30)) == 1
    # After a day of standstill one job is made up for, not 2,880.
    assert schedule_recurring(now=slot + timedelta(days=1)) == 1
    assert Job.objects.count() == 3


def test_only_recurring_jobs_are_forgotten(table):
    """A job with a key of its own must never run again."""
    table("often", every=timedelta(seconds=30))
    table("once")
    schedule_recurring(now=NOW)
    once = enqueue(name="once", key="import:abc", due_at=NOW)
    own = enqueue(name="often", key="by-hand", due_at=NOW)
    run_due(now=NOW)
    Job.objects.update(finished_at=NOW)
    assert schedule_recurring(now=NOW + timedelta(hours=23)) == 1
    assert Job.objects.count() == 4
    assert schedule_recurring(now=NOW + timedelta(hours=25)) == 1
    assert Job.objects.filter(state="DONE").count() == 2
    assert enqueue(name="once", key="import:abc").pk == once.pk
    assert enqueue(name="often", key="by-hand").pk == own.pk


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_run_each_job_once(table):
    ran, lock, start = [], Lock(), Barrier(4)

    def run(payload, progress):
        with lock:
            ran.append(payload["n"])
        Event().wait(0.01)

    table("work", run)
    for n in range(24):
        enqueue(name="work", payload={"n": n}, due_at=NOW)

    def worker(_):
        try:
            start.wait(10)
            return run_due(now=NOW, limit=100)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(worker, range(4)))
    assert sorted(ran) == list(range(24))
    assert sum(counts) == 24
    assert Job.objects.filter(state="DONE", attempt=1).count() == 24


def test_the_rooms_have_registered_their_handlers():
    import notifications.jobs  # noqa: F401

    assert handlers.HANDLERS["send_messages"].every == timedelta(seconds=30)
