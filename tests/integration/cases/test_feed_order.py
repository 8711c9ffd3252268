"""The numbers of the feed of cases while many write: none is skipped, none comes behind one that was seen."""

import threading
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.actions.feed import number_events
from cases.actions.recording import happened
from cases.models import CaseEvent, FeedPending
from cases.queries.feed import events, latest
from tests.factories import close_register, make_case, make_city


@pytest.mark.django_db(transaction=True)
def test_no_number_is_skipped_whoever_writes_and_dies_meanwhile() -> None:
    """Six writers commit late and early, some roll back; two number; one reads all the time."""
    with transaction.atomic():
        city = make_city()
        close_register()
    viewer = viewer_of(city.people["superuser"])
    over, seen, faults = threading.Event(), [], []  # type: ignore[var-annotated]

    def guarded(work: Any) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except Exception as error:
                faults.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def write(n: int) -> None:
        for i in range(12):
            with transaction.atomic():
                case = make_case(city, opened_at=timezone.now())
                happened(case, "opened", actor=None, now=timezone.now())
                over.wait(0.002 * ((n * 7 + i) % 5))
                if (n + i) % 4 == 0:
                    transaction.set_rollback(True)

    def number() -> None:
        while not over.wait(0.003):
            number_events(now=timezone.now(), batch=5)

    def read() -> None:
        after = 0
        while not over.wait(0.002):
            found, reached = events(viewer, after=after, limit=7)
            seen.extend(e["number"] for e in found)
            after = reached

    helpers = [guarded(number), guarded(number), guarded(read)]
    writers = [guarded(lambda n=n: write(n)) for n in range(6)]
    for writer in writers:
        writer.join(60)
    while FeedPending.objects.exists():
        over.wait(0.01)
    over.wait(0.1)
    over.set()
    for helper in helpers:
        helper.join(20)
    assert faults == []
    total = CaseEvent.objects.count()
    assert total == 54 and latest() == total
    assert seen == list(range(1, total + 1))
