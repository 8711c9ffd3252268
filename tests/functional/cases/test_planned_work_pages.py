"""Planned works by pages and by the API, as everybody, a company's planner, a program and the office use them."""

import csv
import io
import json
import time
from dataclasses import replace

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import LineString, MultiLineString
from django.utils import timezone, translation

from accounts.models import Membership, User
from cases.models import PlannedWork, StreetFollow
from cases.queries import planned_works
from cases.rules.planned_works import Kind, Traffic, WorkState
from cases.rules.work_words import KINDS, STATES, TRAFFICS
from tests.clients import make_client, program
from tests.factories import City, make_case
from tests.integration.tiles.grid import tile_of
from tests.works import line, make_work, sent

pytestmark = pytest.mark.django_db
API = "/api/v1/works"


@pytest.fixture
def town(city: City) -> City:
    for name, role, body in (("planner", "WORKS_PLANNER", "b"), ("office", "WORKS_OFFICE", "a")):
        user = User.objects.create_user(name, password="x", full_name=name)
        city.people[name] = user
        Membership.objects.create(user=user, organisation=city.bodies[body], role=role)
    return city


def post(client, path: str, body):
    return client.post(path, json.dumps(body), content_type="application/json")


def test_a_program_files_changes_moves_and_reads_works(town: City):
    _row, key = make_client(town, "b")
    client = program(key)
    body = sent(town)
    made = post(client, API, body)
    assert made.status_code == 201, made.content
    at, feature = made["Location"], made.json()
    assert feature["properties"]["state"] == "SUBMITTED"
    assert post(client, API, body).status_code == 200
    found = client.get(f"{at}/conflicts").json()
    assert found == {"hard": False, "open_cases": 0, "conflicts": []}
    version = feature["properties"]["version"]
    changed = client.put(
        at,
        json.dumps(body | {"end": "2026-12-24", "version": version}),
        content_type="application/json",
    )
    assert changed.json()["properties"]["end"] == "2026-12-24"
    late = client.put(at, json.dumps(body | {"version": version}), content_type="application/json")
    assert late.status_code == 409
    refused = post(client, f"{at}/move", {"move": "permit", "version": version + 1})
    assert (refused.status_code, refused.json()["reasons"]) == (422, ["not_permitted"])
    assert client.get(API).json()["features"][0]["id"] == feature["id"]


def test_a_program_of_another_body_or_without_the_scope_changes_nothing(town: City):
    work = make_work(town, state="SUBMITTED")
    for terms in ({"body": "a"}, {"body": "b", "scopes": ("registry:read",), "name": "Salt okur"}):
        _row, key = make_client(town, **terms)
        client = program(key)
        body = sent(town) | {"organisation": town.bodies["b"].code, "version": 1}
        for answer in (
            post(client, API, body),
            client.put(f"{API}/{work.uid}", json.dumps(body), content_type="application/json"),
            post(client, f"{API}/{work.uid}/move", {"move": "withdraw", "version": 1, "note": "x"}),
        ):
            assert answer.status_code in (403, 422), answer.content
    assert PlannedWork.objects.count() == 1
    work.refresh_from_db()
    assert (work.version, work.state) == (1, "SUBMITTED")


def test_a_program_kept_to_a_district_files_nothing_beyond(town: City):
    _row, key = make_client(town, "b", districts=[town.areas.districts["A"].pk])
    client = program(key)
    assert post(client, API, sent(town)).status_code == 201
    beyond = sent(town, shape=line(town, at=(2.5, 0.5)))
    assert post(client, API, beyond).status_code == 403
    assert PlannedWork.objects.count() == 1


def test_everybody_reads_what_is_permitted_and_nothing_else(town: City, client):
    shown, hidden = make_work(town), make_work(town, state="SUBMITTED")
    found = client.get(API).json()
    assert [f["id"] for f in found["features"]] == [str(shown.uid)]
    assert "external_id" not in found["features"][0]["properties"]
    assert client.get(f"{API}/{hidden.uid}").status_code == 404
    assert client.get(f"{API}/{shown.uid}/conflicts").status_code in (401, 403)
    assert post(client, API, sent(town)).status_code in (401, 403)


@pytest.mark.parametrize(
    "query",
    ["on=9999-99-99", "on=0001-01-01", "kind=x", "state=y", "district=a", "district=9" + "9" * 30,
     "street=%00", "limit=0", "limit=99999", "page=-1", "nonsense=1", "sort=name", "q=%00"],
)  # fmt: skip
def test_a_bad_question_is_told_by_field(town: City, client, query: str):
    with translation.override("en"):
        answer = client.get(f"{API}?{query}")
    if query == "q=%00":  # what cannot be seen is left out
        assert answer.status_code == 200
        return
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {query.split("=")[0]}


@pytest.mark.parametrize(
    "body", [b"[]", b"3", b"{", b'{"shape": "\\u0000"}', b'{"version": 1e400}']
)
def test_what_is_no_work_is_refused(town: City, body: bytes):
    _row, key = make_client(town, "b")
    client = program(key)
    assert client.post(API, body, content_type="application/json").status_code == 400
    work = make_work(town)
    at = f"{API}/{work.uid}"
    assert client.put(at, body, content_type="application/json").status_code == 400
    assert client.post(f"{at}/move", body, content_type="application/json").status_code == 400


def test_pages_go_on_to_the_last_work(town: City, client):
    for _n in range(5):
        make_work(town)
    seen, at = [], f"{API}?limit=2"
    while at:
        found = client.get(at).json()
        seen += [f["id"] for f in found["features"]]
        at = next((link["href"] for link in found["links"]), "")
    assert len(seen) == len(set(seen)) == 5


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────


def test_the_public_list_its_files_and_its_calendar(town: City, client):
    work = make_work(town, title="=HYPERLINK()", begin="2026-12-01", end="2026-12-10")
    make_work(town, state="SUBMITTED", title="Gizli")
    page = client.get("/works/?state=all").content.decode()
    assert "=HYPERLINK()" in page and "Gizli" not in page
    table = list(
        csv.reader(io.StringIO(client.get("/works/works.csv?state=all").getvalue().decode()))
    )
    assert len(table) == 2 and table[1][0] == "'=HYPERLINK()"
    drawn = json.loads(client.get("/works/works.geojson?state=all").content)
    (feature,) = drawn["features"]
    said = client.get(f"/api/v1/works/{work.uid}").json()
    for name in ("kind", "state", "traffic", "title", "organisation", "owner", "begin", "end"):
        assert feature["properties"][name] == said["properties"][name]
    assert feature["id"] == said["id"] == feature["properties"]["uid"] == str(work.uid)
    assert feature["properties"]["traffic_name"] != feature["properties"]["traffic"]
    ics = client.get("/works/works.ics?state=all").content.decode()
    assert "DTSTART;VALUE=DATE:20261201\r\n" in ics and "DTEND;VALUE=DATE:20261211" in ics
    assert all(len(part.encode()) <= 75 for part in ics.split("\r\n"))
    month = client.get("/works/calendar/?month=2026-12&state=all").content.decode()
    assert month.count(str(work.uid)) == 10
    assert client.get("/works/calendar/?month=9999-13").status_code == 400
    for query in ("state=x", "page=x", "page=0", "page=-1"):
        assert client.get(f"/works/?{query}").status_code == 400
    for form in ("csv", "geojson", "ics"):
        refused = client.get(f"/works/works.{form}?state=x")
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.status_code == refused.json()["status"] == 400
        assert list(refused.json()["errors"]) == ["state"]


def test_files_for_planners_are_kept_by_nobody(town: City, as_, client):
    for form in ("csv", "geojson", "ics"):
        assert as_("planner").get(f"/works/works.{form}")["Cache-Control"] == "private, no-store"
        assert "Cache-Control" not in client.get(f"/works/works.{form}")


def test_the_filter_offers_the_states_that_one_may_see(town: City, as_):
    offered = {
        who: {
            s.value
            for s in WorkState
            if f'<option value="{s}"' in as_(who).get("/works/").content.decode()
        }
        for who in ("anonymous", "planner", "office")
    }
    assert offered["anonymous"] == {"PERMITTED", "UNDER_WAY", "FINISHED"}
    assert offered["planner"] == {s.value for s in WorkState} >= offered["office"]


@pytest.mark.parametrize("state", ["PERMITTED", "FINISHED", "REFUSED", "WITHDRAWN"])
def test_what_is_over_has_nothing_beside_it(town: City, as_, state: str):
    work = make_work(town, state=state)
    page = as_("planner").get(f"/works/{work.uid}/").content.decode()
    assert ('id="against"' in page) == (state == "PERMITTED")


def test_a_planner_files_by_the_form_and_sees_what_stands_against_it(town: City, as_):
    make_work(town, body="a")
    planner = as_("planner")
    body = sent(town) | {"organisation": town.bodies["b"].code, "shape": json.dumps(line(town))}
    beside = planner.post("/console/works/check/", body).content.decode()
    assert "Boru yenileme" in beside
    wrong = planner.post("/console/works/new/", body | {"begin": ""})
    assert wrong.status_code == 400 and 'value="Boru yenileme"' in wrong.content.decode()
    made = planner.post("/console/works/new/", body)
    work = PlannedWork.objects.get(organisation=town.bodies["b"])
    assert made["Location"] == f"/works/{work.uid}/"
    page = planner.get(made["Location"]).content.decode()
    assert 'id="conflicts"' in page
    edit = planner.post(
        f"/console/works/{work.uid}/edit/",
        body | {"title": "Yeni ad", "version": work.version, "external_id": ""},
    )
    assert edit.status_code == 302
    work.refresh_from_db()
    assert work.title == "Yeni ad"


def test_the_office_permits_with_a_page(town: City, as_):
    work = make_work(town, state="SUBMITTED")
    office = as_("office")
    refused = office.post(f"/console/works/{work.uid}/move/", {"move": "refuse", "version": 1})
    assert refused.status_code == 400
    office.post(f"/console/works/{work.uid}/move/", {"move": "permit", "version": 1})
    work.refresh_from_db()
    assert work.state == "PERMITTED"
    kept = office.post(
        "/console/works/surfaces/",
        {
            "reason": "Asfalt",
            "begin": "2026-12-01",
            "end": "2028-12-01",
            "shape": json.dumps(line(town)),
        },
    )
    assert kept.status_code == 302
    assert "Asfalt" in office.get("/console/works/surfaces/").content.decode()
    bad = office.post(
        "/console/works/surfaces/", {"reason": "x", "begin": "a", "end": "b", "shape": "{}"}
    )
    assert bad.status_code == 400


def test_a_citizen_follows_a_street(town: City, client):
    street = town.doors["a5"].side.street
    assert client.get(f"/works/follow/?street={street.uid}").status_code == 200
    assert client.post("/works/follow/", {"street": street.uid, "email": "x"}).status_code == 400
    client.post("/works/follow/", {"street": street.uid, "email": "a@example.org"})
    client.post("/works/follow/", {"street": street.uid, "email": "a@example.org"})
    link = StreetFollow.objects.get()
    at = f"/works/follow/{link.token}/"
    assert client.get(at)["X-Robots-Tag"] == "noindex"
    client.post(at, {"do": "confirm"})
    link.refresh_from_db()
    assert link.confirmed_at is not None
    client.post(at, {"do": "stop"})
    assert client.get(at).status_code == 404


def test_a_reporter_and_the_console_are_pointed_to_the_work(town: City, as_, client):
    case = make_case(town)
    today = timezone.localdate()
    make_work(town, state="UNDER_WAY", begin=today, end=today, contact="444 0 185")
    assert "444 0 185" in client.get(f"/t/{case.token}/").content.decode()
    assert "444 0 185" in as_("coordinator").get(f"/console/cases/{case.number}/").content.decode()


def test_its_layer_of_tiles_holds_what_is_permitted(town: City, client):
    today = timezone.localdate()
    make_work(town, state="UNDER_WAY", begin=today, end=today)
    make_work(town, state="SUBMITTED", begin=today, end=today, title="Gizli")
    lon, lat = town.areas.at(0.5, 0.5)
    z, x, y = tile_of(lon, lat, 14)
    answer = client.get(
        f"/tiles/planned_works/{z}/{x}/{y}.mvt", headers={"Accept-Encoding": "identity"}
    )
    layer = mapbox_vector_tile.decode(answer.content)["planned_works"]
    assert [f["properties"]["title"] for f in layer["features"]] == ["Boru yenileme"]


# ── What a hostile program tries ─────────────────────────────────────────────────────────────────


def test_a_program_kept_to_a_district_touches_nothing_beyond(town: City):
    beyond = make_work(town, state="SUBMITTED", shape=line(town, at=(2.5, 0.5)))
    draft = make_work(town, state="DRAFT", shape=line(town, at=(2.5, 0.5)))
    _row, key = make_client(town, "b", districts=[town.areas.districts["A"].pk])
    client = program(key)
    inside = sent(town) | {"version": 1}
    for work in (beyond, draft):
        at = f"{API}/{work.uid}"
        answers = [
            client.put(at, json.dumps(inside), content_type="application/json"),
            post(client, f"{at}/move", {"move": "withdraw", "version": 1, "note": "x"}),
        ]
        assert {a.status_code for a in answers} <= {403, 404}
        work.refresh_from_db()
        assert work.version == 1
    assert client.get(f"{API}/{draft.uid}").status_code == 404


def test_a_key_without_the_scope_reads_what_everybody_reads(town: City, client):
    make_work(town)
    make_work(town, state="SUBMITTED")
    _row, key = make_client(town, "b", scopes=("registry:read",))
    assert (
        len(program(key).get(API).json()["features"])
        == 1
        == len(client.get(API).json()["features"])
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"organisation": "\0"}, ""), ({"title": ["a"]}, "title"), ({"contact": {"x": 1}}, "contact"),
        ({"draft": "false"}, "draft"), ({"state": "DRAFT"}, "state"), ({"external_id": 3}, "external_id"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_no_text(town: City, change, field):
    _row, key = make_client(town, "b")
    answer = post(program(key), API, sent(town) | change)
    assert answer.status_code == (400 if field else 403)
    if field:
        assert field in answer.json()["errors"]
    assert not PlannedWork.objects.exists()


def test_a_line_that_is_none_does_not_cross_itself(town: City):
    key = make_client(town)[1]
    at = list(town.areas.at(0.5, 0.5))
    answer = post(
        program(key), API, sent(town, shape={"type": "LineString", "coordinates": [at, at]})
    )
    assert answer.status_code == 400
    (reason,) = answer.json()["errors"]["shape"]
    assert reason.startswith("Bir parçanın köşesi yetersiz.")


def test_an_intricate_shape_holds_nobody_up(town: City):
    lon, lat = town.areas.at(0.5, 0.5)
    zigzag = [[lon + (n % 2) * 1e-3, lat + n * 1e-7] for n in range(900)]
    _row, key = make_client(town, "b")
    begun = time.monotonic()
    answer = post(
        program(key), API, sent(town, shape={"type": "LineString", "coordinates": zigzag})
    )
    assert answer.status_code == 400 and "shape" in answer.json()["errors"]
    assert time.monotonic() - begun < 20


def test_a_page_whose_conflicts_take_too_long_says_so(town: City, as_, monkeypatch):
    lon, lat = town.areas.at(0.5, 0.5)
    zigzag = LineString([(lon + (n % 2) * 1e-3, lat + n * 1e-7) for n in range(900)])
    work = make_work(town, state="SUBMITTED", external_id="one")
    make_work(town, state="PERMITTED", external_id="beside")
    PlannedWork.objects.update(geom=MultiLineString(zigzag, srid=4326))
    monkeypatch.setattr(planned_works, "CONF", replace(planned_works.CONF, works_seconds=0.2))
    at = f"/works/{work.uid}/"
    page = as_("office").get(at, headers={"accept-language": "en"})
    assert page.status_code == 200 and "too intricate" in page.content.decode()
    sent = {"move": "permit", "version": work.version}
    answer = as_("office").post(f"/console/works/{work.uid}/move/", sent)
    assert answer.status_code == 400
    work.refresh_from_db()
    assert work.state == "SUBMITTED"


def test_a_work_does_not_stand_against_itself(town: City):
    _row, key = make_client(town, "b")
    client, body = program(key), sent(town)
    post(client, API, body)
    assert post(client, f"{API}/check", body).json()["conflicts"] == []


def test_a_line_across_the_city_is_no_work(town: City):
    _row, key = make_client(town, "b")
    lon, lat = town.areas.at(0.5, 0.5)
    answer = post(
        program(key),
        API,
        sent(town, shape={"type": "LineString", "coordinates": [[lon, lat], [lon + 2, lat]]}),
    )
    assert answer.status_code == 400 and "shape" in answer.json()["errors"]


def test_its_features_are_told_in_words_on_a_page(town: City, client):
    make_work(town, state="PERMITTED")
    page = client.get("/ogc/collections/planned_works/items?f=html").content.decode()
    assert "<td>WATER</td>" not in page and "<td>PERMITTED</td>" not in page
    assert "<td>İzinli</td>" in page


def test_every_code_has_a_name():
    assert (set(KINDS), set(TRAFFICS), set(STATES)) == (set(Kind), set(Traffic), set(WorkState))
