"""Requests opened per second end to end: text in, located, typed, routed, clocked, stored, notice written.

In one process, then by four clients at once, each a process with a connection of its own; beside them the
floor: the same rows written by bare INSERTs, a transaction for each case, by as many clients.
"""

import multiprocessing
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

CLIENTS = 4
EACH = int(os.environ.get("VIP_BENCH_OPENED", "150"))


def main(argv: list[str]) -> int:
    from tests.benchmarks.city import use_city

    use_city()
    from django.db import connection

    from cases.models import Case

    rng = random.Random(1)
    texts = list(Case.objects.filter(pk__gt=1000).values_list("description", flat=True)[:20000])
    texts = rng.sample(texts, 400)
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
    try:
        _measure(texts, first, rng)
    finally:
        connection.close()
        _take_away(first)
    return 0


def _measure(texts: list[str], first: int, rng: random.Random) -> None:
    from django.db import connection

    from addresses.queries.geocoding import geocode
    from cases.models import Case
    from tests.benchmarks.city import pace, spread

    print(f"ten million additions: {pace():.2f} s")
    geocode(texts[0])  # builds the index of names once
    _open(texts[:20])
    one, located, routed = _open(texts)
    n = len(one)
    print(f"requests opened, one process   {_per_second(one, 1):6.0f} per second   {spread(one)}")
    geocoding = [_milliseconds(lambda text=text: geocode(text)) for text in texts]
    print(f"  of it, the geocoder alone                       {spread(geocoding)}")
    print(f"  at a door {located / n:.1%}, routed {routed / n:.1%} (synthetic texts)")

    parts = [rng.sample(texts, min(EACH, len(texts))) for _ in range(CLIENTS)]
    connection.close()  # no client may share it
    opened, whole = _at_once(_opened, parts)
    rate = len(opened) / whole
    print(f"requests opened, {CLIENTS} clients       {rate:6.0f} per second   {spread(opened)}")
    copies = [_rows_of(list(Case.objects.filter(pk__gt=first)[:EACH])) for _ in range(CLIENTS)]
    connection.close()
    written, took = _at_once(_written, copies)
    floor = len(written) / took
    print(f"bare INSERTs of the same rows  {floor:6.0f} per second   {spread(written)}")
    print(f"  opening costs {floor / rate:.1f} times the bare INSERTs")


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _per_second(times: Sequence[float], clients: int) -> float:
    return 1000 * clients * len(times) / sum(times)


def _open(texts: Sequence[str]) -> tuple[list[float], int, int]:
    """Milliseconds of each, how many at a door, how many routed."""
    from django.utils import timezone

    from accounts.rules.viewer import ANONYMOUS
    from cases.actions.open_case import open_case
    from cases.rules.draft import Contact, Draft

    times, located, routed = [], 0, 0
    for text in texts:
        phone = f"0532 {random.randrange(100, 999)} {random.randrange(10, 99)} 67"
        draft = Draft(text, "web", uuid.uuid4().hex, contact=Contact(phone=phone))
        began = time.perf_counter()
        case = open_case(draft, viewer=ANONYMOUS, now=timezone.now()).case
        times.append((time.perf_counter() - began) * 1000)
        located += case.precision == "DOOR"
        routed += case.department_id is not None
    return times, located, routed


def _opened(texts: list[str]) -> list[float]:
    return _open(texts)[0]


def _at_once(work: Callable[[Any], list[float]], parts: Sequence[Any]) -> tuple[list[float], float]:
    """All times, and how long it took until the last client was done."""
    context = multiprocessing.get_context("fork")  # the index of names is there already
    with context.Pool(len(parts)) as pool:
        began = time.perf_counter()
        times = [t for part in pool.map(work, parts, chunksize=1) for t in part]
        return times, time.perf_counter() - began


_TABLES = ("cases_case", "cases_caseevent", "cases_routingdecision", "cases_casereporter")


def _rows_of(cases: Sequence[Any]) -> list[list[tuple[str, list[int]]]]:
    """For each case the tables and ids of the rows that it consists of, besides its messages."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for case in cases:
            rows: list[tuple[str, list[int]]] = [("cases_case", [case.pk])]
            for table in _TABLES[1:]:
                cursor.execute(f"SELECT id FROM {table} WHERE case_id = %s", [case.pk])
                rows.append((table, [pk for (pk,) in cursor.fetchall()]))
            found.append(rows)
    return found


def _written(cases: list[list[tuple[str, list[int]]]]) -> list[float]:
    """Writes copies of these rows as they are, one transaction for each case."""
    from django.db import connection, transaction

    times = []
    with connection.cursor() as cursor:
        columns = {}
        for table in _TABLES:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid ="
                " %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
                " AND attname NOT IN ('id', 'number', 'token', 'uid', 'case_id', 'reporter_id')",
                [table],
            )
            columns[table] = cursor.fetchone()[0]
        for rows in cases:
            began = time.perf_counter()
            with transaction.atomic():
                case = None
                for table, ids in rows:
                    for pk in ids:
                        own, value = "", ""
                        if table == "cases_case":
                            own, value = "number, token, ", "%s, %s, "
                            given: list[Any] = [uuid.uuid4().hex[:20], uuid.uuid4().hex]
                        else:
                            own, value, given = "case_id, ", "%s, ", [case]
                            if table == "cases_casereporter":
                                own, value = own + "reporter_id, ", value + "reporter_id, "
                        cursor.execute(
                            f"INSERT INTO {table} ({own}{columns[table]})"
                            f" SELECT {value}{columns[table]} FROM {table} WHERE id = %s RETURNING id",
                            [*given, pk],
                        )
                        case = cursor.fetchone()[0] if case is None else case
            times.append((time.perf_counter() - began) * 1000)
    return times


def _take_away(first: int) -> None:
    """What was opened here, so that the city stays as it is."""
    from cases.models import Case, CaseReporter, IntakeMessage, Reporter
    from notifications.models import Message

    made = Case.objects.filter(pk__gt=first)
    reporters = list(CaseReporter.objects.filter(case__in=made).values_list("reporter", flat=True))
    Message.objects.filter(
        key__in=[f"case:{pk}:opened" for pk in made.values_list("pk", flat=True)]
    ).delete()
    IntakeMessage.objects.filter(cases__in=made).delete()
    made.delete()
    Reporter.objects.filter(pk__in=reporters, cases=None).delete()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
