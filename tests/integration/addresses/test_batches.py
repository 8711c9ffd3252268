"""Batches: chunk by chunk, through every kind of interruption, and gone in the end."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.rules.viewer import Viewer
from addresses.actions import batches
from addresses.exchange.errors import ImportRefused
from addresses.models import GeocodeBatch, GeocodeChunk, Landmark
from addresses.queries import geocoded_rows
from addresses.queries.batches import failures, own_batch, result_rows, standing
from addresses.queries.geocoding import geocode_under
from core.actions.jobs import run_due
from core.models import Job
from core.rules.text import key
from tests.factories import NOW, City, open_register

pytestmark = pytest.mark.django_db
DOOR = "Hasan Basri Çantay mah. 10028 Sk no:9"


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: Any) -> None:
    monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batch_chunk=4))


def csv_of(count: int) -> bytes:
    """Every fourth row is a door, a street without the number, nothing, and empty."""
    kinds = [DOOR, DOOR.replace("9", "77"), "xqzw bzzt", ""]
    lines = [f'{n},"{kinds[n % 4]}"' for n in range(count)]
    return ("id,adres\n" + "\n".join(lines) + "\n").encode()


def begun(owner: User | None = None, count: int = 18, **more: Any) -> GeocodeBatch:
    batch = batches.take_in(
        csv_of(count),
        name="liste.csv",
        owner=owner.pk if owner else None,
        now=timezone.now(),
        **more,
    )
    batches.begin(batch)
    return GeocodeBatch.objects.select_related("job").get(pk=batch.pk)


def work() -> None:
    while run_due(now=timezone.now() + timedelta(seconds=1)):
        pass


def check(batch: GeocodeBatch, count: int) -> None:
    """Every row once, in order, with the find that belongs to it."""
    rows = list(result_rows(batch))
    assert [row[0] for row in rows] == [str(n) for n in range(count)]
    assert [row[-1] for row in rows] == [
        ["ok", "unsure", "not-found", "skipped"][n % 4] for n in range(count)
    ]


def test_a_batch_from_file_to_result(city: City) -> None:
    owner = city.people["agent"]
    batch = batches.take_in(csv_of(18), name="liste.csv", owner=owner.pk, now=NOW)
    assert (batch.rows, batch.columns, batch.chunks.count()) == (18, [1], 5)
    assert standing(batch).state == "CHOOSING"
    batches.begin(batch)
    batches.begin(batch)  # twice is once
    assert Job.objects.filter(name=batches.JOB).count() == 1
    work()
    batch = GeocodeBatch.objects.get(pk=batch.pk)
    end = standing(batch)
    assert (end.state, end.done, end.percent) == ("DONE", 18, 100)
    assert (end.sure, end.unsure, end.missing) == (5, 5, 8)
    check(batch, 18)
    listed = failures(batch)
    assert [one.row for one in listed] == [n + 1 for n in range(18) if n % 4]
    assert listed[0].label.startswith("Hasan Basri Çantay Mah. 10028 Sokak")
    assert listed[0].lon is not None and "number_not_found" in listed[0].warnings
    assert (listed[1].lon, listed[1].status) == (None, "not-found")
    assert failures(batch, limit=2) == listed[:2]


def test_texts_are_unreadable_in_the_database(city: City) -> None:
    batch = begun(city.people["agent"])
    work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM addresses_geocodebatch")
        kept = cursor.fetchall()
        cursor.execute("SELECT cells, found FROM addresses_geocodechunk")
        kept += cursor.fetchall()
        cursor.execute("SELECT payload::text, coalesce(result::text, ''), message FROM core_job")
        kept += cursor.fetchall()
    text = json.dumps(kept, ensure_ascii=False)
    assert "10028" not in text and "liste" not in text and "Çantay" not in text
    assert DOOR in batch.chunks.first().cells


def test_a_share_at_a_time_lets_other_work_by(city: City, monkeypatch: Any) -> None:
    monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batch_share_s=0.0))
    first, second = begun(count=12), begun(count=8)
    order = []
    original = batches._store

    def noted(chunk: GeocodeChunk, finds: Any) -> None:
        order.append(chunk.batch_id)
        original(chunk, finds)

    monkeypatch.setattr(batches, "_store", noted)
    work()
    assert order == [first.pk, second.pk, first.pk, second.pk, first.pk]
    assert {standing(GeocodeBatch.objects.get(pk=b.pk)).state for b in (first, second)} == {"DONE"}


def test_stopped_and_gone_on_with(city: City, monkeypatch: Any) -> None:
    batch = begun()
    original, seen = batches._store, []

    def stops(chunk: GeocodeChunk, finds: Any) -> None:
        original(chunk, finds)
        seen.append(chunk.first)
        if len(seen) == 2:
            assert batches.cancel(batch, now=timezone.now())

    monkeypatch.setattr(batches, "_store", stops)
    work()
    end = standing(GeocodeBatch.objects.get(pk=batch.pk))
    assert (end.state, end.done, seen) == ("CANCELLED", 8, [1, 5])
    assert len(list(result_rows(batch))) == 18
    assert not batches.cancel(batch, now=timezone.now())
    assert batches.resume(batch, now=timezone.now())
    work()
    assert seen == [1, 5, 9, 13, 17]  # nothing twice
    check(batch, 18)
    assert not batches.resume(batch, now=timezone.now())


def test_a_worker_that_fails_is_followed_by_one_that_goes_on(city: City, monkeypatch: Any) -> None:
    batch = begun()
    original, seen = batches._store, []

    def fails(chunk: GeocodeChunk, finds: Any) -> None:
        seen.append(chunk.first)
        if len(seen) == 3:
            raise OSError("the database is away")
        original(chunk, finds)

    monkeypatch.setattr(batches, "_store", fails)
    run_due(now=timezone.now())
    assert standing(GeocodeBatch.objects.get(pk=batch.pk)).done == 8
    Job.objects.update(due_at=NOW)
    work()
    assert seen == [1, 5, 9, 9, 13, 17]
    check(batch, 18)


def test_of_two_workers_at_one_chunk_the_first_counts(city: City) -> None:
    batch = begun(count=4)
    chunk = batch.chunks.get()
    first = batches.geocode_rows([DOOR] * 4)
    batches._store(chunk, first)
    batches._store(chunk, batches.geocode_rows([""] * 4))
    chunk.refresh_from_db()
    assert (chunk.sure, chunk.missing) == (4, 0)


def test_what_is_deleted_under_a_worker_ends_it(city: City, monkeypatch: Any) -> None:
    batch = begun()
    original, seen = batches._store, []

    def deletes(chunk: GeocodeChunk, finds: Any) -> None:
        seen.append(chunk.first)
        batches.remove(batch, now=timezone.now())
        original(chunk, finds)

    monkeypatch.setattr(batches, "_store", deletes)
    work()
    assert seen == [1]
    assert (GeocodeChunk.objects.count(), Job.objects.count()) == (0, 0)


def test_expired_batches_go_with_everything(city: City) -> None:
    old, new = begun(city.people["agent"]), begun(city.people["agent"])
    GeocodeBatch.objects.filter(pk=old.pk).update(expires_at=NOW - timedelta(days=400))
    viewer = Viewer(user_id=city.people["agent"].pk)
    assert own_batch(viewer, old.uid, now=NOW) is None
    assert batches.forget_expired(now=NOW) == 1
    assert list(GeocodeBatch.objects.all()) == [new]
    assert set(GeocodeChunk.objects.values_list("batch", flat=True)) == {new.pk}
    assert Job.objects.get().pk == new.job_id
    kept = new.expires_at - new.created_at
    assert kept == timedelta(days=batches.CONF.batch_days)


def test_how_many_a_person_may_have(city: City, monkeypatch: Any) -> None:
    owner = city.people["agent"]
    for _ in range(batches.CONF.batches_at_once):
        begun(owner)
    with pytest.raises(batches.TooManyBatches):
        begun(owner)
    begun(city.people["superuser"])
    work()
    begun(owner)
    GeocodeBatch.objects.update(job=None)
    monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batches_a_day=4))
    with pytest.raises(batches.TooManyBatches):
        begun(owner)
    GeocodeBatch.objects.update(created_at=timezone.now() - timedelta(days=2))
    begun(owner)


def test_a_table_that_is_too_long_leaves_nothing(city: City, monkeypatch: Any) -> None:
    monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batch_rows_max=9, batch_chunk=4))
    for data in (csv_of(10), b"id,adres\n", b'a\n1\n2\n3\n4\n5\n"6\n'):
        with pytest.raises(ImportRefused):
            batches.take_in(data, name="x", owner=None, now=NOW)
    assert (GeocodeBatch.objects.count(), GeocodeChunk.objects.count()) == (0, 0)


@pytest.mark.parametrize("columns", [[], [0, 0], [2], [-1]])
def test_columns_that_are_none_are_refused(city: City, columns: list[int]) -> None:
    batch = batches.take_in(csv_of(1), name="x", owner=None, now=NOW)
    with pytest.raises(ImportRefused):
        batches.choose(batch, columns)


def test_a_chunk_asks_once_for_the_state_of_the_register(city: City) -> None:
    geocoded_rows.geocode_rows([DOOR])
    with CaptureQueriesContext(connection) as asked:
        geocoded_rows.geocode_rows([DOOR] * 20)
    versions = [q for q in asked.captured_queries if "geocode_version" in q["sql"]]
    assert len(versions) == 1  # before; the last door tells what is behind
    assert len(asked) <= 20 * 2 + 3


def test_a_chunk_is_of_one_state_of_the_register(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published while a chunk is under way is found for its first row too."""
    calls = []

    def publish(name: str) -> None:
        open_register()
        Landmark.objects.create(
            neighbourhood=city.areas.neighbourhoods["A"], name=name, name_key=key(name),
            kind="MOSQUE", geom=city.doors["a5"].geom,
        )  # fmt: skip

    def slow(*question: Any, **more: Any) -> Any:
        answer = geocode_under(*question, **more)
        calls.append(question[2])
        if len(calls) == 1:
            publish("Ulu Cami")
        return answer

    publish("Zağnos Paşa Camii")
    monkeypatch.setattr(geocoded_rows, "geocode_under", slow)
    finds = geocoded_rows.geocode_rows(["Ulu Cami", "Ulu Cami yanı"])
    assert len(calls) == 4
    at = geocoded_rows.COLUMNS.index("result_precision")
    assert [find.cells[at] for find in finds] == ["LANDMARK", "LANDMARK"]
