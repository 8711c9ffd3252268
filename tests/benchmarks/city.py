"""The demo city in a database of its own, so that a benchmark never touches the served one."""

import os
import statistics
import time
import timeit
from collections.abc import Callable, Sequence
from pathlib import Path

SCALE = float(os.environ.get("VIP_BENCH_SCALE", "0.1"))
# The real data, where they are present.
DEFAULT_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
# Fewer cases than the scale's, when only the register is to be large.
CASES = os.environ.get("VIP_BENCH_CASES")


def database_of(scale: float) -> str:
    """The name of the database that the city of a scale is in."""
    return f"vip_bench_{str(scale).replace('.', '_')}"


DATABASE = database_of(SCALE)


def use_city() -> None:
    """Connects Django to the benchmark's city; makes and loads it the first time."""
    use_own_database(DATABASE)
    from django.core.management import call_command

    started = time.perf_counter()
    call_command("load_demo_city", scale=SCALE, cases=CASES and int(CASES), if_empty=True)
    print(f"city at scale {SCALE}: {time.perf_counter() - started:.1f} s (0 s: it was there)")


def use_own_database(name: str) -> None:
    """Connects Django to a database of this name, made where it is missing, and migrated."""
    import psycopg2
    from django.conf import settings

    if settings.configured:  # with the served database: that one must stay as it is
        raise RuntimeError("Something has set Django up before the benchmark's database.")
    os.environ["VIP_DB_NAME"] = os.environ["VIP_CACHE_PREFIX"] = name
    base = settings.DATABASES["default"]
    connection = psycopg2.connect(
        host=base["HOST"], port=base["PORT"] or None, user=base["USER"],
        password=base.get("PASSWORD") or None, dbname="postgres",
    )  # fmt: skip
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def use_database(name: str) -> None:
    """Connects Django to another database of the same server, as it is."""
    os.environ["VIP_DB_NAME"] = os.environ["VIP_CACHE_PREFIX"] = name
    import django

    django.setup()


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def pace() -> float:
    """Seconds that this machine takes to add ten million times, the best of three: shared ones are now twice
    as slow as yesterday, and figures of two days are told apart by it."""
    return min(timeit.repeat("for i in range(10_000_000): x += i", "x = 0", number=1, repeat=3))


def spread(values: Sequence[float]) -> str:
    """Median and 95th percentile."""
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered):7.2f}  p95 {ordered[int(len(ordered) * 0.95)]:7.2f} ms"
