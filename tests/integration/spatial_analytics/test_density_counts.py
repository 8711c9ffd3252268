"""The kept counts are exactly those of counting anew, whatever happens to the cases."""

import random
import threading
from datetime import timedelta

import h3.api.basic_int as h3
import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection, connections, transaction

from cases.models import Case, RequestType
from spatial_analytics.actions.density import fold, rebuild
from spatial_analytics.models import DensityChange, Hexagon
from spatial_analytics.queries.density import density_counts
from spatial_analytics.queries.reach import Counted
from spatial_analytics.rules.density import DensityQuestion
from spatial_analytics.rules.rollups import Window
from tests.integration.spatial_analytics.city import Town, build_town

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("spatial_analytics_densityday", "spatial_analytics_densityrollup")


@pytest.fixture
def town() -> Town:
    with transaction.atomic():  # the register is open for one transaction
        town = build_town()
    secret = RequestType.objects.create(group=town.parks, code="secret", name="S", sensitive=True)
    town.types["secret"] = secret
    return town


def rows() -> list[list[str]]:
    """Every row of both tables of counts."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            found.append([row[0] for row in cursor.fetchall()])
    return found


def by_hand(question: DensityQuestion, counts: Counted, resolution: int) -> list[tuple]:
    """From the cases, one by one."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.h3_10, c.type_group_id, t.code, c.organisation_id, c.district_id, c.neighbourhood_id, c.public, c.sensitive,"
            " (c.opened_at AT TIME ZONE 'Europe/Istanbul')::date FROM cases_published_v1 c"
            " LEFT JOIN cases_requesttype t ON t.id = c.request_type_id WHERE c.h3_10 IS NOT NULL"
        )
        for (
            cell,
            group,
            code,
            organisation,
            district,
            area,
            public,
            sensitive,
            day,
        ) in cursor.fetchall():
            if (
                question.begin <= day <= question.end
                and question.group in (None, group)
                and question.type in (None, code)
                and question.organisation in (None, organisation)
                and question.district in (None, district)
                and question.neighbourhood in (None, area)
                and (public or counts != Counted.PUBLIC)
                and (not sensitive or counts == Counted.WITH_SENSITIVE)
            ):
                parent = h3.cell_to_parent(cell, resolution)
                found[parent] = found.get(parent, 0) + 1
    least = 3 if counts == Counted.PUBLIC else 1
    return sorted((0, cell, n) for cell, n in found.items() if n >= least)


def somewhere(rng: random.Random) -> tuple[float, float]:
    return 27.815 + rng.randrange(6) * 0.03, 39.61 + rng.randrange(3) * 0.03


def act(town: Town, rng: random.Random, now) -> None:
    """Something that happens to cases."""
    lon, lat = somewhere(rng)
    some = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    chosen = Case.objects.filter(pk__in=rng.sample(some, min(len(some), rng.randrange(1, 4))))
    deed = rng.randrange(11 if some else 1)
    if deed in (0, 1, 2):
        at = now - timedelta(days=rng.choice([0, 1, 20, 45, 100, 400]), hours=rng.randrange(24))
        kind, public = rng.choice(list(town.types)), rng.random() < 0.7
        town.cases(rng.randrange(1, 5), at=at, lon=lon, lat=lat, kind=kind, public=public)
    elif deed == 3:
        Case.objects.filter(duplicate_of__in=chosen).update(duplicate_of=None)
        chosen.delete()
    elif deed == 4:
        chosen.update(request_type=rng.choice([None, *town.types.values()]))
    elif deed == 5:
        chosen.update(geom=Point(lon, lat, srid=4326), h3_10=h3.latlng_to_cell(lat, lon, 10))
    elif deed == 6:
        chosen.update(district=rng.choice([town.west, town.east, None]))
    elif deed == 7:
        chosen.update(public=rng.random() < 0.5, state="CANCELLED")
    elif deed == 8:
        chosen.update(h3_10=None, geom=None)
    elif deed == 9:
        chosen.update(opened_at=now - timedelta(days=rng.randrange(500)))
    else:  # merged: told apart by nothing that is counted
        chosen.update(duplicate_of=some[0], state="CLOSED")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_incremental_equals_rebuilt_exactly(town: Town, now, seed):
    rng = random.Random(seed)
    today = now.date()
    for step in range(60):
        if rng.random() < 0.15:
            fold()
        try:
            with transaction.atomic():
                act(town, rng, now)
                if rng.random() < 0.1:
                    raise InterruptedError
        except InterruptedError:
            pass  # what was rolled back leaves no trace
        if step % 6:
            continue
        begin = today - timedelta(days=rng.choice([3, 40, 120, 450]))
        question = DensityQuestion(
            begin=begin,
            end=today - timedelta(days=rng.randrange(3)),
            group=rng.choice([None, None, town.parks.pk]),
            type=rng.choice([None, None, "hole", "secret"]),
            district=rng.choice([None, None, town.west.pk]),
            neighbourhood=rng.choice([None, None, town.a.pk]),
        )
        for counts in Counted:
            resolution = rng.randrange(5, 11)
            windows = [Window(0, question.begin, question.end)]
            found = density_counts(question, counts, windows, resolution=resolution)
            assert found == by_hand(question, counts, resolution), (step, question, counts)
    fold()
    assert not DensityChange.objects.exists()
    folded = rows()
    rebuild()
    assert rows() == folded
    assert sum(map(len, folded)) > 50


def test_a_rebuild_counts_what_is_opened_meanwhile_once(town: Town, now):
    town.cases(30, at=now, lon=27.85, lat=39.62)
    opened = []

    def open_some(done: float, message: str) -> None:
        # On this thread's own connection, in the middle of the rebuild's transaction.
        town.cases(2, at=now, lon=27.95, lat=39.65)
        Case.objects.filter(pk=Case.objects.order_by("pk").first().pk).delete()
        if message not in ("hexagons", ""):
            assert fold() == 0  # the rebuild holds the lock
        opened.append(message)

    rebuild(progress=open_some)
    fold()
    folded = rows()
    rebuild()
    assert rows() == folded
    assert len(opened) > 10
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(n) FROM {TABLES[0]}")
        assert cursor.fetchone()[0] == Case.objects.count() == 30 + len(opened)


def test_readers_see_the_same_counts_through_folds_and_rebuilds(town: Town, now):
    town.cases(30, at=now - timedelta(days=40), lon=27.85, lat=39.62)
    day = now.date()
    question = DensityQuestion(begin=day - timedelta(days=100), end=day)
    window = Window(0, question.begin, question.end)
    done, seen = threading.Event(), []

    def read() -> None:
        try:
            while not done.is_set():
                found = density_counts(question, Counted.PUBLIC, [window], resolution=9)
                seen.append(sum(n for _slot, _cell, n in found))
        except Exception as error:
            seen.append(error)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(6):
        fold()
        rebuild()
    done.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {30}
    assert len(seen) > 30


def test_a_rebuild_that_is_stopped_changes_nothing(town: Town, now):
    town.cases(5, at=now, lon=27.85, lat=39.62)
    fold()
    town.cases(2, at=now, lon=27.85, lat=39.62)
    before = rows()

    def stop(done: float, message: str) -> None:
        if message == "roll-ups":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(progress=stop)
    assert rows() == before
    assert DensityChange.objects.count() == 2
    assert fold() == 2  # and the lock is free


def test_a_fold_leaves_what_is_not_committed(town: Town, now):
    town.cases(1, at=now, lon=27.85, lat=39.62)
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            town.cases(1, at=now, lon=27.85, lat=39.62)
            begun.set()
            go_on.wait(20)
        connections.close_all()

    other = threading.Thread(target=slow)
    other.start()
    begun.wait(20)
    assert fold() == 1
    go_on.set()
    other.join()
    assert fold() == 1


def test_what_is_not_counted_leaves_no_change(town: Town, now):
    town.cases(3, at=now, lon=27.85, lat=39.62)
    fold()
    Case.objects.update(state="CLOSED", text_key="x", changed_at=now)
    assert not DensityChange.objects.exists()


def test_a_fold_keeps_the_outlines(town: Town, now):
    town.cases(1, at=now, lon=27.85, lat=39.62)
    fold()
    cell = h3.latlng_to_cell(39.62, 27.85, 10)
    kept = set(Hexagon.objects.values_list("cell", flat=True))
    assert kept == {h3.cell_to_parent(cell, resolution) for resolution in range(5, 11)}


def test_the_command_rebuilds(town: Town, now, capsys):
    town.cases(3, at=now, lon=27.85, lat=39.62)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE spatial_analytics_densitychange")
    call_command("rebuild_density")
    assert "1 counts" in capsys.readouterr().out
    assert sum(map(len, rows())) > 1
