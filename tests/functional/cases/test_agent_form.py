"""The agents' form: the place first, the existing action behind it, for those who may open cases."""

import html
import json

import pytest
from django.utils import translation

from cases.actions.request_types import store_content
from cases.models import Case, ContactLook, IntakeMessage, Reporter, RequestType
from cases.queries.type_list import content_of
from tests.conftest import ROLES, forget
from tests.factories import NOW, City, door, make_case
from tests.functional.cases.test_portal import hidden
from tests.unit.cases.test_questions import ROAD

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


# While somebody speaks


def asked(city: City) -> None:
    row = RequestType.objects.get(code="cukur")
    content = content_of(row) | {"questionnaire": ROAD, "guidance": "Trafik durduysa 155."}
    store_content(row, content, by=None, now=NOW)
    forget()  # this process has read the catalogue already


@pytest.mark.parametrize("path", ["/console/new/live/", "/console/new/caller/"])
@pytest.mark.parametrize("who", ROLES)
def test_the_pieces_are_for_those_who_may_open_cases(city: City, as_, who: str, path: str):
    answer = as_(who).post(path, {"description": TEXT})
    may = who in MAY
    assert answer.status_code == (302 if who == "anonymous" else 200 if may else 403)


def test_types_are_suggested_with_the_words_that_counted(city: City, agent):
    asked(city)
    page = html.unescape(
        agent.post("/console/new/live/", {"description": "Yolda çukur, tehlikeli"}).content.decode()
    )
    assert 'data-type="cukur"' in page and 'data-key="1"' in page
    assert "cukur" in page and "tehlikeli" in page  # the words of type and of urgency
    assert "Trafik durduysa 155." in page and "Ne kadar derin?" in page
    chosen = agent.post(
        "/console/new/live/", {"description": "x", "request_type": "cop"}
    ).content.decode()
    assert "data-type" not in chosen


def test_what_is_open_near_by_is_shown(city: City, agent, as_):
    lon, lat = city.areas.at(0.5, 0.5)
    near = make_case(city, at=(0.56, 0.5))  # 60 m away
    far = make_case(city, at=(0.65, 0.5))
    other = make_case(city, kind="konteyner", at=(0.5, 0.5))
    ended = make_case(city, at=(0.5, 0.5), state="CLOSED")
    sent = {"description": TEXT, "request_type": "cop", "near_lon": lon, "near_lat": lat}
    page = agent.post("/console/new/live/", sent).content.decode()
    assert near.number in page and "60 m" in page
    assert not any(c.number in page for c in (far, other, ended))
    blind = as_("other_body").post("/console/new/live/", sent).content.decode()
    assert near.number not in blind
    for absurd in ({"near_lon": "nan"}, {"near_lat": "inf"}, {"lon": "x"}, {"near_lat": "1e9"}):
        assert agent.post("/console/new/live/", sent | absurd).status_code == 200


def test_the_callers_open_requests_are_shown_and_the_look_is_written_down(
    city: City, send, agent, as_
):
    send(phone="0532 111 22 33")
    case = Case.objects.get()
    page = agent.post("/console/new/caller/", {"phone": "+90 532 1112233"}).content.decode()
    assert case.number in page
    look = ContactLook.objects.get()
    assert (look.case, look.user) == (case, city.people["agent"])
    assert (look.code, look.reason) == ("CALLER", "")
    path, officer = f"/console/cases/{case.number}/", as_("superuser")
    for language, words in (("tr", "Arayanın telefon"), ("en", "The caller&#x27;s telephone")):
        officer.cookies["django_language"] = language
        with translation.override(language):
            for where in (path, "/console/privacy/"):
                assert words in officer.get(where).content.decode()
    for phone in ("0532 111 22 34", "12", "", "\x00", "x" * 5000):
        assert (
            case.number not in agent.post("/console/new/caller/", {"phone": phone}).content.decode()
        )
    blind = as_("other_body").post("/console/new/caller/", {"phone": "0532 111 22 33"})
    assert case.number not in blind.content.decode()
    assert ContactLook.objects.count() == 1
    Case.objects.update(state="CLOSED")
    assert (
        case.number
        not in agent.post("/console/new/caller/", {"phone": "05321112233"}).content.decode()
    )


def test_a_caller_is_added_to_what_is_open(city: City, send, as_):
    case = make_case(city)
    assert send(follow=case.number).status_code == 422  # nobody to be told
    assert (
        send(follow=case.number, phone="0532 111 22 33")["Location"]
        == f"/console/cases/{case.number}/"
    )
    assert [r.phone for r in case.reporters.all()] == ["+905321112233"]
    send(follow=case.number, phone="0532 111 22 33")
    assert [e.kind for e in case.events.all()] == ["followed"]
    assert Case.objects.count() == 1
    body = {"key": "k", "channel": "call_centre", "follow": case.number, "phone": "05321112244"}
    assert as_("other_body").post("/console/new/", body).status_code == 403


def more(send, page: str = "", **fields: str) -> str:
    kept = {k: v for k, v in hidden(page).items() if k in ("parts", "key")}
    return send(do="more", **kept, **fields).content.decode()


def test_one_call_brings_several_requests(city: City, send):
    page = more(send, phone="0532 111 22 33")
    assert not Case.objects.exists() and 'id="parts"' in page
    page = more(send, page, description="Konteyner kırık", phone="0532 111 22 33")
    last = {"description": "Yolda çukur", "phone": "0532 111 22 33", "parts": hidden(page)["parts"]}
    send(**last)
    parent, *parts = Case.objects.order_by("pk")
    assert [c.request_type.code for c in (parent, *parts)] == ["cop", "konteyner", "cukur"]
    assert [c.parent for c in parts] == [parent, parent]
    assert {c.address for c in (parent, *parts)} == {city.doors["sk9"]}
    assert parent.reporters.count() == 1 and not any(c.reporters.exists() for c in parts)
    # The same sending again is the same call; another number of requests is another call.
    assert send(**last).status_code == 302 and Case.objects.count() == 3
    assert send(**last | {"parts": json.dumps(json.loads(last["parts"])[:1])}).status_code == 409
    assert Case.objects.count() == 3


def test_a_call_is_opened_whole_or_not_at_all(city: City, send):
    page = more(send)
    wrong = [
        *json.loads(hidden(page)["parts"]),
        {"description": "x", "request_type": "yok", "answers": "{}"},
    ]
    assert send(parts=json.dumps(wrong)).status_code == 422
    assert not Case.objects.exists() and not IntakeMessage.objects.exists()
    send(description="", parts=hidden(page)["parts"])  # what is ready is enough
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "parts", ["[", "{}", "[1]", '[{"answers": "["}]', '[{"answers": []}]', "[[[[" * 999]
)
def test_absurd_parts_break_nothing(city: City, send, parts: str):
    assert send(parts=parts).status_code == 302
    assert Case.objects.count() == 1


def test_a_hard_stop_stops_the_agent_too(city: City, send):
    asked(city)
    said = {
        "answer.depth": "250",
        "answer.blocked": "yes",
        "answer.cover": "stone",
        "answer.who": "walkers",
    }
    answer = send(request_type="cukur", **said)
    assert answer.status_code == 422 and "112" in answer.content.decode()
    assert not Case.objects.exists()
