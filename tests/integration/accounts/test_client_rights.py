"""What a program sees of cases: what concerns its organisation, within its reach, and no trace of more."""

import math
from typing import Any

import mapbox_vector_tile
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiClient, Crew
from accounts.queries.clients import effective, forget_known
from accounts.rules.clients import CASES_READ
from accounts.rules.viewer import ANONYMOUS
from addresses.models import Building
from cases.models import Case, Referral, RoutingArea
from spatial_analytics.queries.reach import sight
from tests import works
from tests.clients import make_client, program
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db


def _numbers(key: str) -> set[str]:
    answer = program(key).get("/api/v1/cases?state=all")
    assert answer.status_code == 200
    found = {c["number"] for c in answer.json()["cases"]}
    assert answer.json()["count"] == len(found)
    return found


def test_a_program_is_in_no_crew_and_answers_for_nothing(city: City):
    _row, key = make_client(city, scopes=["cases:read"])
    Crew.objects.create(department=city.departments["a:temizlik"], name="Boş ekip")
    make_case(city, crew=Crew.objects.get())
    assert _numbers(key)
    for view in ("mine", "crew"):
        assert program(key).get(f"/api/v1/cases?view={view}").json()["cases"] == []


def _reads(key: str, case: Case) -> bool:
    answer = program(key).get(f"/api/v1/cases/{case.number}")
    assert answer.status_code in (200, 404)
    return answer.status_code == 200


def test_which_cases_concern_a_client(city: City) -> None:
    areas, streets = city.areas.neighbourhoods, city.doors["a5"].side.street
    own = make_case(city, neighbourhood=areas["A"], district=areas["A"].district)
    other = make_case(city, department="b:temizlik", at=(2.5, 0.5))
    sensitive = make_case(city, kind="budama")
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    city.types["budama"].refresh_from_db()
    referred = make_case(city, department="b:temizlik", at=(2.5, 0.5))
    Referral.objects.create(
        case=referred, to_department=city.departments["a:fen"], reason="x", at=timezone.now()
    )
    sent_back = make_case(city, department="b:temizlik", at=(2.5, 0.5))
    Referral.objects.create(
        case=sent_back, to_department=city.departments["a:fen"], reason="x", accepted=False
    )
    asset = make_case(city, department="b:temizlik", at=(3.5, 1.5))
    RoutingArea.objects.create(
        name="Depo", name_key="depo", kind="OWNER", owner="A", geom=areas["b"].geom
    )
    building = Building.objects.create(
        identifiers={"owner": "a"}, geom=areas["B"].geom, **_required(Building, city)
    )
    housed = make_case(city, department="b:temizlik", at=(2.5, 0.5), building=building)
    assert streets is not None
    _row, key = make_client(city, scopes=(CASES_READ,))
    # The outline of the asset also holds what else lies there.
    seen = {c.number for c in (own, referred, asset, housed)}
    assert _numbers(key) == seen
    for case in (own, referred, asset, housed, other, sensitive, sent_back):
        assert _reads(key, case) is (case.number in seen)


def _required(model: Any, city: City) -> dict[str, Any]:
    if any(f.name == "neighbourhood" for f in model._meta.fields):
        return {"neighbourhood": city.areas.neighbourhoods["B"]}
    return {}


@pytest.mark.parametrize("how", ["districts", "neighbourhoods", "area"])
def test_reach_narrows_lists_details_and_tiles(city: City, how: str) -> None:
    areas = city.areas.neighbourhoods
    inside = make_case(city, neighbourhood=areas["A"], district=areas["A"].district)
    outside = make_case(city, neighbourhood=areas["B"], district=areas["B"].district, at=(2.5, 0.5))
    terms: dict[str, Any] = {
        "districts": {"districts": (areas["A"].district_id,)},
        "neighbourhoods": {"neighbourhoods": (areas["A"].pk,)},
        "area": {"area": areas["A"].geom},
    }[how]
    row, key = make_client(city, scopes=(CASES_READ,), **terms)
    assert _numbers(key) == {inside.number}
    assert _reads(key, inside) and not _reads(key, outside)
    assert row.area is None or how == "area"


def test_not_there_and_not_allowed_look_and_cost_the_same(city: City) -> None:
    other = make_case(city, department="b:temizlik", at=(2.5, 0.5))
    _row, key = make_client(city, scopes=(CASES_READ,))
    answers = []
    program(key).get("/api/v1/cases/none")
    for number in (other.number, "2026-9999999"):
        with CaptureQueriesContext(connection) as asked:
            answer = program(key).get(f"/api/v1/cases/{number}")
        answers.append((answer.status_code, answer.content, len(asked)))
    assert answers[0] == answers[1] and answers[0][0] == 404


def test_a_client_that_is_switched_off_is_out(city: City) -> None:
    row, key = make_client(city)
    assert program(key).get("/api/v1/cases").status_code == 200
    ApiClient.objects.filter(pk=row.pk).update(active=False)
    forget_known()
    answer = program(key).get("/api/v1/cases")
    assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"


def test_answers_bear_the_limits_and_are_nobody_elses(city: City) -> None:
    _row, key = make_client(city, burst=2, rate_per_minute=1)
    for left in ("1", "0"):
        answer = program(key).get("/api/v1/register/")
        assert answer.status_code == 200 and answer["RateLimit-Remaining"] == left
        assert "no-store" in answer["Cache-Control"] and "Authorization" in answer["Vary"]
    answer = program(key).get("/api/v1/register/")
    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 60
    assert answer.json()["title"] == "Too Many Requests"


def test_hidden_fields_stand_in_no_answer(city: City) -> None:
    case = make_case(city)
    _row, key = make_client(city, hidden_fields=("cases.description", "*.answers"))
    one = program(key).get(f"/api/v1/cases/{case.number}").json()
    (listed,) = program(key).get("/api/v1/cases").json()["cases"]
    assert one == listed and not {"description", "answers"} & set(one) and "state" in one
    assert case.description not in str(one)


def test_what_is_hidden_is_told_nowhere_else_either(city: City) -> None:
    """Where no field can be left out, the program is told what everybody is."""
    case = make_case(city, public=False)
    hidden = ("cases.state", "cases.place", "cases.opened_at")
    row, key = make_client(city, hidden_fields=hidden)
    other, whole = make_client(city, name="Hepsi")
    for secret, told, one in ((whole, 1, other), (key, 0, row)):
        work = works.sent(city, shape=works.line(city, at=(0.5, 0.5)))
        answer = program(secret).post("/api/v1/works/check", work, content_type="application/json")
        assert answer.json()["open_cases"] == told
        principal = effective(one.pk)
        assert principal is not None
        assert (sight(principal.viewer) == sight(ANONYMOUS)) == (told == 0)
    body = program(key).get(f"/api/v1/cases/{case.number}").json()
    assert not {"state", "closed_at", "resolved_at", "place", "opened_at"} & set(body)
    sent = {"description": "Atatürk Caddesi 5 önünde çöp alınmıyor"}
    opened = program(key).post("/api/v1/cases", sent, content_type="application/json").json()
    assert "number" in opened and not {"state", "place", "opened_at"} & set(opened)
    Case.objects.update(state="CLOSED")
    listed = program(key).get("/api/v1/cases").json()["cases"]
    assert case.number in {c["number"] for c in listed}  # its end is not told by its absence
    lon, lat = city.areas.at(0.5, 0.5)
    report = {"service_code": "cop", "description": "x", "lat": lat, "long": lon, "api_key": key}
    made = program(key).post("/open311/v2/requests.json", report).json()
    at = f"/open311/v2/requests/{made[0]['service_request_id']}.json"
    seen, public = program(key).get(at, {"api_key": key}), Client().get(at)
    assert (seen.status_code, seen.content) == (public.status_code, public.content)


def test_clients_share_neither_keys_of_repetition_nor_rates(city: City) -> None:
    """What one sent is not found by the key of another, nor does one use up the other's rate."""
    _one, first = make_client(city)
    _two, second = make_client(city, name="Başka")
    sent = {"description": "Atatürk Caddesi 5 önünde çöp alınmıyor"}
    opened = [
        program(key, **{"Idempotency-Key": "same"}).post(
            "/api/v1/cases", sent, content_type="application/json"
        )
        for key in (first, second, first)
    ]
    assert [a.status_code for a in opened] == [201, 201, 200]
    assert opened[0].json()["number"] == opened[2].json()["number"] != opened[1].json()["number"]
    asked = {"kind": "MISSING_ADDRESS", "text": "Atatürk Caddesi 77"}
    filed = [
        program(key, **{"Idempotency-Key": "same"}).post(
            "/api/v1/register/requests", asked, content_type="application/json"
        )
        for key in (first, second, first)
    ]
    assert {a.status_code for a in filed} == {201}
    tokens = [a.json()["token"] for a in filed]
    assert tokens[0] == tokens[2] != tokens[1]


def test_tiles_hold_what_concerns_a_client(city: City) -> None:
    """With the right its own cases, without it the public ones; with a wrong key nothing at all."""
    own = make_case(city, public=False)
    make_case(city, department="b:temizlik", public=False)
    x, y = _tile_of(city, 16)
    tile = f"/tiles/cases/16/{x}/{y}.mvt"
    _row, key = make_client(city, scopes=(CASES_READ,))
    _other, blind = make_client(city, name="Başka", scopes=("registry:read",))
    seen = program(key).get(tile)
    assert seen.status_code == 200 and "Authorization" in seen["Vary"]
    layer = mapbox_vector_tile.decode(seen.content)["cases"]
    assert [f["properties"].get("number") for f in layer["features"]] == [own.number]
    assert "public" not in seen["Cache-Control"]
    assert program(blind).get(tile).status_code == 204
    assert program("vip_wrong").get(tile).status_code == 401


def _tile_of(city: City, zoom: int) -> tuple[int, int]:
    lon, lat = city.areas.at(0.5, 0.5)
    n = 2**zoom
    turned = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * n), int((1 - turned / math.pi) / 2 * n)
