"""Figures of millions of cases over two years: the dashboards' questions and the thematic maps, beside one
hand-written SQL for the same figure in PostgreSQL (the floor). Server time of the whole answer; the copy is
there, and every question comes after a case has changed."""

import gc
import time
from typing import Any

_ROUNDS = 7
_BAR = {"figure": 300.0, "map": 300.0, "streets": 1500.0, "dashboard": 1000.0}
_YEAR = "c.opened_at >= %(begin)s AND c.opened_at < %(end)s"
_HOURS = "extract(epoch FROM c.resolved_at - c.opened_at) / 3600"
_CASES = "FROM cases_case c LEFT JOIN cases_requesttype t ON t.id = c.request_type_id"
_OPEN = f"{_CASES} WHERE {_YEAR} AND NOT coalesce(t.sensitive, false)"
_DONE = _OPEN.replace("opened_at", "resolved_at")

# Name → kind, question, the floor's statement.
_QUESTIONS: list[tuple[str, str, dict[str, str], str]] = [
    ("requests of a year", "figure", {}, f"SELECT count(*) {_OPEN}"),
    ("requests by month, against the year before", "figure", {"by": "month", "compare": "year"},
     f"SELECT date_trunc('month', c.opened_at), count(*) {_OPEN} GROUP BY 1"),
    ("requests by group", "figure", {"by": "group"}, f"SELECT t.group_id, count(*) {_OPEN} GROUP BY 1"),
    ("requests by type", "figure", {"by": "type"}, f"SELECT t.id, count(*) {_OPEN} GROUP BY 1"),
    ("requests by channel and month", "figure", {"by": "channel,month"},
     f"SELECT c.channel_id, date_trunc('month', c.opened_at), count(*) {_OPEN} GROUP BY 1, 2"),
    ("requests by organisation", "figure", {"by": "organisation"},
     f"SELECT c.organisation_id, count(*) {_OPEN} GROUP BY 1"),
    ("requests by weekday and hour", "figure", {"by": "weekday,hour"},
     f"SELECT extract(isodow FROM c.opened_at), extract(hour FROM c.opened_at), count(*) {_OPEN} GROUP BY 1, 2"),
    ("median resolution by department", "figure", {"indicator": "hours_median", "by": "department"},
     f"SELECT c.department_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY {_HOURS}) {_DONE} GROUP BY 1"),
    ("mean resolution by group", "figure", {"indicator": "hours_mean", "by": "group"},
     f"SELECT t.group_id, avg({_HOURS}) {_DONE} GROUP BY 1"),
    ("on time by month", "figure", {"indicator": "on_time_share", "by": "month"},
     f"SELECT date_trunc('month', c.resolved_at), avg((c.resolved_at <= c.due_at)::int) {_DONE} GROUP BY 1"),
    ("open and late by district", "figure", {"indicator": "open_late", "by": "district"},
     f"SELECT c.district_id, count(*) {_CASES} WHERE c.closed_at IS NULL AND c.resolved_at IS NULL AND c.due_at < now()"
     " AND c.state NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED', 'DUPLICATE') GROUP BY 1"),
    ("open at the end of each month", "figure", {"indicator": "open", "by": "month"}, ""),
    ("one district and group by month", "figure", {"by": "month", "district": "3", "group": "2"},
     f"SELECT date_trunc('month', c.opened_at), count(*) {_OPEN} AND c.district_id = 3 AND t.group_id = 2 GROUP BY 1"),
    ("neighbourhoods, per resident", "map", {"level": "neighbourhood"},
     f"SELECT c.neighbourhood_id, count(*) {_OPEN} GROUP BY 1"),
    ("neighbourhoods, against last year", "map", {"level": "neighbourhood", "show": "difference", "period": "month"}, ""),
    ("neighbourhoods, median", "map", {"level": "neighbourhood", "indicator": "hours_median"},
     f"SELECT c.neighbourhood_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY {_HOURS}) {_DONE} GROUP BY 1"),
    ("neighbourhoods, most frequent type", "map", {"level": "neighbourhood", "show": "primary", "of": "type"},
     f"SELECT c.neighbourhood_id, c.request_type_id, count(*) {_OPEN} GROUP BY 1, 2"),
    ("neighbourhoods, two things", "map", {"level": "neighbourhood", "show": "bivariate"}, ""),
    ("hexagons of resolution 9", "map", {"level": "cell", "resolution": "9"}, ""),
    ("streets", "streets", {"level": "street"}, f"SELECT c.street_id, count(*) {_OPEN} GROUP BY 1"),
    ("streets, most frequent group", "streets", {"level": "street", "show": "primary"},
     f"SELECT c.street_id, t.group_id, count(*) {_OPEN} GROUP BY 1, 2"),
]  # fmt: skip


def main(argv: list[str]) -> int:
    from tests.benchmarks.many_cases import use_many_cases

    use_many_cases()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from cases.models import Case
    from spatial_analytics.actions.homes import refresh_homes
    from spatial_analytics.facts import ask
    from spatial_analytics.facts.copying import make
    from spatial_analytics.queries.figures import answer
    from spatial_analytics.queries.reach import Counted, Sight
    from spatial_analytics.queries.thematic import thematic
    from spatial_analytics.rules.question import read
    from spatial_analytics.rules.thematic import read_map
    from tests.benchmarks.city import milliseconds, spread

    settings.FACTS = settings.FACTS.with_name("bench-facts")
    refresh_homes()
    began = time.perf_counter()
    cases = ask(
        "SELECT count(*), min(opened_on), max(opened_on), count(DISTINCT street) FROM cases"
    )[0]
    print(
        f"{cases[0]:,} cases, {cases[1]} to {cases[2]}, on {cases[3]:,} streets; first answer (with the copy, if there was none) {time.perf_counter() - began:.1f} s"
    )
    size = sum(f.stat().st_size for f in settings.FACTS.glob("*.duckdb")) / 1e6
    began = time.perf_counter()
    if "--copy" in argv:
        from spatial_analytics.facts.copying import _state, newest

        store = _state(None)["store"]
        make(store, known=newest(store))
        print(f"copy made in {time.perf_counter() - began:.1f} s")
    print(f"copy {size:.0f} MB")
    gc.collect()
    gc.freeze()
    sight, ids = (
        Sight(Counted.ALL),
        list(Case.objects.order_by("-pk").values_list("pk", flat=True)[:200]),
    )
    today = timezone.localdate()
    slow = 0
    for name, kind, query, floor in _QUESTIONS:
        asked: Any = (
            read_map(query, today=today) if kind in ("map", "streets") else read(query, today=today)
        )
        solve: Any = thematic if kind in ("map", "streets") else answer

        def once(asked: Any = asked, solve: Any = solve) -> None:
            solve(asked, sight, now=timezone.now())

        once()
        times, floors = [], []
        for n in range(_ROUNDS):
            Case.objects.filter(pk=ids[n]).update(changed_at=timezone.now())
            times.append(milliseconds(once))
            if floor and n < 3:
                floors.append(milliseconds(lambda floor=floor: _run(connection, floor, today)))
        late = sorted(times)[len(times) // 2] > _BAR[kind]
        slow += late
        beside = f"   floor {sorted(floors)[len(floors) // 2]:7.0f}" if floors else ""
        print(f"{'SLOW ' if late else '     '}{name:46}{spread(times)}{beside}", flush=True)
    slow += _dashboards(Case, ids, milliseconds, spread)
    print(f"{slow} over their bar; {_changes(connection)}")
    return 0


def _dashboards(cases: Any, ids: list[int], milliseconds: Any, spread: Any) -> int:
    """Every ready dashboard: the page with all its figures, and all its tiles after a change of filter."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from accounts.models import User
    from spatial_analytics.queries.dashboards import ready

    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    client, slow = Client(HTTP_HOST="localhost"), 0
    client.force_login(User.objects.filter(memberships__role="MANAGER").order_by("pk").first())

    def get(path: str) -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    for slug in (one.slug for one in ready()):
        for what, path, bar in (
            ("page", f"/dashboards/{slug}/", _BAR["dashboard"]),
            ("filter", f"/dashboards/{slug}/tiles.html?days=180&district=3", _BAR["figure"]),
        ):
            get(path)
            times = []
            for n in range(_ROUNDS):
                cases.objects.filter(pk=ids[n]).update(changed_at=timezone.now())
                times.append(milliseconds(lambda path=path: get(path)))
            late = sorted(times)[len(times) // 2] > bar
            slow += late
            print(
                f"{'SLOW ' if late else '     '}{slug + ', ' + what:46}{spread(times)}",
                flush=True,
            )
    return slow


def _run(connection: Any, text: str, today: Any) -> None:
    from datetime import timedelta

    with connection.cursor() as cursor:
        cursor.execute(
            text, {"begin": today - timedelta(days=364), "end": today + timedelta(days=1)}
        )
        cursor.fetchall()


def _changes(connection: Any) -> str:
    """What the log costs: an update of a case with its triggers and without them."""
    from cases.models import Case

    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:200])

    def each() -> float:
        began = time.perf_counter()
        for pk in ids:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE cases_case SET changed_at = now() WHERE id = %s", [pk])
        return (time.perf_counter() - began) * 1000 / len(ids)

    each()
    kept = sorted(each() for _ in range(5))[2]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER facts_update")
        try:
            without = sorted(each() for _ in range(5))[2]
        finally:
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER facts_update")
    return f"an update of a case takes {kept:.2f} ms, {without:.2f} without the log"
