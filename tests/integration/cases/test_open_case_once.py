"""Repetition under way at the same time: one case, its photos once. Needs real commits."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import KeyReused, open_case
from cases.models import Case, CaseEvent, IntakeMessage, Photo, Reporter, RoutingDecision
from cases.photos import clean_photo
from cases.rules.draft import Contact, Draft
from notifications.models import Message
from tests.factories import NOW, City, make_city
from tiles.queries.versions import data_version

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6


@pytest.fixture
def committed_city() -> City:
    with transaction.atomic():
        return make_city()


def at_once(work):
    """Calls `work(n)` in several threads that start together; results or exceptions by thread."""
    start = Barrier(THREADS)

    def one(n: int):
        try:
            start.wait(10)
            return work(n)
        except KeyReused as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def files(folder: str) -> list[str]:
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def draft(city: City, key: str, text: str = "çöp alınmıyor") -> Draft:
    return Draft(
        text, "web", key, address_id=city.doors["a5"].pk, contact=Contact(email="a@example.com")
    )


def test_the_same_key_many_times_at_once_is_one_case(committed_city: City):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 0, 0)).save(out, "JPEG")
    photo = clean_photo(io.BytesIO(out.getvalue()), name="x", size=100)
    tables = (Case, IntakeMessage, Photo, RoutingDecision, Message, Reporter, CaseEvent)
    before = {table: table.objects.count() for table in tables}
    stored = set(files(f"photos/{timezone.now():%Y/%m}"))

    results = at_once(
        lambda n: open_case(
            draft(committed_city, "same"), photos=[photo], viewer=ANONYMOUS, now=NOW
        )
    )
    assert sum(r.new for r in results) == 1
    assert len({r.case.pk for r in results}) == 1
    assert len({r.case.token for r in results}) == 1
    added = {table: table.objects.count() - before[table] for table in tables}
    assert added == {table: 2 if table is CaseEvent else 1 for table in tables}
    kept = Photo.objects.get(case=results[0].case).file.name
    folder, _slash, name = kept.rpartition("/")
    assert set(files(folder)) - stored == {name}


def test_the_same_key_with_different_contents_at_once_lets_one_win(committed_city: City):
    results = at_once(
        lambda n: open_case(
            draft(committed_city, "same", f"çöp alınmıyor {n}"), viewer=ANONYMOUS, now=NOW
        )
    )
    assert sum(isinstance(r, KeyReused) for r in results) == THREADS - 1
    assert Case.objects.count() == IntakeMessage.objects.count() == 1


def test_different_keys_at_once_are_different_cases_with_different_numbers(committed_city: City):
    before = data_version("cases")
    results = at_once(
        lambda n: open_case(draft(committed_city, f"k{n}"), viewer=ANONYMOUS, now=NOW)
    )
    assert all(r.new for r in results)
    assert Case.objects.values("number").distinct().count() == THREADS
    assert int(data_version("cases")) == int(before) + THREADS
