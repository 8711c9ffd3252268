"""Whichever side dies at whichever point: one case here, one case there."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

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
SURE = [("1", "ACCOUNT"), ("1", "NOTHING"), ("0", "ACCOUNT")]


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


@pytest.mark.parametrize("how", SURE, ids=lambda h: f"{h[0]}-{h[1]}")
@pytest.mark.parametrize("point", SENDER)
def test_the_sender_is_killed(cities: tuple[Instance, Instance], point: str, how: tuple[str, str]):
    city, district = cities
    before = referred(city, district, how, point)
    with pytest.raises(Killed):
        city.run(SENDER[point] + SEND, "0")
    after = finish(city)
    assert after["state"] == "FOLLOWING", after
    assert district.run(COUNT) == before + 1


@pytest.mark.parametrize("how", SURE, ids=lambda h: f"{h[0]}-{h[1]}")
@pytest.mark.parametrize("point", RECEIVER)
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
