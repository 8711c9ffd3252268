"""Planned works: filed once, held against each other, permitted, told."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from accounts.models import Membership, User
from accounts.queries.clients import effective
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from addresses.models import Street
from cases.actions.move import ChangedMeanwhile
from cases.actions.planned_works import (
    change_work,
    file_work,
    keep_surface,
    lift,
    move_work,
    shape_of,
)
from cases.actions.work_notices import confirm_street, follow_street, leave_street
from cases.models import DepartmentFollow, Moratorium, PlannedWork, Reporter, StreetFollow
from cases.queries.planned_works import around_work, visible_works, works_near
from cases.rules.draft import Contact
from cases.rules.planned_works import COMING, MOVES, WorkState
from core.api.problems import InvalidInput
from notifications.models import Message
from tests.clients import make_client
from tests.factories import METRE_LAT, NOW, City, make_case
from tests.works import BEGIN, END, line, make_work, sent
from workflows.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(city: City) -> City:
    for name, role, body in (
        ("planner", "WORKS_PLANNER", "b"), ("other", "WORKS_PLANNER", "a"), ("office", "WORKS_OFFICE", "a"),
    ):  # fmt: skip
        user = User.objects.create_user(name, password="x", full_name=name)
        city.people[name] = user
        Membership.objects.create(user=user, organisation=city.bodies[body], role=role)
    return city


def see(town: City, who: str):
    return viewer_of(town.people[who]) if who else ANONYMOUS


def filed(town: City, who: str = "planner", **more):
    body = more.pop("body", "b")
    made = file_work(
        sent(town, **more), organisation=town.bodies[body].code, viewer=see(town, who), now=NOW
    )
    return made.work


def moved(town: City, work: PlannedWork, move: str, who: str = "planner", note: str = "", now=NOW):
    work.refresh_from_db()
    return move_work(
        str(work.uid), move, viewer=see(town, who), version=work.version, note=note, now=now
    )


def test_every_state_is_reached_and_no_other_is_public():
    assert MOVES.unreachable(WorkState.DRAFT) == set()
    assert {s for m in MOVES.moves.values() for s in m.sources} <= set(WorkState)


def test_the_same_number_is_the_same_work(town: City):
    first = sent(town)
    viewer = see(town, "planner")

    def send(body):
        return file_work(body, organisation=town.bodies["b"].code, viewer=viewer, now=NOW)

    made, again = send(first), send(first)
    assert (made.new, again.new, again.changed) == (True, False, ())
    other = send(first | {"end": "2026-12-24"})
    assert other.work.pk == made.work.pk and other.changed == ("end",)
    assert PlannedWork.objects.count() == 1
    kinds = list(made.work.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["filed", "changed"]


def test_the_work_knows_its_street_and_area(town: City):
    door = town.doors["a5"]
    lon, lat = door.geom.x, door.geom.y
    street = door.side.street
    work = filed(
        town, shape={"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]}
    )
    assert work.districts == [town.areas.districts["A"].pk]
    assert work.neighbourhoods
    if street.geom is not None:
        assert street in work.streets.all()


def test_a_street_that_only_crosses_is_not_the_work_s(town: City):
    lon, lat = town.areas.at(0.5, 0.5)
    along = MultiLineString(LineString((lon - 0.001, lat), (lon + 0.003, lat)), srid=4326)
    across = MultiLineString(
        LineString((lon + 0.0005, lat - 0.002), (lon + 0.0005, lat + 0.002)), srid=4326
    )
    district = town.areas.districts["A"]
    one = Street.objects.create(
        district=district, name="Boyuna Sokak", name_key="boyuna sokak", geom=along
    )
    Street.objects.create(
        district=district, name="Enine Sokak", name_key="enine sokak", geom=across
    )
    work = filed(town)
    assert list(work.streets.filter(name__in=["Boyuna Sokak", "Enine Sokak"])) == [one]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"), ({"kind": "DIG"}, "kind"), ({"begin": "x"}, "begin"),
        ({"begin": "9999-12-31", "end": "9999-12-31"}, "begin"), ({"end": "2026-11-01"}, "end"),
        ({"end": "2031-12-01"}, "end"), ({"depth_m": -1}, "depth_m"), ({"depth_m": "nan"}, "depth_m"),
        ({"width_m": 1e9}, "width_m"), ({"shape": None}, "shape"), ({"shape": "x"}, "shape"),
        ({"shape": {"type": "Point", "coordinates": [27.9, 39.6]}}, "shape"),
        ({"shape": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}, "shape"),
        ({"shape": {"type": "LineString", "coordinates": [[500, 0], [1, 1]]}}, "shape"),
        ({"shape": {"type": "LineString", "coordinates": [[27.9, "x"], [1, 1]]}}, "shape"),
        ({"shape": '{"type":"LineString","coordinates":' + "[" * 3000}, "shape"),
        ({"title": "a\0b" * 200}, "title"), ({"external_id": "a\0"}, "external_id"),
        ({"shape": {"type": "LineString", "coordinates": [[27.9, 39.6]] * 6000}}, "shape"),
        ({"contact": "x" * 201}, "contact"), ({"traffic": "JAM"}, "traffic"),
    ],
)  # fmt: skip
def test_bad_input_names_its_field_and_stores_nothing(town: City, change, field):
    with pytest.raises(InvalidInput) as told:
        filed(town, **change)
    assert field in told.value.errors
    assert not PlannedWork.objects.exists()


@pytest.mark.parametrize("who", ["", "coordinator", "agent", "other", "manager"])
def test_only_its_own_organisation_files(town: City, who: str):
    with pytest.raises(PermissionDenied):
        file_work(sent(town), organisation=town.bodies["b"].code, viewer=see(town, who), now=NOW)
    assert not PlannedWork.objects.exists()


SEES = {
    "": {"PERMITTED", "UNDER_WAY", "FINISHED"},
    "coordinator": {"PERMITTED", "UNDER_WAY", "FINISHED"},
    "other": {"PERMITTED", "UNDER_WAY", "FINISHED", "SUBMITTED"},
    "office": set(WorkState) - {"DRAFT"},
    "planner": set(WorkState),
    "superuser": set(WorkState),
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_which(town: City, who: str):
    for state in WorkState:
        make_work(town, state=state)
    seen = visible_works(see(town, who)).values_list("state", flat=True)
    assert set(seen) == {str(s) for s in SEES[who]}


def test_from_permit_to_end(town: City):
    work = filed(town)
    with pytest.raises(MoveRefused, match="not_permitted"):
        moved(town, work, "permit")
    moved(town, work, "permit", "office")
    with pytest.raises(MoveRefused, match="too_early"):
        moved(town, work, "start")
    begun = NOW + timedelta(days=40)
    moved(town, work, "start", now=begun)
    with pytest.raises(MoveRefused, match="wrong_state"):
        moved(town, work, "withdraw", note="x", now=begun)
    ended = moved(town, work, "finish", now=begun)
    assert (ended.state, ended.end) == ("FINISHED", timezone.localdate(begun))
    with pytest.raises(ChangedMeanwhile):
        move_work(str(work.uid), "submit", viewer=see(town, "planner"), version=1, now=NOW)


def test_another_place_or_time_asks_for_the_permit_anew(town: City):
    work = filed(town)
    moved(town, work, "permit", "office")
    work.refresh_from_db()

    def change(**more):
        work.refresh_from_db()
        body = sent(town, **more) | {"external_id": work.external_id}
        return change_work(
            str(work.uid), body, viewer=see(town, "planner"), version=work.version, now=NOW
        ).work

    assert change(contact="444 1 185").state == "PERMITTED"
    assert change(contact="444 1 185", end="2026-12-20").state == "SUBMITTED"
    with pytest.raises(InvalidInput):
        change_work(
            str(work.uid), sent(town, external_id="other"), viewer=see(town, "planner"),
            version=PlannedWork.objects.get(pk=work.pk).version, now=NOW,
        )  # fmt: skip


def test_a_work_under_way_stays_what_was_permitted(town: City):
    first = sent(town)
    viewer, code = see(town, "planner"), town.bodies["b"].code
    work = file_work(first, organisation=code, viewer=viewer, now=NOW).work
    moved(town, work, "permit", "office")
    moved(town, work, "start", now=NOW + timedelta(days=40))
    for change in ({"end": "2026-12-24"}, {"shape": line(town, 150)}, {"kind": "GAS"}):
        with pytest.raises(InvalidInput) as refused:
            file_work(first | change, organisation=code, viewer=viewer, now=NOW)
        assert set(refused.value.errors) == set(change)
    told = file_work(first | {"contact": "444 1 185"}, organisation=code, viewer=viewer, now=NOW)
    assert (told.work.state, told.changed) == ("UNDER_WAY", ("contact",))


def test_the_same_number_is_changed_from_the_version_that_was_read(town: City):
    first = sent(town)
    viewer, code = see(town, "planner"), town.bodies["b"].code
    file_work(first, organisation=code, viewer=viewer, now=NOW)

    def send(version: int | None, **more):
        return file_work(
            first | more, organisation=code, viewer=viewer, now=NOW, version=version
        ).work

    assert send(1, title="Başka").version == 2
    assert send(1, title="Başka").version == 2  # a repetition
    with pytest.raises(ChangedMeanwhile):
        send(1, title="Daha başka")
    assert send(None, title="Daha başka").version == 3


def test_a_program_that_is_kept_to_areas_sees_works_there(town: City):
    make_work(town, body="a", state="SUBMITTED")
    make_work(town, body="a", state="PERMITTED")
    row, _key = make_client(town, "b", districts=(town.areas.districts["B"].pk,))
    principal = effective(row.pk)
    assert not visible_works(principal.viewer).exists()
    assert visible_works(ANONYMOUS).count() == 1


def beside(town: City, work: PlannedWork, who: str = "planner"):
    return around_work(work, see(town, who))


def kinds(town: City, work: PlannedWork, who: str = "planner") -> list[str]:
    return [one.what for one in beside(town, work, who).conflicts]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, ["SAME_TIME", "SHARE"]),
        ({"north": 11}, ["SAME_TIME"]),  # too far for one trench
        ({"north": 30}, []),
        ({"begin": END + timedelta(days=1), "end": END + timedelta(days=9)}, ["SHARE"]),
        ({"begin": END + timedelta(days=300), "end": END + timedelta(days=309)}, []),
        ({"kind": "EVENT"}, ["EVENT"]),
        ({"kind": "SURFACING", "begin": BEGIN - timedelta(days=60), "end": BEGIN - timedelta(days=30)},
         ["NEW_SURFACE"]),
        ({"kind": "SURFACING", "begin": END + timedelta(days=5), "end": END + timedelta(days=9)}, []),
        ({"state": "FINISHED"}, []), ({"state": "WITHDRAWN"}, []),
        ({"state": "DRAFT"}, []),  # of another organisation
        ({"state": "DRAFT", "body": "b"}, ["SAME_TIME", "SHARE"]),
        ({"state": "UNDER_WAY"}, ["SAME_TIME"]),
    ],
)  # fmt: skip
def test_what_stands_beside_a_work(town: City, other, found):
    work = make_work(town, state="SUBMITTED")
    make_work(
        town, body=other.pop("body", "a"), shape=line(town, north=other.pop("north", 0)), **other
    )
    assert kinds(town, work) == found


def test_surfacing_is_told_of_what_will_dig_it_up(town: City):
    work = make_work(town, state="SUBMITTED", kind="SURFACING")
    make_work(town, body="a", begin=END + timedelta(days=100), end=END + timedelta(days=110))
    assert kinds(town, work) == ["NEW_SURFACE"]


def test_what_one_trench_saves(town: City):
    work = make_work(town, state="SUBMITTED")
    make_work(
        town, body="a", shape=line(town, metres=60), depth_m=1.0, width_m=None,
        begin=END + timedelta(days=20), end=END + timedelta(days=25),
    )  # fmt: skip
    (one,) = beside(town, work).conflicts
    assert one.saved.metres == pytest.approx(60, abs=2)
    assert one.saved.surface_m2 == pytest.approx(60 * 0.6, abs=2)
    assert one.saved.ground_m3 == pytest.approx(60 * 0.6 * 1.0, abs=2)
    assert one.saved.days == 6


def test_open_cases_at_the_place_are_counted_as_the_viewer_sees_them(town: City):
    work = make_work(town)
    make_case(town, public=False)
    make_case(town, state="CLOSED")
    make_case(town, at=(2.5, 0.5))
    assert beside(town, work, "superuser").cases == 1
    assert beside(town, work, "").cases == 0  # it is not public


def test_nobody_digs_up_a_new_surface_without_a_reason(town: City):
    keep_surface(
        line(town), reason="Yeni asfalt", begin=BEGIN - timedelta(days=9),
        end=BEGIN + timedelta(days=500), viewer=see(town, "office"), now=NOW,
    )  # fmt: skip
    work = filed(town)
    assert kinds(town, work) == ["MORATORIUM"]
    with pytest.raises(MoveRefused, match="hard_conflict"):
        moved(town, work, "permit", "office")
    with pytest.raises(MoveRefused, match="missing_note"):
        moved(town, work, "permit_all_the_same", "office")
    assert moved(town, work, "permit_all_the_same", "office", "Boru patladı").state == "PERMITTED"
    lift(str(Moratorium.objects.get().uid), viewer=see(town, "office"), now=NOW)
    assert kinds(town, work) == []
    with pytest.raises(PermissionDenied):
        lift(str(Moratorium.objects.get().uid), viewer=see(town, "planner"), now=NOW)


def test_a_finished_surface_is_kept_by_itself(town: City):
    work = make_work(town, kind="SURFACING", state="UNDER_WAY")
    now = NOW + timedelta(days=35)
    moved(town, work, "finish", now=now)
    kept = Moratorium.objects.get(work=work)
    assert (kept.begin, kept.end) == (
        timezone.localdate(now), timezone.localdate(now) + timedelta(days=730),
    )  # fmt: skip


def test_a_case_at_a_work_that_runs_knows_whose_it_is(town: City):
    case = make_case(town)
    work = make_work(town, state="UNDER_WAY", begin=date(2026, 11, 1), end=date(2026, 11, 9))
    make_work(town, state="UNDER_WAY", kind="EVENT", begin=date(2026, 11, 1), end=date(2026, 11, 9))
    assert works_near(case.geom, today=date(2026, 11, 3)) == [work]
    assert works_near(case.geom, today=date(2026, 11, 10)) == []
    case.geom.y += 60 * METRE_LAT
    assert works_near(case.geom, today=date(2026, 11, 3)) == []


@pytest.fixture
def followed(town: City):
    street = town.doors["a5"].side.street
    work = make_work(town, state="SUBMITTED")
    work.streets.add(street)
    link = follow_street(street, Contact(email="a@example.org", language="en"), now=NOW)
    return town, work, link


def test_who_follows_a_street_is_told_after_a_yes(followed):
    town, work, link = followed
    asked = Message.objects.get()
    assert link.token in asked.body
    moved(town, work, "permit", "office")
    assert Message.objects.count() == 1  # not confirmed
    confirm_street(link, now=NOW)
    moved(town, work, "withdraw", note="x")
    told = Message.objects.exclude(pk=asked.pk).get()
    assert told.recipient == "a@example.org"
    assert "will not take place" in told.subject
    assert f"/works/{work.uid}/" in told.body and link.token in told.body
    leave_street(link)
    assert not Reporter.objects.exists() and not StreetFollow.objects.exists()


def test_departments_are_told_of_their_districts(followed):
    town, work, _link = followed
    here = town.areas.districts
    User.objects.filter(pk=town.people["coordinator"].pk).update(email="c@example.org")
    follows = DepartmentFollow.objects.create(
        department=town.departments["a:temizlik"], districts=[here["B"].pk]
    )
    moved(town, work, "permit", "office")
    assert not Message.objects.filter(key__startswith="work:").exists()
    follows.districts = []
    follows.save()
    PlannedWork.objects.filter(pk=work.pk).update(state="SUBMITTED")
    moved(town, work, "permit", "office")
    assert Message.objects.filter(key__startswith="work:").count() == 1


def test_coming_states_take_their_place():
    assert set(COMING) == {"SUBMITTED", "PERMITTED", "UNDER_WAY"}


def test_a_shape_of_one_part_is_one_of_several(town: City):
    with translation.override("en"):
        assert shape_of(line(town)).geom_type == "MultiLineString"
        square = [[27.9, 39.6], [27.91, 39.6], [27.91, 39.61], [27.9, 39.6]]
        assert shape_of({"type": "Polygon", "coordinates": [square]}).geom_type == "MultiPolygon"
        bow = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
        with pytest.raises(InvalidInput, match="crosses"):
            shape_of({"type": "Polygon", "coordinates": [bow]})
