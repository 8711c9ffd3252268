"""Rules as administrators keep them: written, moved, ended, tried, asked again, and corrected."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.move import ChangedMeanwhile, move_case
from cases.actions.open_case import open_case
from cases.actions.placing import correct_place
from cases.actions.rerouting import reroute
from cases.actions.retyping import retype
from cases.actions.routing_rules import (
    RuleDraft,
    area_of,
    findings,
    move_rule,
    retire_area,
    retire_rule,
    save_area,
    save_rule,
)
from cases.actions.trying import (
    start_rerouting,
    try_area,
    try_on_last_year,
    try_rule,
    try_without,
)
from cases.models import Case, CaseEvent, RoutingArea, RoutingDecision, RoutingRule
from cases.queries import rulebook
from cases.queries.corrections import proposals
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput
from notifications.models import Message
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def boss(city: City):
    return viewer_of(city.people["administrator"])


def draft(city: City, condition: str, to: str = "bbb:santral", **more) -> RuleDraft:
    return RuleDraft("Yeni", condition, city.departments[to].pk, **more)


def order() -> list[str]:
    return list(RoutingRule.objects.order_by("position").values_list("name", flat=True))


def quiet(done: float, message: str = "") -> None:
    assert 0 <= done <= 1


def opened(city: City, **values) -> Case:
    values = {"description": "çöp alınmıyor", "address_id": city.doors["a5"].pk} | values
    return open_case(
        Draft(channel="web", external_id=f"k{Case.objects.count()}", **values),
        viewer=ANONYMOUS,
        now=NOW,
    ).case


def test_a_rule_stands_where_it_is_put_and_decides_from_then_on(city: City, boss):
    first = order()
    rule = save_rule(
        draft(city, "type = cop", before=city.rules["temizlik B"].pk), viewer=boss, now=NOW
    )
    assert order() == [first[0], "Yeni", *first[1:]]
    assert rule.changed_by == city.people["administrator"]
    assert opened(city).department == city.departments["a:temizlik"]
    move_rule(rule=rule.pk, before=city.rules["temizlik A"].pk, viewer=boss)
    assert order() == ["Yeni", *first]
    assert opened(city).department == city.departments["bbb:santral"]
    retire_rule(rule=rule.pk, on=TODAY, viewer=boss)
    assert opened(city).department == city.departments["a:temizlik"]
    assert RoutingDecision.objects.filter(rule=rule).count() == 1  # what it decided stays


def test_a_rule_that_changes_on_a_day_keeps_its_old_form_until_then(city: City, boss):
    old = city.rules["temizlik A"]
    tomorrow = TODAY + timedelta(days=1)
    new = save_rule(
        replace(draft(city, old.condition), id=old.pk, before=city.rules["temizlik B"].pk,
                starting=tomorrow),
        viewer=boss, now=NOW,
    )  # fmt: skip
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, order()[:2]) == (
        tomorrow,
        tomorrow,
        ["temizlik A", "Yeni"],
    )
    assert opened(city).department == city.departments["a:temizlik"]
    assert open_case(
        Draft("çöp alınmıyor", "web", "t", address_id=city.doors["a5"].pk),
        viewer=ANONYMOUS, now=NOW + timedelta(days=1),
    ).case.department == city.departments["bbb:santral"]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"condition": "type = nothing"}, "condition", "8"),
        ({"condition": "type == cop"}, "condition", "7"),
        ({"name": " "}, "name", "160"),
        ({"department": 0}, "department", ""),
        ({"before": 0}, "before", ""),
        ({"id": 0}, "id", ""),
        ({"valid_from": TODAY, "valid_to": TODAY}, "valid_to", ""),
    ],
)
def test_what_cannot_be_stored_says_which_field_and_why(city: City, boss, values, field, said):
    before = order()
    with pytest.raises(InvalidInput) as error:
        save_rule(replace(draft(city, "type = cop"), **values), viewer=boss, now=NOW)
    assert list(error.value.errors) == [field] and said in error.value.errors[field][0]
    assert order() == before


@pytest.mark.parametrize("who", ["agent", "coordinator", "manager", "gis_editor"])
def test_only_administrators_touch_rules(city: City, who: str):
    viewer, rule = viewer_of(city.people[who]), city.rules["su"].pk
    acts: list[Callable[[], object]] = [
        lambda: save_rule(draft(city, ""), viewer=viewer, now=NOW),
        lambda: move_rule(rule=rule, before=None, viewer=viewer),
        lambda: retire_rule(rule=rule, on=TODAY, viewer=viewer),
        lambda: save_area(name="x", geojson=square(city, 0, 0, 1, 1), viewer=viewer, now=NOW),
        lambda: retire_area(area=1, on=TODAY, viewer=viewer),
        lambda: try_rule(draft(city, ""), viewer=viewer),
        lambda: try_without(rule, viewer=viewer),
        lambda: try_area("x", square(city, 0, 0, 1, 1), viewer=viewer),
        lambda: start_rerouting(viewer=viewer),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_saving_says_what_could_never_win_and_what_it_would_hide(city: City):
    """Behind `group = su` a rule for the type su-patlagi is dead; before it, it is an exception."""
    behind = findings(draft(city, "type = su-patlagi"), TODAY)
    assert [(f.kind.value, f.rule.name, [r.name for r in f.by]) for f in behind] == [
        ("shadowed", "Yeni", ["su"])
    ]
    exception = 'type = cop and district = "Altıeylül"'
    assert findings(draft(city, exception, before=city.rules["temizlik A"].pk), TODAY) == []
    hides = findings(draft(city, "group in (su, sosyal)", before=city.rules["su"].pk), TODAY)
    assert [(f.kind.value, f.rule.name) for f in hides] == [
        ("shadowed", "su"),
        ("shadowed", "sosyal"),
    ]
    across = findings(draft(city, 'neighbourhood = "Bahçelievler"'), TODAY)
    assert {(f.kind.value, f.by[0].name) for f in across} == {
        ("conflict", "temizlik A"), ("conflict", "yol A"), ("conflict", "su"), ("conflict", "sosyal"),
    }  # fmt: skip


def square(city: City, west: float, north: float, east: float, south: float) -> str:
    (w, n), (e, s) = city.areas.at(west, north), city.areas.at(east, south)
    return (
        '{"type": "Polygon", "coordinates": [['
        f"[{w}, {n}], [{e}, {n}], [{e}, {s}], [{w}, {s}], [{w}, {n}]]]}}"
    )


def test_a_drawn_area_and_an_owner_decide_and_say_their_version(city: City, boss):
    save_area(name="Kampüs", geojson=square(city, 0, 0, 1, 1), viewer=boss, now=NOW)
    save_area(
        name="Demiryolu", owner="tcdd", geojson=square(city, 0, 1, 1, 2), viewer=boss, now=NOW
    )
    first = city.rules["temizlik A"].pk
    save_rule(draft(city, 'area = "kampüs"', before=first), viewer=boss, now=NOW)
    save_rule(draft(city, "owner = TCDD", to="bbb:sosyal", before=first), viewer=boss, now=NOW)
    case = opened(city)
    assert case.department == city.departments["bbb:santral"]
    areas = case.decisions.get().explanation["areas"]
    assert {"level": "area", "name": "Kampüs", "version": 1} in areas
    owned = opened(city, address_id=city.doors["sk9"].pk)
    assert owned.department == city.departments["bbb:sosyal"]
    # The campus moves away; from today on the door is outside.
    save_area(name="Kampüs", geojson=square(city, 2, 0, 3, 1), viewer=boss, now=NOW)
    assert list(RoutingArea.objects.filter(name="Kampüs").values_list("version", flat=True)) == [
        1,
        2,
    ]
    assert opened(city).department == city.departments["a:temizlik"]


def test_who_owns_the_street_stands_in_the_register(city: City, boss):
    street = city.doors["a5"].side.street
    type(street).objects.filter(pk=street.pk).update(identifiers={"owner": "BASKI"})
    save_rule(
        draft(city, "owner = baski", to="baski:kanal", before=city.rules["temizlik A"].pk),
        viewer=boss, now=NOW,
    )  # fmt: skip
    assert opened(city).department == city.departments["baski:kanal"]
    assert (
        opened(city, address_id=city.doors["sk9"].pk).department == city.departments["a:temizlik"]
    )


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("", "polygon"),
        ("POINT(1 2)", "polygon"),
        ('{"type": "Polygon", "coordinates": [[[0,0],[1,1],[0,1],[1,0],[0,0]]]}', "crosses"),
        ('{"type": "Polygon", "coordinates": [[[0,0],[900,0],[900,9],[0,0]]]}', "degrees"),
        ('{"type": "Polygon"', "polygon"),
    ],
)
def test_a_bad_outline_is_refused_with_its_reason(city: City, boss, shape, said):
    with pytest.raises(InvalidInput) as error:
        save_area(name="x", geojson=shape, viewer=boss, now=NOW)
    assert said in error.value.errors["geometry"][0]
    assert not RoutingArea.objects.exists()


def test_a_rule_whose_area_has_ended_asks_a_person(city: City, boss):
    area = save_area(name="Kampüs", geojson=square(city, 0, 0, 1, 1), viewer=boss, now=NOW)
    rule = draft(city, 'group = temizlik and area = "kampüs"', before=city.rules["temizlik A"].pk)
    save_rule(rule, viewer=boss, now=NOW)
    RoutingArea.objects.filter(pk=area.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    rulebook.forget()
    case = opened(city)
    assert (case.department, case.needs_review) == (city.departments["a:temizlik"], True)
    assert [r["name"] for r in case.decisions.get().explanation["doubtful"]] == ["Yeni"]
    assert opened(city, description="su patlağı boru patladı").needs_review is False


def test_time_and_day_are_those_at_which_it_came_in(city: City, boss):
    """The night desk has it at 23:00 of a Tuesday, and on Republic Day."""
    first = city.rules["temizlik A"].pk
    save_rule(draft(city, "time in 22:00-06:00", before=first), viewer=boss, now=NOW)
    save_rule(draft(city, "day = holiday", to="bbb:sosyal", before=first), viewer=boss, now=NOW)
    at = NOW.replace(day=1, month=9)
    assert opened(city, opened_at=at).department == city.departments["a:temizlik"]
    assert opened(city, opened_at=at.replace(hour=20)).department == city.departments["bbb:santral"]
    feast = at.replace(month=10, day=29)
    assert opened(city, opened_at=feast).department == city.departments["bbb:sosyal"]


def retyped(
    city: City, case: Case, kind: str, who: str = "agent", version: int | None = None
) -> Case:
    return retype(
        number=case.number, request_type=kind, viewer=viewer_of(city.people[who]),
        version=case.version if version is None else version, now=NOW,
    )  # fmt: skip


def test_another_type_goes_to_its_department_and_another_body_is_a_referral(city: City):
    case = opened(city, contact=Contact(email="a@example.com"))
    case = retyped(city, case, "cukur")
    assert (case.department, case.referrals.count()) == (city.departments["a:fen"], 0)
    due = case.due_at
    case = retyped(city, case, "su-patlagi")
    assert case.department == city.departments["baski:su-ariza"] and case.due_at != due
    referral = case.referrals.get()
    assert (referral.from_department, referral.to_department, referral.accepted) == (
        city.departments["a:fen"], city.departments["baski:su-ariza"], None,
    )  # fmt: skip
    assert Message.objects.filter(key__contains=f"referral:{referral.pk}").count() == 1
    assert [e.kind for e in case.events.order_by("pk")][-4:] == ["retyped", "routed"] * 2


def test_once_accepted_another_type_only_asks_a_person(city: City):
    case = opened(city)
    case = move_case(
        number=case.number, move="accept", viewer=viewer_of(city.people["coordinator"]),
        version=case.version, now=NOW,
    )  # fmt: skip
    case = retyped(city, case, "cukur", "coordinator")
    assert (case.department, case.needs_review) == (city.departments["a:temizlik"], True)
    assert case.request_type == city.types["cukur"]


def test_who_may_say_what_a_case_is(city: City):
    case = opened(city)
    for who in ("crew", "manager", "other_body", "gis_editor"):
        with pytest.raises(PermissionDenied):
            retyped(city, case, "cukur", who)
    with pytest.raises(ChangedMeanwhile):
        retyped(city, case, "cukur", version=case.version - 1)
    with pytest.raises(InvalidInput):
        retyped(city, case, "nothing")
    assert Case.objects.get(pk=case.pk).request_type == city.types["cop"]


def test_another_place_asks_again(city: City):
    case = opened(city)
    case = correct_place(
        number=case.number, written="Milli Kuvvetler Caddesi No: 7, Karesi", version=case.version,
        viewer=viewer_of(city.people["agent"]), now=NOW,
    )  # fmt: skip
    assert case.department == city.departments["b:temizlik"]
    assert case.referrals.get().to_department == city.departments["b:temizlik"]


def test_all_open_cases_are_asked_again_and_touched_ones_are_flagged(city: City, boss):
    free, water = opened(city), opened(city, description="su patlağı boru patladı")
    accepted = opened(city)
    accept = {"move": "accept", "viewer": viewer_of(city.people["coordinator"]), "now": NOW}
    move_case(number=accepted.number, version=accepted.version, **accept)
    waiting = open_case(
        Draft("çöp alınmıyor", "cimer", "t1", address_id=city.doors["a5"].pk),
        viewer=ANONYMOUS, now=NOW,
    ).case  # fmt: skip
    ended = make_case(city, state="CLOSED")
    save_rule(draft(city, "type = cop", before=city.rules["temizlik A"].pk), viewer=boss, now=NOW)
    counts = reroute(now=NOW, by=boss.user_id, progress=quiet)
    assert counts == {
        "looked_at": 4, "sent_elsewhere": 1, "other_area": 0, "flagged": 1, "nobody": 0,
        "unchanged": 2,
    }  # fmt: skip
    for case in (free, water, accepted, waiting, ended):
        case.refresh_from_db()
    assert free.department == city.departments["bbb:santral"]
    assert free.events.last().actor == city.people["administrator"]
    assert (accepted.department, accepted.needs_review) == (city.departments["a:temizlik"], True)
    assert (waiting.department, water.version, ended.version) == (None, 2, 1)
    again = reroute(now=NOW, by=None, progress=quiet)
    assert (again["sent_elsewhere"], again["flagged"], again["unchanged"]) == (0, 0, 4)


def test_a_bare_point_follows_a_moved_boundary_and_a_door_its_registration(city: City, boss):
    lon, lat = city.areas.at(1.95, 0.3)
    point = opened(city, address_id=None, lon=lon, lat=lat)
    stray = opened(city, address_id=city.doors["stray"].pk)
    assert point.department == stray.department == city.departments["a:temizlik"]
    for letter, west, east in (("a", 1, 1.9), ("B", 1.9, 3)):
        row = city.areas.neighbourhoods[letter]
        type(row).objects.filter(pk=row.pk).update(geom=area_of(square(city, west, 0, east, 2)))
    counts = reroute(now=NOW, by=None, progress=quiet)
    assert (counts["sent_elsewhere"], counts["other_area"], counts["unchanged"]) == (1, 1, 1)
    point.refresh_from_db()
    assert point.neighbourhood == city.areas.neighbourhoods["B"]
    assert point.department == city.departments["b:temizlik"]


def test_where_no_rule_fits_any_more_a_person_is_asked_once(city: City, boss):
    case = opened(city)
    RoutingRule.objects.filter(name="temizlik A").delete()
    rulebook.forget()
    assert reroute(now=NOW, by=None, progress=quiet)["nobody"] == 1
    case.refresh_from_db()
    assert (case.needs_review, case.department) == (True, city.departments["a:temizlik"])
    events = CaseEvent.objects.count()
    assert reroute(now=NOW, by=None, progress=quiet)["unchanged"] == 1
    assert CaseEvent.objects.count() == events


def tried(job) -> dict:
    return try_on_last_year(job.payload, now=NOW, progress=quiet)


def test_what_if_over_the_last_year(city: City, boss):
    here = {"district": city.areas.districts["A"], "neighbourhood": city.areas.neighbourhoods["A"]}
    for days in (1, 30, 300):
        make_case(city, opened_at=NOW - timedelta(days=days), state="CLOSED", **here)
    make_case(city, opened_at=NOW - timedelta(days=400), **here)
    make_case(city, kind="cukur", opened_at=NOW - timedelta(days=5), **here)
    make_case(city, kind="budama", opened_at=NOW - timedelta(days=5), **here)
    first = city.rules["temizlik A"].pk
    result = tried(try_rule(draft(city, "type = cop", before=first), viewer=boss))
    assert (result["looked_at"], result["moved"], result["other_body"], result["nobody"]) == (
        5,
        3,
        3,
        1,
    )
    assert result["moves"] == [["Altıeylül Belediyesi · Temizlik", "Büyükşehir · Santral", 3]]
    assert len(result["examples"]) == 3
    assert result["won"][str(result["rule"])] == 3
    # The same department, another one of the same body, and a rule taken away.
    same = tried(try_rule(draft(city, "type = cop", "a:temizlik", before=first), viewer=boss))
    assert same["moved"] == 0
    inside = tried(try_rule(draft(city, "type = cop", "a:fen", before=first), viewer=boss))
    assert (inside["moved"], inside["other_body"]) == (3, 0)
    without = tried(try_without(first, viewer=boss))
    assert (without["moved"], without["nobody"]) == (3, 4)
    assert RoutingRule.objects.filter(name="Yeni").count() == 0


def test_what_if_a_drawn_area_had_another_outline(city: City, boss):
    save_area(name="Kampüs", geojson=square(city, 3, 0, 4, 1), viewer=boss, now=NOW)
    rule = draft(city, 'area = "kampüs"', before=city.rules["temizlik A"].pk)
    save_rule(rule, viewer=boss, now=NOW)
    here = {"district": city.areas.districts["A"], "neighbourhood": city.areas.neighbourhoods["A"]}
    make_case(city, at=(0.5, 0.5), opened_at=NOW - timedelta(days=1), **here)
    make_case(city, at=(0.5, 1.5), opened_at=NOW - timedelta(days=1), **here)
    result = tried(try_area("kampüs", square(city, 0, 0, 1, 1), viewer=boss))
    assert (result["looked_at"], result["moved"]) == (2, 1)


def test_rerouting_is_not_begun_twice(city: City, boss):
    assert start_rerouting(viewer=boss).pk == start_rerouting(viewer=boss).pk


def test_what_people_correct_by_hand_becomes_a_proposal(city: City, boss):
    agent = viewer_of(city.people["agent"])
    for n in range(5):
        case = opened(city)
        if n < 3:
            move_case(
                number=case.number, move="assign", viewer=agent, version=case.version, now=NOW,
                department=city.departments["a:fen"].pk,
            )  # fmt: skip
    (proposal,) = proposals(NOW + timedelta(days=1))
    assert (proposal.corrected, proposal.decided, proposal.rule) == (3, 5, "temizlik A")
    assert (proposal.wrong, proposal.right) == (
        city.departments["a:temizlik"], city.departments["a:fen"],
    )  # fmt: skip
    assert proposal.condition == 'type = cop and district = "Altıeylül"'
    taken = RuleDraft(proposal.name, proposal.condition, proposal.right.pk, before=proposal.before)
    save_rule(taken, viewer=boss, now=NOW)
    assert opened(city).department == city.departments["a:fen"]
    assert proposals(NOW + timedelta(days=400)) == []
