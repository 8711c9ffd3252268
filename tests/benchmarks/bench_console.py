"""The console with millions of cases: server time of every list a coordinator asks for, of a case's page,
of searches, counts, deep pages and the map; of the API's lists, and of what everybody may ask. `--plans` prints the plan of what is slow, `--only=tile`
asks only what has that in its name. Beside the whole time stands the longest statement alone: on a busy
machine the first says little."""

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

_BAR_MS = 200.0
_ROUNDS = 6
_PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"


def main(argv: list[str]) -> int:
    from tests.benchmarks.many_cases import use_many_cases

    use_many_cases()
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from cases.models import Case
    from tests.benchmarks.city import milliseconds, pace, spread
    from tiles.actions.versions import data_changed

    settings.STORAGES["staticfiles"]["BACKEND"] = _PLAIN_FILES  # none need to be collected first
    rng = random.Random(7)
    people = {
        "agent": _person(User, "AGENT"),
        "coordinator": _person(User, "COORDINATOR"),
        "everybody": None,
    }
    plans, slow = "--plans" in argv, []
    only = next((a.removeprefix("--only=") for a in argv if a.startswith("--only=")), "")
    gc.collect()
    gc.freeze()  # as the server does: what this benchmark holds is not looked through meanwhile
    print(
        f"median and 95th percentile of {_ROUNDS}, whole pages, one process, nothing cached; "
        f"ten million additions: {pace():.2f} s",
        flush=True,
    )
    for who, user in people.items():
        client = Client(HTTP_HOST="localhost")
        if user:
            client.force_login(user)
        questions = _questions(rng, user) if user else _open_questions(rng)
        for name, queries in questions.items():
            if only not in name:
                continue
            paths = [next(queries) for _ in range(_ROUNDS)]
            _ask(client, paths[0])  # what a process keeps is there
            times, asked = [], []
            for path in paths:
                data_changed("cases")  # no tile is there yet
                cache.delete("front-page-figures")
                with CaptureQueriesContext(connection) as seen:
                    times.append(milliseconds(lambda client=client, path=path: _ask(client, path)))
                asked.append(seen.captured_queries)
            late = sorted(times)[int(len(times) * 0.95)] > _BAR_MS
            worst = [1000 * max((float(q["time"]) for q in one), default=0) for one in asked]
            print(
                f"{'SLOW ' if late else '     '}{who:12}{name:34}{spread(times)}"
                f"   statement p50 {statistics.median(worst):4.0f}  most {max(worst):4.0f}",
                flush=True,
            )
            if late:
                slow.append((who, name))
                i = max(range(len(times)), key=worst.__getitem__)
                _tell(connection, paths[i], asked[i], plans)
    began = time.perf_counter()
    print(
        f"cases {Case.objects.count():,} ({time.perf_counter() - began:.1f} s to count), {_size(connection)}"
    )
    print(f"{len(slow)} over {_BAR_MS:.0f} ms; ten million additions: {pace():.2f} s")
    return 0


def _person(users: Any, role: str) -> Any:
    return users.objects.filter(memberships__role=role).order_by("pk").first()


def _ask(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (200, 204), (path, answer.status_code)


def _questions(rng: random.Random, user: Any) -> dict[str, Iterator[str]]:
    """Each by its name, with other values every time."""
    from django.conf import settings

    from accounts.queries.viewers import viewer_of
    from addresses.models import District, Neighbourhood
    from cases.models import Channel, RequestType, RequestTypeGroup, ResultCode
    from cases.queries.visibility import visible_cases
    from cases.rules.listing import SORTS
    from core.rules.secrets import encrypt

    rows = visible_cases(viewer_of(user))
    some = list(
        rows.exclude(geom=None).order_by("-opened_at")
        .values("number", "geom", "neighbourhood_id", "district_id", "request_type__code", "department_id",
                "organisation_id", "crew_id", "assignee_id", "description")[:20_000]
    )  # fmt: skip
    one = lambda: rng.choice(some)  # noqa: E731
    districts = list(District.objects.values_list("pk", flat=True))
    areas = list(Neighbourhood.objects.values_list("pk", flat=True))
    types = list(RequestType.objects.values_list("code", flat=True))
    groups = list(RequestTypeGroup.objects.values_list("code", flat=True))
    channels = list(Channel.objects.values_list("code", flat=True))
    results = list(ResultCode.objects.values_list("code", flat=True))

    def lists(query: Any, name: str) -> dict[str, Iterator[str]]:
        """With the orders that people use: newest and due."""
        return {
            f"{name}, {sort}": ask(lambda sort=sort: f"/console/?{query()}&sort={sort}")
            for sort in ("new", "due")
        }

    def box() -> str:
        p, r = one()["geom"], rng.choice((0.002, 0.01, 0.05))
        return f"bbox={p.x - r:.5f},{p.y - r:.5f},{p.x + r:.5f},{p.y + r:.5f}"

    def near() -> str:
        p = one()["geom"]
        return f"near={p.x:.6f},{p.y:.6f},{rng.choice((100, 500, 2000))}"

    def words(n: int) -> str:
        from core.rules.text import key

        return "q=" + "+".join(rng.sample(key(one()["description"]).split(), n))

    found: dict[str, Iterator[str]] = {}
    for sort in SORTS:
        found[f"open, {sort}"] = ask(lambda sort=sort: f"/console/?view=all&sort={sort}")
        found[f"all states, {sort}"] = ask(lambda sort=sort: f"/console/?state=all&sort={sort}")
    for view in ("triage", "department", "crew", "mine"):
        found |= lists(lambda view=view: f"view={view}", f"view {view}")
    for name, values in (
        ("district", districts), ("neighbourhood", areas), ("type", types), ("group", groups),
        ("channel", channels), ("result", results),
    ):  # fmt: skip
        found |= lists(lambda n=name, v=values: f"{n}={rng.choice(v)}", name)
        found |= lists(
            lambda n=name, v=values: f"{n}={rng.choice(v)}&state=all", f"{name}, all states"
        )
    for name, column in (
        ("department", "department_id"), ("organisation", "organisation_id"), ("crew", "crew_id"),
        ("assignee", "assignee_id"),
    ):  # fmt: skip
        own = sorted({r[column] for r in some if r[column]}) or [0]
        found |= lists(lambda n=name, v=own: f"{n}={rng.choice(v)}", name)
        found |= lists(
            lambda n=name, v=own: f"{n}={rng.choice(v)}&state=all", f"{name}, all states"
        )
    for name, query in {
        "late": "due=late", "late twice": "due=late2", "due today": "due=today", "due this week": "due=week",
        "level 3": "level=3", "to be looked at": "review=1", "photo": "photo=1", "anonymous": "anonymous=1",
        "duplicates": "duplicates=1", "parts": "children=1", "category B": "category=B",
        "street only": "precision=STREET", "tips": "kind=TIP", "closed": "state=CLOSED",
        "cancelled": "state=CANCELLED", "new and routed": "state=NEW,ROUTED",
        "opened in a week": "state=all&opened_from=2026-03-02&opened_to=2026-03-08",
        "closed in a week": "state=all&closed_from=2026-03-02&closed_to=2026-03-08",
    }.items():  # fmt: skip
        found |= lists(lambda q=query: q, name)
    found |= lists(
        lambda: f"type={rng.choice(types)}&district={rng.choice(districts)}", "type and district"
    )
    found |= lists(
        lambda: f"type={rng.choice(types)}&district={rng.choice(districts)}&state=all",
        "type and district, all states",
    )
    found |= lists(
        lambda: (
            f"group={rng.choice(groups)}&channel={rng.choice(channels)}&due=late&neighbourhood={rng.choice(areas)}"
        ),
        "four filters",
    )
    found |= lists(box, "map box")
    found |= lists(lambda: box() + "&state=all", "map box, all states")
    found |= lists(near, "near a point")
    found |= lists(lambda: near() + "&state=all", "near a point, all states")
    for n in (1, 2, 4):
        found |= lists(lambda n=n: words(n), f"{n} words")
        found |= lists(lambda n=n: words(n) + "&state=all", f"{n} words, all states")
    found["a word that nobody wrote"] = ask(
        lambda: f"/console/?q=zz{rng.randrange(10**6)}&state=all"
    )
    found["number"] = ask(lambda: f"/console/?q={one()['number']}")
    found["running number"] = ask(lambda: f"/console/?q={one()['number'][5:]}")
    for name, sort in (("type", "type"), ("department", "responsible"), ("place", "place")):
        found[f"by name of {name}, 1 neighbourhood"] = ask(
            lambda s=sort: f"/console/?neighbourhood={rng.choice(areas)}&sort={s}"
        )
    for state in ("open", "all"):
        found[f"page in the middle, {state}"] = ask(
            lambda s=state: (
                f"/console/?state={s}&after=new~2025-{rng.randint(1, 12):02}-11T08:00:00Z~1"
            )
        )
        found[f"last page, {state}"] = ask(lambda s=state: f"/console/?state={s}&before=end")
        found[f"last page by due, {state}"] = ask(
            lambda s=state: f"/console/?state={s}&before=end&sort=due"
        )
    found["a case"] = ask(lambda: f"/console/cases/{one()['number']}/?view=all")
    found["points of the map beside"] = ask(
        lambda: f"/console/points.json?district={rng.choice(districts)}"
    )
    for name, query in {
        "open": lambda: "", "all states": lambda: "state=all", "all states, due": lambda: "state=all&sort=due",
        "all states, district": lambda: f"state=all&district={rng.choice(districts)}",
        "all states, type": lambda: f"state=all&type={rng.choice(types)}",
        "all states, two words": lambda: f"state=all&{words(2)}",
        "all states, in the middle": lambda: (
            "state=all&after="
            + encrypt(settings.DATA_KEY, f"new~2025-{rng.randint(1, 12):02}-11T08:00:00Z~1")
        ),
    }.items():  # fmt: skip
        found[f"API, {name}"] = ask(lambda q=query: f"/api/v1/cases?{q()}")
    for z in (8, 10, 11, 12, 14, 16):
        found[f"tile, zoom {z}"] = ask(lambda z=z: _tile(one()["geom"], z, ""))
        found[f"tile of open ones, zoom {z}"] = ask(
            lambda z=z: _tile(one()["geom"], z, "?open_only=1")
        )
    return found


def _open_questions(rng: random.Random) -> dict[str, Iterator[str]]:
    """What nobody needs to sign in for."""
    from cases.models import RequestType, RequestTypeGroup

    public = RequestType.objects.filter(public=True, sensitive=False)
    types = list(public.values_list("code", flat=True))
    groups = list(RequestTypeGroup.objects.values_list("code", flat=True))
    found = {"front page": ask(lambda: "/")}
    for state in ("open", "ended", "all"):
        path = f"/map/list/?state={state}"
        found[f"public list, {state}"] = ask(lambda p=path: f"{p}&page={rng.randint(1, 100)}")
        found[f"public list, {state}, group"] = ask(
            lambda p=path: f"{p}&group={rng.choice(groups)}"
        )
        found[f"public list, {state}, type"] = ask(lambda p=path: f"{p}&type={rng.choice(types)}")
        found[f"public list, {state}, since"] = ask(
            lambda p=path: f"{p}&since=2025-{rng.randint(1, 12):02}-01"
        )
    for status in ("open", "closed"):
        found[f"Open311, {status}"] = ask(
            lambda s=status: (
                f"/open311/v2/requests.json?status={s}&start_date=2025-{rng.randint(1, 12):02}-01T00:00:00Z"
            )
        )
    return found


def ask(make: Callable[[], str]) -> Iterator[str]:
    while True:
        yield make()


def _tile(point: Any, z: int, query: str) -> str:
    from tests.benchmarks.bench_tiles import tile_at

    return "/tiles/cases/{}/{}/{}.mvt{}".format(*tile_at(point.x, point.y, z), query)


def _tell(connection: Any, path: str, queries: list[dict[str, str]], plans: bool) -> None:
    worst = max(queries, key=lambda q: float(q["time"]), default=None)
    if worst is None:
        return
    print(f"       {path[:150]}\n       {worst['time']} s: {worst['sql'][:300]}", flush=True)
    if plans and worst["sql"].startswith("SELECT"):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + worst["sql"])
            print("\n".join(f"         {row[0]}" for row in cursor.fetchall()), flush=True)


def _size(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
