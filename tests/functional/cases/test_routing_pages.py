"""The pages of routing as a browser asks for them: who enters, what stands there, what acts do."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.actions.move import move_case
from cases.actions.routing_rules import save_area
from cases.models import Case, RoutingArea, RoutingRule
from cases.queries import rulebook
from core.actions.jobs import run_due
from core.models import Job
from tests.conftest import ROLES
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
EDITS = {"administrator", "superuser"}
HOME = "/console/routing/"


def square(city: City, west: float, north: float, east: float, south: float) -> str:
    (w, n), (e, s) = city.areas.at(west, north), city.areas.at(east, south)
    ring = [[w, n], [e, n], [e, s], [w, s], [w, n]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def fields(city: City, **values: str) -> dict[str, str]:
    return {
        "name": "Gece", "condition": "time in 22:00-06:00", "valid_from": "", "valid_to": "",
        "department": str(city.departments["bbb:santral"].pk),
        "before": str(city.rules["temizlik A"].pk), "do": "save",
    } | values  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_who_enters(as_: As, city: City, role: str):
    client, rule = as_(role), city.rules["su"].pk
    job = Job.objects.create(name="cases.what_if")
    area = {"name": "x", "geometry": square(city, 0, 0, 1, 1), "do": "save"}
    looks = [
        "",
        "rules/new/",
        f"rules/{rule}/",
        "areas/",
        "areas.geojson",
        "corrections/",
        f"runs/{job.pk}/",
    ]
    for path in looks:
        expected = 200 if role in EDITS else 302 if role == "anonymous" else 403
        assert client.get(HOME + path).status_code == expected, path
    acts = [
        ("rules/new/", fields(city)), (f"rules/{rule}/act/", {"do": "retire"}), ("areas/", area),
        ("reroute/", {}), (f"runs/{job.pk}/cancel/", {}),
    ]  # fmt: skip
    for path, sent in acts:
        answer = client.post(HOME + path, sent)
        assert answer.status_code == (403 if role not in {*EDITS, "anonymous"} else 302), path
        assert role != "anonymous" or "next=" in answer.url, path
    changed = (
        RoutingRule.objects.filter(name="Gece").exists(), RoutingArea.objects.exists(),
        RoutingRule.objects.get(pk=rule).valid_to is not None,
        Job.objects.filter(name="cases.reroute").exists(),
        Job.objects.get(pk=job.pk).state == "CANCELLED",
    )  # fmt: skip
    assert changed == (role in EDITS,) * 5


@pytest.mark.parametrize("role", ROLES)
def test_who_says_what_a_case_is(as_: As, city: City, role: str):
    case = make_case(city, district=city.areas.districts["A"])
    sent = {"request_type": "cukur", "version": case.version}
    answer = as_(role).post(f"/console/cases/{case.number}/type/", sent)
    case.refresh_from_db()
    allowed = role in {"agent", "coordinator", "administrator", "superuser"}
    assert (case.request_type == city.types["cukur"]) is allowed
    assert answer.status_code == (302 if allowed or role == "anonymous" else 403)
    assert case.department == city.departments["a:fen" if allowed else "a:temizlik"]


def test_the_console_offers_rules_to_those_who_may_edit_them(as_: As, city: City):
    assert HOME in as_("administrator").get("/console/").content.decode()
    assert HOME not in as_("coordinator").get("/console/").content.decode()


def test_the_list_tells_order_faults_and_what_can_never_win(as_: As, city: City):
    for position, condition in ((900, "type = su-patlagi"), (901, "area = gone"), (902, "typ = x")):
        RoutingRule.objects.create(
            position=position, name=f"n{position}", condition=condition,
            department=city.departments["bbb:santral"],
        )  # fmt: skip
    rulebook.forget()
    page = as_("administrator").get(HOME, headers={"accept-language": "en"}).content.decode()
    assert page.index("temizlik A") < page.index("temizlik B") < page.index("n900")
    assert "“n900” can never win" in page
    assert "No drawn area in force is called “gone”." in page
    assert "Position 1: “typ” is not a fact" in page
    assert "3 rules have faults" in page


def test_where_would_this_go_and_why(as_: As, city: City):
    lon, lat = city.areas.at(1.99, 0.3)
    asked = {"type": "cop", "place": f"{lat}, {lon}", "at": "2026-11-03T10:00", "channel": "web"}
    page = as_("administrator").get(HOME, asked, headers={"accept-language": "en"}).content.decode()
    assert "Altıeylül Belediyesi · Temizlik is responsible by rule 10" in page
    assert "the district is Altıeylül" in page
    assert "On the other side of it Karesi Belediyesi · Temizlik would be responsible" in page
    assert "A person must look" in page
    turkish = as_("administrator").get(HOME, asked, headers={"accept-language": "tr"})
    assert "ilçe Altıeylül" in turkish.content.decode()
    for more in ({"place": "Nowhere 999"}, {"at": "never"}):
        wrong = as_("administrator").get(HOME, asked | more)
        assert wrong.status_code == 200 and 'role="alert"' in wrong.content.decode()
    nobody = as_("administrator").get(HOME, asked | {"type": "budama"}).content.decode()
    assert "is responsible" not in nobody


def test_a_rule_is_written_checked_and_stored(as_: As, city: City):
    client = as_("administrator")
    wrong = client.post(HOME + "rules/new/", fields(city, condition="district = atlantis"))
    assert wrong.status_code == 422 and "atlantis" in wrong.content.decode()
    checked = client.post(HOME + "rules/new/", fields(city, do="check"))
    assert checked.status_code == 200 and not RoutingRule.objects.filter(name="Gece").exists()
    assert client.post(HOME + "rules/new/", fields(city)).status_code == 302
    rule = RoutingRule.objects.get(name="Gece")
    assert rule.position < RoutingRule.objects.get(name="temizlik A").position
    form = client.get(f"{HOME}rules/{rule.pk}/").content.decode()
    assert "time in 22:00-06:00" in form
    for bad in ({"valid_from": "soon"}, {"department": "x"}, {"before": "99999999"}, {"name": ""}):
        assert client.post(HOME + "rules/new/", fields(city, **bad)).status_code == 422, bad


def test_a_rule_that_could_never_win_is_stored_only_on_demand(as_: As, city: City):
    client = as_("administrator")
    dead = fields(city, condition="type = su-patlagi", before="")
    answer = client.post(HOME + "rules/new/", dead, headers={"accept-language": "en"})
    assert "can never win" in answer.content.decode()
    assert not RoutingRule.objects.filter(name="Gece").exists()
    assert client.post(HOME + "rules/new/", dead | {"confirmed": "1"}).status_code == 302
    assert RoutingRule.objects.filter(name="Gece").exists()


def test_who_was_slower_is_told(as_: As, city: City):
    client, rule = as_("administrator"), city.rules["su"]
    path = f"{HOME}rules/{rule.pk}/"
    seen = client.get(path).context["form"]["seen"]
    mine = fields(city, name="Benim", condition=rule.condition, before="", seen=seen)
    assert client.post(path, mine).status_code == 302
    theirs = client.post(path, mine | {"name": "Onun"})
    assert theirs.status_code == 422 and list(theirs.context["errors"]) == ["seen"]
    assert 'value="Onun"' in theirs.content.decode()
    rule.refresh_from_db()
    assert rule.name == "Benim"


def test_what_has_not_begun_is_withdrawn(as_: As, city: City):
    client = as_("administrator")
    begins = timezone.localdate() + timedelta(days=30)
    client.post(HOME + "rules/new/", fields(city, valid_from=begins.isoformat()))
    rule = RoutingRule.objects.get(name="Gece")
    assert "Geri çek" in client.get(HOME).content.decode()
    case = make_case(city)
    now = timezone.now()
    decided = case.decisions.create(rule=rule, explanation={}, decided_at=now)
    client.post(f"{HOME}rules/{rule.pk}/act/", {"do": "retire"})
    assert RoutingRule.objects.filter(
        pk=rule.pk, valid_to=None
    ).exists()  # it has decided something
    decided.delete()
    client.post(f"{HOME}rules/{rule.pk}/act/", {"do": "retire"})
    assert not RoutingRule.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00", "2026-13-01T00:00", "yok"])
def test_a_moment_that_no_calendar_has(as_: As, at: str):
    page = as_("administrator").get(HOME, {"place": "39.6,27.8", "at": at})
    assert page.status_code == 200 and "Bu, saatli bir tarih değil." in page.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_has(as_: As, city: City, day: str):
    answer = as_("administrator").post(HOME + "rules/new/", fields(city, valid_to=day))
    assert answer.status_code == 422 and not RoutingRule.objects.filter(name="Gece").exists()


def test_rules_are_moved_and_ended(as_: As, city: City):
    client, rule = as_("administrator"), city.rules["su"]

    def order() -> list[str]:
        return list(RoutingRule.objects.order_by("position").values_list("name", flat=True))

    before = order()
    for do, expected in (("up", ["su", "yol B"]), ("down", ["yol B", "su"])):
        client.post(f"{HOME}rules/{rule.pk}/act/", {"do": do})
        assert order()[3:5] == expected
    assert order() == before
    client.post(f"{HOME}rules/{rule.pk}/act/", {"do": "retire", "on": "2027-01-01"})
    rule.refresh_from_db()
    assert str(rule.valid_to) == "2027-01-01"
    client.post(f"{HOME}rules/{rule.pk}/act/", {"do": "explode"})
    assert order() == before
    assert client.post(f"{HOME}rules/0/act/", {"do": "up"}).status_code == 404


def test_a_try_runs_as_a_job_and_tells_what_would_have_moved(as_: As, city: City):
    here = {"district": city.areas.districts["A"], "neighbourhood": city.areas.neighbourhoods["A"]}
    case = make_case(city, opened_at=timezone.now() - timedelta(days=3), **here)
    client = as_("administrator")
    started = client.post(
        HOME + "rules/new/", fields(city, condition="type = cop", do="try"), follow=False
    )
    assert "%" in client.get(started.url).content.decode()
    assert run_due(now=timezone.now()) == 1
    page = client.get(started.url, headers={"accept-language": "en"}).content.decode()
    assert case.number in page and "Büyükşehir · Santral" in page
    assert f"/console/cases/{case.number}/" in page
    job = Job.objects.get(name="cases.what_if")
    assert (job.state, job.result["moved"], job.progress) == ("DONE", 1, 1.0)
    assert not RoutingRule.objects.filter(name="Gece").exists()


def test_all_open_cases_are_asked_again_by_a_job(as_: As, city: City):
    case = make_case(
        city, department="b:temizlik", district=city.areas.districts["A"],
        neighbourhood=city.areas.neighbourhoods["A"],
    )  # fmt: skip
    client = as_("administrator")
    started = client.post(HOME + "reroute/")
    assert run_due(now=timezone.now()) == 1
    case.refresh_from_db()
    assert case.department == city.departments["a:temizlik"]
    assert "Asked again" in client.get(HOME, headers={"accept-language": "en"}).content.decode()
    assert client.get(started.url).status_code == 200


def test_areas_are_stored_with_versions_and_bad_ones_refused(as_: As, city: City):
    client = as_("administrator")
    for n, shape in enumerate((square(city, 0, 0, 1, 1), square(city, 1, 0, 2, 1)), 1):
        sent = {"name": "Sahil", "geometry": shape, "do": "save"}
        if n == 2:
            sent["starting"] = "2027-01-01"
        assert client.post(HOME + "areas/", sent).status_code == 302
    assert list(RoutingArea.objects.values_list("version", flat=True)) == [1, 2]
    bad = client.post(HOME + "areas/", {"name": "x", "geometry": "no", "do": "save"})
    assert bad.status_code == 422 and RoutingArea.objects.count() == 2
    assert client.post(HOME + "areas/", {"do": "retire", "area": "x"}).status_code == 422


def test_a_correction_is_taken_over_as_a_rule(as_: As, city: City):
    agent = viewer_of(city.people["agent"])
    here = {"district": city.areas.districts["A"], "neighbourhood": city.areas.neighbourhoods["A"]}
    rule = city.rules["temizlik A"]
    now = timezone.now()
    for _ in range(3):
        case = make_case(city, **here)
        case.decisions.create(rule=rule, department=case.department, explanation={}, decided_at=now)
        move_case(number=case.number, move="assign", viewer=agent, version=1, now=now,
                  department=city.departments["a:fen"].pk)  # fmt: skip
    client = as_("administrator")
    page = client.get(HOME + "corrections/", headers={"accept-language": "en"}).content.decode()
    assert "3 of 3" in page
    link = page.split('class="button small" href="')[1].split('"')[0].replace("&amp;", "&")
    form = client.get(link).content.decode()
    assert "type = cop and district = &quot;Altıeylül&quot;" in form
    assert f'<option value="{rule.pk}" selected>' in form


def test_the_page_of_a_case_tells_the_whole_reason(as_: As, city: City):
    boss = viewer_of(city.people["administrator"])
    save_area(name="Kampüs", geojson=square(city, 0, 0, 1, 1), viewer=boss, now=NOW)
    client = as_("administrator")
    client.post(
        HOME + "rules/new/", fields(city, condition='area = "Kampüs" and not type = su-patlagi')
    )
    case = make_case(city, state="NEW", precision="POINT")
    moved = client.post(
        f"/console/cases/{case.number}/move/", {"move": "route", "version": case.version}
    )
    assert moved.status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert case.department == city.departments["bbb:santral"]
    page = client.get(f"/console/cases/{case.number}/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert "the drawn area is Kampüs, the type is not “Su-patlagi”" in text
    assert "Drawn area Kampüs: version 1" in text
