"""A change makes the tiles anew that show it, and no others."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from addresses.actions.change_sets import publish, writing
from addresses.actions.quality import accept, inspect, withdraw
from addresses.models import Address, ChangeSet, QualityFinding, Street
from cases.actions.move import move_case
from cases.actions.open_case import open_case
from cases.actions.placing import correct_place
from cases.models import Case
from cases.rules.draft import Draft
from core.rules.handlers import HANDLERS
from tests.conftest import forget
from tests.factories import NOW, City, close_register, make_case
from tests.integration.tiles.grid import tile_of, url
from tiles.actions.versions import data_changed, move_left_behind
from tiles.conf import CONF
from tiles.models import Touched
from tiles.queries.versions import data_version
from tiles.rules.regions import Box

pytestmark = pytest.mark.django_db
# Places of the drawing in different regions of zoom 14, and farther apart than a tile's buffer.
HERE, THERE, FAR = (0.5, 0.5), (2.5, 0.5), (30.0, 30.0)
ZOOMS = (15, 16)  # of every layer here
Moved = Callable[..., set[str]]


@pytest.fixture
def moved(city: City, as_: Any, django_capture_on_commit_callbacks: Any) -> Moved:
    """Does something; the places of which every tile of a layer has a new tag then. That all tiles of a
    place agree is asserted."""
    admin = as_("superuser")
    places = {"here": HERE, "there": THERE, "far": FAR}

    def tags(layer: str) -> dict[tuple[str, int], str]:
        return {
            (name, z): admin.get(url(layer, tile_of(*city.areas.at(*place), z)))["ETag"]
            for name, place in places.items()
            for z in ZOOMS
        }

    def run(layer: str, change: Callable[[], Any]) -> set[str]:
        before = tags(layer)
        with django_capture_on_commit_callbacks(execute=True):
            change()
        after = tags(layer)
        assert after == tags(layer)
        new = {at for at, tag in after.items() if tag != before[at]}
        found = {name for name, _ in new}
        assert new == {(name, z) for name in found for z in ZOOMS}
        return found

    return run


def point(city: City, place: tuple[float, float]) -> Box:
    lon, lat = city.areas.at(*place)
    return (lon, lat, lon, lat)


class TestCases:
    def test_a_new_case(self, city: City, moved: Moved):
        draft = Draft("çöp alınmıyor", "web", "k", address_id=city.doors["a5"].pk)
        assert moved("cases", lambda: open_case(draft, viewer=ANONYMOUS, now=NOW)) == {"here"}

    def test_a_move(self, city: City, moved: Moved):
        case = make_case(city, at=THERE)

        def accept_it() -> None:
            move_case(
                number=case.number, move="accept", viewer=viewer_of(city.people["superuser"]),
                version=case.version, now=NOW,
            )  # fmt: skip

        assert moved("cases", accept_it) == {"there"}

    def test_another_place_touches_the_old_one_too(self, city: City, moved: Moved):
        case = make_case(city, at=HERE)

        def correct() -> None:
            correct_place(
                number=case.number, written="Karesi Paşaalanı Milli Kuvvetler Caddesi No:7",
                viewer=viewer_of(city.people["superuser"]), version=case.version, now=NOW,
            )  # fmt: skip

        assert moved("cases", correct) == {"here", "there"}
        lon, lat = city.areas.at(*THERE)
        assert Case.objects.get(pk=case.pk).geom.distance(Point(lon, lat, srid=4326)) < 0.001

    def test_the_register_stays(self, city: City, moved: Moved):
        draft = Draft("çöp alınmıyor", "web", "k", address_id=city.doors["a5"].pk)
        assert moved("doors", lambda: open_case(draft, viewer=ANONYMOUS, now=NOW)) == set()


class TestRegister:
    @pytest.fixture
    def published(self, city: City) -> Callable[[Callable[[], Any]], Callable[[], None]]:
        close_register()

        def run(write: Callable[[], Any]) -> Callable[[], None]:
            def act() -> None:
                change_set = ChangeSet.objects.create(kind="EDIT", title="T")
                with transaction.atomic(), writing(change_set):
                    write()
                publish(change_set, now=NOW)

            return act

        return run

    def test_a_change_of_a_door(self, city: City, moved: Moved, published: Any):
        doors = Address.objects.filter(pk=city.doors["b7"].pk)
        assert moved("doors", published(lambda: doors.update(number=8))) == {"there"}
        assert moved("doors,streets", published(lambda: doors.update(number=9))) == {"there"}

    def test_a_door_that_moves_touches_both_places(self, city: City, moved: Moved, published: Any):
        doors = Address.objects.filter(pk=city.doors["b7"].pk)
        to = Point(*city.areas.at(*HERE), srid=4326)
        assert moved("doors", published(lambda: doors.update(geom=to))) == {"here", "there"}

    def test_a_door_that_is_retired(self, city: City, moved: Moved, published: Any):
        doors = Address.objects.filter(pk=city.doors["b7"].pk)
        assert moved("doors", published(lambda: doors.update(status="RETIRED"))) == {"there"}

    def test_a_new_street_touches_where_it_runs(self, city: City, moved: Moved, published: Any):
        west, east = city.areas.at(0.4, 0.5), city.areas.at(2.6, 0.5)

        def build() -> None:
            Street.objects.create(
                district=city.areas.districts["A"], name="Yeni", name_key="yeni",
                geom=MultiLineString(LineString(west, east, srid=4326), srid=4326),
            )  # fmt: skip

        assert moved("streets", published(build)) == {"here", "there"}

    def test_a_new_boundary_touches_everything(self, city: City, moved: Moved, published: Any):
        area = city.areas.neighbourhoods["A"]
        write = published(lambda: type(area).objects.filter(pk=area.pk).update(population=7))
        assert moved("boundaries", write) == {"here", "there", "far"}

    def test_the_cases_stay(self, city: City, moved: Moved, published: Any):
        doors = Address.objects.filter(pk=city.doors["b7"].pk)
        assert moved("cases", published(lambda: doors.update(number=8))) == set()


class TestQuality:
    @pytest.fixture
    def finding(self, city: City) -> QualityFinding:
        lon, lat = city.areas.at(*THERE)
        return QualityFinding.objects.create(
            rule="door_without_building", severity="WARNING", entity="address",
            entity_id=city.doors["b7"].pk, entity_uid=city.doors["b7"].uid, label="x",
            neighbourhood=city.areas.neighbourhoods["B"], geom=Point(lon, lat, srid=4326),
            first_seen=NOW, last_seen=NOW,
        )  # fmt: skip

    def test_an_exception_and_its_end(self, city: City, moved: Moved, finding: QualityFinding):
        viewer = viewer_of(city.people["superuser"])
        given = {"reason": "known", "viewer": viewer, "now": NOW}
        assert moved("quality", lambda: accept(finding.pk, **given)) == {"there"}
        assert moved("quality", lambda: withdraw(finding.pk, viewer=viewer, now=NOW)) == {"there"}

    def test_an_inspection(self, city: City, moved: Moved):
        area = city.areas.neighbourhoods["B"].pk
        touched = moved("quality", lambda: inspect([area], now=NOW))
        assert "there" in touched and "far" not in touched
        assert moved("quality", lambda: inspect(None, now=NOW)) == {"here", "there", "far"}


@pytest.mark.parametrize("z", [7, 11])
def test_from_afar_a_tile_changes_at_most_once_a_second(
    city: City, as_: Any, django_capture_on_commit_callbacks: Any, z: int
):
    admin, zxy = as_("superuser"), tile_of(*city.areas.at(*HERE), z)
    before = admin.get(url("cases", zxy))["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        data_changed("cases", where=[point(city, HERE)])
    assert admin.get(url("cases", zxy))["ETag"] == before
    time.sleep(CONF.held_seconds + 0.05)
    assert admin.get(url("cases", zxy))["ETag"] != before


def test_the_lowest_zooms_follow_every_change(
    city: City, as_: Any, django_capture_on_commit_callbacks: Any
):
    admin, zxy = as_("superuser"), tile_of(*city.areas.at(*FAR), 7)
    before = admin.get(url("cases", zxy))["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        data_changed("cases", where=[point(city, HERE)])
    time.sleep(CONF.held_seconds + 0.05)
    assert admin.get(url("cases", zxy))["ETag"] != before


def test_what_the_cache_has_forgotten_never_comes_back(city: City, as_: Any):
    admin, zxy = as_("superuser"), tile_of(*city.areas.at(*HERE), 14)
    seen = set()
    for _ in range(4):
        seen.add(admin.get(url("cases", zxy))["ETag"])
        forget()
    assert len(seen) == 4


class TestLeftBehind:
    """The process dies between its commit and the cache."""

    @pytest.fixture
    def dead(self, city: City) -> Callable[..., None]:
        def change(name: str, where: list[Box] | None) -> None:
            data_changed(name, where=where)  # the test's transaction never commits
            Touched.objects.update(at="2026-01-01T00:00:00Z")

        return change

    def test_its_versions_are_moved_later(self, city: City, moved: Moved, dead: Any):
        dead("cases", [point(city, HERE)])
        assert moved("cases", move_left_behind) == {"here"}
        assert not Touched.objects.exists()
        dead("cases", None)
        before = data_version("cases")
        assert moved("cases", move_left_behind) == {"here", "there", "far"}
        assert data_version("cases") != before

    def test_one_that_is_done_is_only_forgotten(
        self, city: City, moved: Moved, django_capture_on_commit_callbacks: Any
    ):
        with django_capture_on_commit_callbacks(execute=True):
            data_changed("cases", where=[point(city, HERE)])
        Touched.objects.update(at="2026-01-01T00:00:00Z")
        assert moved("cases", lambda: HANDLERS["tiles.move_left_behind"].run({}, print)) == set()
        assert not Touched.objects.exists()

    def test_one_that_may_still_be_under_way_is_left_alone(self, city: City, moved: Moved):
        data_changed("cases", where=[point(city, HERE)])
        Touched.objects.update(at="2126-01-01T00:00:00Z")
        assert moved("cases", move_left_behind) == set()
        assert Touched.objects.count() == 1

    def test_without_a_cache_it_waits(self, city: City, dead: Any):
        dead("cases", [point(city, HERE)])
        caches = {
            "default": {
                "BACKEND": "gis_vip.cache.ForgivingRedisCache",
                "LOCATION": "unix:///nowhere/redis.sock",
            }
        }
        with override_settings(CACHES=caches):
            move_left_behind()
        assert Touched.objects.count() == 1
        move_left_behind()
        assert not Touched.objects.exists()


def test_a_rolled_back_change_leaves_nothing(city: City, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks() as callbacks:
        try:
            with transaction.atomic():
                data_changed("cases", where=[point(city, HERE)])
                raise LookupError
        except LookupError:
            pass
    assert callbacks == [] and not Touched.objects.exists()


def test_one_transaction_is_one_move(city: City, django_capture_on_commit_callbacks: Any):
    before = int(data_version("cases"))
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            data_changed("cases", where=[point(city, HERE)])
        data_changed("cases", where=[point(city, THERE)])
    assert int(data_version("cases")) == before + 1
    assert Touched.objects.count() == 2
    assert (
        len(cache.get_many([f"moved:{pk}" for pk in Touched.objects.values_list("pk", flat=True)]))
        == 2
    )
