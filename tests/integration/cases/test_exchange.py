"""Two cities exchange cases. Whichever side dies at whichever point: one case here, one case there."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.integration.cases.two_cities import (
    COUNT,
    REFER,
    SEND,
    Instance,
    Killed,
    drop,
    two_cities,
)

# The mark has the database of the tests made, of which the two cities are copies.
pytestmark = pytest.mark.django_db
PARTNER = """
from accounts.models import Organisation
from cases.models import Partner, ResultCode
repeats, finds = sys.argv[3] == "1", sys.argv[4]
Partner.objects.update_or_create(
    organisation=Organisation.objects.get(code="b"),
    defaults=dict(endpoint=sys.argv[1] + "/open311/v2", api_key=sys.argv[2], services={"*": "*"},
        repeats=repeats, finds=finds, updates=True, active=True,
        closed_as=ResultCode.objects.get(code="done")))
"""
# Where the sender is killed.
SENDER = {
    "claimed": "from cases.actions import sending; sending.work_on = die",
    "before the request": "from cases.exchange import open311; open311.open_request = die",
    "connected": """
from notifications.actions import calls
real = calls.connect
def connect(*a):
    real(*a)
    die()
calls.connect = connect
""",
    "request sent": """
import http.client, time
def getresponse(self):
    time.sleep(float(os.environ.get("PAUSE", "0")))
    die()
http.client.HTTPConnection.getresponse = getresponse
""",
    "answer there, not kept": """
from cases.exchange import open311
real = open311.open_request
def opened(*a, **k):
    real(*a, **k)
    die()
open311.open_request = opened
""",
    "in our transaction": "from cases.actions import sending; sending._step = die",
    "kept": """
from cases.actions import sending
real = sending._taken
def taken(*a):
    real(*a)
    die()
sending._taken = taken
""",
}
RECEIVER = ["before anything", "in the transaction", "after the commit"]
FOLLOW = """
from cases.actions.remote import follow_due
from cases.models import CaseEvent, Transfer
from notifications.models import Message
follow_due(now=now + timedelta(minutes=int(sys.argv[1])))
t = Transfer.objects.order_by("-pk").first()
c = t.case
tell({"transfer": t.state, "there": t.remote_status, "error": t.error, "state": c.state,
    "result": c.result_code.code if c.result_code else "", "accepted": t.referral.accepted,
    "department": str(c.department), "review": c.needs_review, "error": t.error,
    "events": list(CaseEvent.objects.filter(case=c).order_by("pk").values_list("kind", "note")),
    "told": list(Message.objects.filter(key__startswith=f"case:{c.pk}:").order_by("pk")
        .values_list("subject", flat=True))})
"""
# What the district, or here the reporter, does with the newest case.
MOVE = """
from accounts.rules.viewer import Viewer
from cases.actions.move import Given, make_move
from cases.actions.relations import lock_family
from cases.models import Case, CaseEvent
from django.db import transaction
case = Case.objects.filter(channel__code=sys.argv[1]).order_by("-pk").first()
if sys.argv[2]:
    with transaction.atomic():
        case = make_move(lock_family(case.pk), sys.argv[2], Given(**json.loads(sys.argv[3])),
            {"work_case", "triage_case", "reporter"}, Viewer(), timezone.now())
tell({"state": case.state, "events": list(
    CaseEvent.objects.filter(case=case).order_by("pk").values_list("kind", "note"))})
"""
SURE = [("1", "ACCOUNT"), ("1", "NOTHING"), ("0", "ACCOUNT")]


# Here it is there and nobody knows, or the other way round: tried with every kind of partner.
CRITICAL = {"before the request", "answer there, not kept", "after the commit"}


@pytest.fixture(scope="module")
def cities(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[Instance, Instance]]:
    with django_db_blocker.unblock():
        city, district = two_cities(tmp_path_factory.mktemp("exchange"))
    district.serve()
    yield city, district
    city.end()
    district.end()
    drop()


def referred(city: Instance, district: Instance, how: tuple[str, str], name: str) -> int:
    """How many cases the district had before."""
    city.run(PARTNER, district.url, district.key, *how)
    before = district.run(COUNT)
    city.run(REFER, f"{name} {how}")
    return int(before)


def finish(city: Instance) -> dict[str, object]:
    """The worker after the crash, as time goes on."""
    found: dict[str, object] = {}
    for minutes in (6, 30, 90):
        found = city.run(SEND, str(minutes))
        if found["state"] not in ("WAITING", "SENDING"):
            break
    return found


@pytest.mark.parametrize(
    "point, how", [(p, h) for p in SENDER for h in SURE if h is SURE[0] or p in CRITICAL]
)
def test_the_sender_is_killed(cities: tuple[Instance, Instance], point: str, how: tuple[str, str]):
    city, district = cities
    before = referred(city, district, how, point)
    with pytest.raises(Killed):
        city.run(SENDER[point] + SEND, "0")
    after = finish(city)
    assert after["state"] == "FOLLOWING", after
    assert district.run(COUNT) == before + 1


@pytest.mark.parametrize(
    "point, how", [(p, h) for p in RECEIVER for h in SURE if h is SURE[0] or p in CRITICAL]
)
def test_the_receiver_is_killed(
    cities: tuple[Instance, Instance], point: str, how: tuple[str, str]
):
    city, district = cities
    before = referred(city, district, how, point)
    district.dies_at(point)
    first = city.run(SEND, "0")
    assert (first["state"], first["doubtful"]) == ("WAITING", True), first
    district.wait()
    after = finish(city)
    assert after["state"] == "FOLLOWING", after
    assert district.run(COUNT) == before + 1


def test_the_receiver_is_away_for_a_while(cities: tuple[Instance, Instance]):
    city, district = cities
    before = referred(city, district, SURE[0], "away")
    district.stop()
    first = city.run(SEND, "0")
    assert (first["state"], first["doubtful"]) == ("WAITING", False), first
    district.serve()
    assert finish(city)["state"] == "FOLLOWING"
    assert district.run(COUNT) == before + 1


@pytest.mark.parametrize("point", ["before the request", "answer there, not kept"])
def test_where_nobody_can_tell_a_person_decides_and_nothing_is_doubled(
    cities: tuple[Instance, Instance], point: str
):
    city, district = cities
    before = referred(city, district, ("0", "NOTHING"), point)
    with pytest.raises(Killed):
        city.run(SENDER[point] + SEND, "0")
    assert finish(city)["state"] == "UNSURE"
    assert district.run(COUNT) - before == (point != "before the request")


def test_both_are_killed_at_every_pair_of_points(cities: tuple[Instance, Instance]):
    city, district = cities
    for receiver in RECEIVER:
        for sender in ("claimed", "answer there, not kept"):
            before = referred(city, district, SURE[0], f"{receiver}/{sender}")
            district.dies_at(receiver)
            assert city.run(SEND, "0")["state"] == "WAITING"
            district.wait()
            with suppress(Killed):  # it may have found the first one before it came to that point
                city.run(SENDER[sender] + SEND, "3")
            after = finish(city)
            assert after["state"] == "FOLLOWING", (receiver, sender, after)
            assert district.run(COUNT) == before + 1, (receiver, sender)


def move(instance: Instance, channel: str, name: str = "", **given: str) -> Any:
    return instance.run(MOVE, channel, name, json.dumps(given))


def sent(cities: tuple[Instance, Instance], name: str) -> tuple[Instance, Instance]:
    city, district = cities
    referred(city, district, SURE[0], name)
    assert city.run(SEND, "0")["state"] == "FOLLOWING"
    return city, district


def test_a_case_is_followed_asked_about_and_ended(cities: tuple[Instance, Instance]):
    city, district = sent(cities, "Kuyu")
    first = city.run(FOLLOW, "1")
    assert (first["transfer"], first["state"], first["accepted"]) == ("FOLLOWING", "ROUTED", None)
    move(district, "open311", "accept")
    taken = city.run(FOLLOW, "12")
    assert (taken["state"], taken["accepted"]) == ("ACCEPTED", True)
    move(district, "open311", "ask", note="Hangi bina?")
    asked = city.run(FOLLOW, "23")
    assert asked["state"] == "WAITING_FOR_INFORMATION"
    assert "Hangi bina?" in asked["events"][-1][1]
    move(city, "web", "answer", note="Kırmızı bina")
    city.run(FOLLOW, "34")
    there = move(district, "open311")
    assert there["state"] == "ACCEPTED"
    assert there["events"][-1] == ["answer", "Kırmızı bina"]
    city.run(FOLLOW, "45")  # what was told is told once
    assert len(move(district, "open311")["events"]) == len(there["events"])
    move(district, "open311", "resolve", note="Kapatıldı", result_code="not_possible")
    done = city.run(FOLLOW, "56")
    assert (done["transfer"], done["state"], done["there"]) == ("DONE", "RESOLVED", "closed")
    assert done["result"] == "not_possible"
    assert [kind for kind, _note in done["events"]][-1] == "resolve"
    assert "Kapatıldı" in done["events"][-1][1]
    # Received, referred, asked, dealt with: each once.
    assert len(done["told"]) == 4


def test_what_is_not_theirs_comes_back(cities: tuple[Instance, Instance]):
    city, district = sent(cities, "Mezarlık")
    move(district, "open311", "return", note="Bizim değil")
    back = city.run(FOLLOW, "1")
    assert (back["transfer"], back["state"], back["accepted"]) == ("DONE", "RETURNED", False)
    assert back["review"]
    assert "Bizim değil" in back["events"][-1][1]


def test_what_is_called_off_here_is_told_there(cities: tuple[Instance, Instance]):
    city, district = sent(cities, "Ağaç")
    move(city, "web", "cancel", note="Gerek kalmadı")
    ended = city.run(FOLLOW, "1")
    assert (ended["transfer"], ended["state"]) == ("DONE", "CANCELLED")
    assert move(district, "open311")["events"][-1] == ["update_received", "Gerek kalmadı"]


def test_a_refusal_is_stuck_and_says_what_to_do(cities: tuple[Instance, Instance]):
    city, district = cities
    before = referred(city, district, SURE[0], "stuck")
    city.run(PARTNER, district.url, "vip_wrong", *SURE[0])
    found = city.run(SEND, "0")
    assert (found["state"], found["doubtful"]) == ("STUCK", False)
    assert found["error"].startswith("HTTP 403")
    assert district.run(COUNT) == before


def test_two_workers_at_once_send_one(cities: tuple[Instance, Instance]):
    city, district = cities
    second = Instance("city", city.home)
    second.run(COUNT)
    before = referred(city, district, ("0", "ACCOUNT"), "zwei")
    try:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda one: one.run(SEND, "0"), (city, second)))
    finally:
        second.end()
    assert "FOLLOWING" in {f["state"] for f in found}
    assert district.run(COUNT) == before + 1


@pytest.mark.parametrize("named", [True, False])
def test_many_equal_deliveries_at_once_open_one(cities: tuple[Instance, Instance], named: bool):
    district = cities[1]
    before = district.run(COUNT)
    sent = urlencode({"api_key": district.key, "service_code": "cop", "lat": "39.595",
                      "long": "27.905", "description": f"Aynı {named}"}).encode()  # fmt: skip
    headers = {"Idempotency-Key": "the-same"} if named else {}

    def deliver(_: int) -> str:
        request = Request(f"{district.url}/open311/v2/requests.json", sent, headers)
        return str(json.load(urlopen(request, timeout=60))[0]["service_request_id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(deliver, range(16)))) == 1
    assert district.run(COUNT) == before + 1


TRIAGE = """
from cases.models import Channel, RequestType
from tiles.actions.versions import data_changed
Channel.objects.filter(code="open311").update(to_triage=sys.argv[1] == "1")
RequestType.objects.filter(code="cop").update(sensitive=sys.argv[2] == "1")
data_changed("catalogue")
import time
time.sleep(1.2)  # the serving process looks once a second
"""


def test_a_token_becomes_a_number_and_nothing_stays_nothing(cities: tuple[Instance, Instance]):
    city, district = cities
    try:
        district.run(TRIAGE, "1", "0")
        before = referred(city, district, SURE[0], "batch")
        assert city.run(SEND, "0")["state"] == "SENT"
        assert city.run(SEND, "2")["state"] == "SENT"
        move(district, "open311", "route")
        assert city.run(SEND, "30")["state"] == "FOLLOWING"
        district.run(TRIAGE, "0", "1")
        referred(city, district, SURE[0], "blackbox")
        found = city.run(SEND, "0")
        assert (found["state"], found["remote_id"]) == ("SENT", "")
        assert found["error"]
        assert district.run(COUNT) == before + 2
    finally:
        district.run(TRIAGE, "0", "0")


def test_clients_of_others_work_as_they_are(cities: tuple[Instance, Instance]):
    import itertools

    itertools.ifilter = filter  # type: ignore[attr-defined]
    from georeport import GeoReport
    from three import Three

    district = cities[1]
    v2 = f"{district.url}/open311/v2"
    three = Three(v2, api_key=district.key)
    assert three.discovery()["endpoints"][0]["url"] == v2
    assert "cop" in {s["service_code"] for s in three.services()}
    assert three.services("cop")["service_code"] == "cop"
    (opened,) = three.post(
        "cop", description="Kova & <kova>", lat="39.595", long="27.905", name="Ayşe Yılmaz",
        email="ayse@example.org",
    )  # fmt: skip
    key = opened["service_request_id"]
    assert three.request(key)[0]["service_request_id"] == key
    assert three.request(key, api_key=district.key)[0]["description"] == "Kova & <kova>"
    assert key in {r["service_request_id"] for r in three.requests("cop")}
    assert three.requests(start="01-01-2020", end="02-01-2020") == []
    assert three.token("x")[0]["code"] == 404

    for form in ("json", "xml"):
        client = GeoReport(v2, output_format=form)
        assert "cop" in {s["service_code"] for s in client.get_service_list()}
        assert client.get_service_definition("cop")["service_code"] == "cop"
        assert client.get_service_request(key)["service_request_id"] == key
        found = client.get_service_requests(service_code="cop", status="open")
        rows = found if isinstance(found, list) else [found]  # of one it makes no list
        assert key in {r["service_request_id"] for r in rows}
