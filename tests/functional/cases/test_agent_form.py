"""The agents' form: the place first, the existing action behind it, for those who may open cases."""

import html

import pytest

from cases.models import Case, IntakeMessage, Reporter
from tests.conftest import ROLES
from tests.factories import City, door
from tests.functional.cases.test_portal import hidden

pytestmark = pytest.mark.django_db
MAY = {"agent", "coordinator", "roads", "other_body", "administrator", "superuser"}
TEXT = "Çöp alınmıyor"
PLACE = "Hasan Basri Çantay mah. 10028 Sk no:9"


@pytest.fixture
def agent(city: City, as_):
    return as_("agent")


@pytest.fixture
def send(agent):
    key = hidden(agent.get("/console/new/").content.decode())["key"]
    form = {"key": key, "channel": "call_centre", "description": TEXT, "place_text": PLACE}
    return lambda **fields: agent.post("/console/new/", form | fields)


@pytest.mark.parametrize("who", ROLES)
def test_only_for_those_who_may_open_cases(city: City, as_, who: str):
    client = as_(who)
    body = {"key": "k", "channel": "call_centre", "description": TEXT, "place_text": PLACE}
    if who == "anonymous":
        for answer in (client.get("/console/new/"), client.post("/console/new/", body)):
            assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
    else:
        may = who in MAY
        assert client.get("/console/new/").status_code == (200 if may else 403)
        assert client.post("/console/new/", body).status_code == (302 if may else 403)
        link = "/console/new/" in client.get("/console/").content.decode()
        assert link is may or client.get("/console/").status_code == 403
        assert Case.objects.exists() is may
        return
    assert not Case.objects.exists()


def test_a_call_becomes_a_request_at_the_door(city: City, send, agent):
    answer = send(phone="0532 111 22 33", full_name="Ayşe Yılmaz")
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/console/cases/{case.number}/")
    assert (case.address, case.channel.code) == (city.doors["sk9"], "call_centre")
    assert case.events.get(kind="opened").actor == city.people["agent"]
    assert Reporter.objects.get().phone == "+905321112233"
    page = html.unescape(agent.get(answer["Location"]).content.decode())
    assert case.number in page


def test_who_may_not_see_it_afterwards_is_told_its_number(city: City, as_):
    """A coordinator of one body takes a call that another body has to work on."""
    coordinator = as_("coordinator")
    body = {"key": "k", "channel": "call_centre", "description": TEXT,
            "place_text": "Milli Kuvvetler Caddesi 7 Karesi"}  # fmt: skip
    answer = coordinator.post("/console/new/", body, follow=True)
    case = Case.objects.get()
    assert answer.status_code == 200
    assert case.number in answer.content.decode()
    seen = coordinator.get(f"/console/cases/{case.number}/").status_code == 200
    assert answer.redirect_chain[0][0] == (
        f"/console/cases/{case.number}/" if seen else "/console/new/"
    )


def test_a_doubtful_place_is_asked_for_and_the_choice_counts(city: City, send):
    other = door(city.areas, street="10028 Sokak", number=9, neighbourhood="B", at=(2.5, 1.5))
    asked = send(place_text="10028 Sk no 9")
    assert asked.status_code == 200 and not Case.objects.exists()
    page = html.unescape(asked.content.decode())
    assert f'value="address:{other.pk}"' in page
    kept = hidden(page)
    assert (kept["channel"], kept["description"]) == ("call_centre", TEXT)
    send(**kept, place=f"address:{other.pk}")
    assert Case.objects.get().address == other


def test_faults_stand_at_their_fields_and_nothing_is_lost(city: City, send):
    answer = send(description="", phone="12")
    assert answer.status_code == 422
    assert set(answer.context["errors"]) == {"description", "phone"}
    assert PLACE in html.unescape(answer.content.decode())
    assert IntakeMessage.objects.count() == 0


@pytest.mark.parametrize("channel", ["", "web", "mobile_app", "nope", "' OR 1=1", "x" * 5000])
def test_only_the_channels_of_people_at_forms(city: City, send, channel: str):
    """Nobody's call is filed as a message that a citizen sent by the web site."""
    answer = send(channel=channel)
    assert answer.status_code == 422
    assert list(answer.context["errors"]) == ["channel"]
    assert not Case.objects.exists()


def test_sent_twice_it_is_one_request_and_never_another(city: City, send):
    first = send()
    assert send()["Location"] == first["Location"]
    assert Case.objects.count() == 1
    again = send(description="Başka bir şey")
    assert again.status_code == 409 and Case.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"lon": "nan", "lat": "39"},
        {"lon": "27,9", "lat": "abc"},
        {"place": "address:99999999999999999999999"},
        {"place": "address:-1", "place_text": "'; DROP TABLE cases_case; --"},
        {"request_type": "yok"},
        {"description": "\u202e🏠" + "x" * 100_000},
        {"key": "k" * 5000},
        {"key": "\x00"},
    ],
)
def test_absurd_input_opens_nothing_and_breaks_nothing(city: City, send, fields: dict[str, str]):
    assert send(**fields).status_code in (200, 302, 422)
    assert Case.objects.count() <= 1
