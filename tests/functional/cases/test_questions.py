"""Questions of a type in every channel: form without JavaScript, API, table, console, export."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.rules.viewer import ANONYMOUS
from cases.actions.open_case import open_case
from cases.actions.request_types import save_type, store_content
from cases.intake.files import draft_of
from cases.models import Case, IntakeMessage, RequestType, TypeVersion
from cases.queries.type_list import content_of
from tests.factories import NOW, City
from tests.functional.cases.test_portal import hidden
from tests.unit.cases.test_questions import ROAD

pytestmark = pytest.mark.django_db
TEXT = "Hasan Basri Çantay mah. 10028 Sk no:9 önünde çukur var"
GOOD = {"depth": 30, "blocked": True, "cover": "asphalt", "who": ["cars"], "name": "Ali Veli"}
STOPPED = {"depth": 250, "blocked": True, "cover": "asphalt", "who": ["walkers"]}


@pytest.fixture(autouse=True)
def asked(city: City) -> None:
    row = RequestType.objects.get(code="cukur")
    store_content(row, content_of(row) | {"questionnaire": ROAD, "icon": "hole"}, by=None, now=NOW)


@pytest.fixture
def send(city: City, client: Client):
    key = hidden(client.get("/report/").content.decode())["key"]
    return lambda **fields: client.post("/report/", {"key": key} | fields)


def opened(client: Client, **fields: Any):
    body = {"description": TEXT, "request_type": "cukur"} | fields
    return client.post("/api/v1/cases", json.dumps(body), "application/json")


def test_without_javascript_the_questions_are_steps(send):
    first = send(description=TEXT)
    page = html.unescape(first.content.decode())
    assert first.status_code == 200 and not Case.objects.exists()
    assert "Ne kadar derin?" in page and "Yol kapalı mı?" not in page
    # What this answer makes visible is asked in turn.
    second = send(**hidden(page) | {"answer.depth": "30", "answer.cover": "asphalt"})
    page = html.unescape(second.content.decode())
    assert "Yol kapalı mı?" in page and 'value="asphalt" checked' in page
    third = send(**hidden(page) | {"answer.depth": "30", "answer.cover": "asphalt", "answer.blocked": "no"})  # fmt: skip
    assert third.status_code == 302
    case = Case.objects.get()
    assert case.answers == {"depth": 30, "blocked": False, "cover": "asphalt"}
    assert (case.request_type.code, case.type_source) == ("cukur", "SUGGESTED")
    assert case.answers_to.content["questionnaire"] == ROAD


def test_faults_are_shown_at_their_question_and_nothing_is_lost(send):
    page = send(description=TEXT).content.decode()
    answer = send(**hidden(page) | {"answer.depth": "tief", "answer.name": "Ali"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and not Case.objects.exists()
    assert 'value="tief"' in page and 'value="Ali"' in page
    assert len(re.findall(r'<p class="error">', page)) == 2  # the depth, and the missing cover


def test_a_box_that_is_not_ticked_any_more_is_no_answer(send):
    page = send(description=TEXT, request_type="cukur").content.decode()
    asked = {"answer.depth": "50", "answer.blocked": "yes", "answer.cover": "stone"}
    page = send(**hidden(page) | asked, **{"answer.who": "cars"}).content.decode()
    page = send(**hidden(page) | asked).content.decode()
    assert Case.objects.get().answers == {"depth": 50, "blocked": True, "cover": "stone"}


def test_a_hard_stop_opens_nothing_and_says_what_to_do(send, client: Client):
    said = {f"answer.{k}": "yes" if v is True else v for k, v in STOPPED.items()}
    answer = send(description=TEXT, request_type="cukur", asked="cukur:depth,blocked,cover,who,since,name", **said)  # fmt: skip
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "112'yi arayın." in page
    assert not Case.objects.exists() and not IntakeMessage.objects.exists()
    back = client.post("/report/", hidden(page) | {"edit": "1"})
    assert TEXT in html.unescape(back.content.decode())


def test_the_piece_of_the_form_follows_the_answers(client: Client):
    page = client.post("/report/questions/", {"description": TEXT}).content.decode()
    assert 'name="asked" value="cukur:depth,cover,since,name"' in page
    page = client.post("/report/questions/", {"description": TEXT, "answer.depth": "20"})
    assert "depth,blocked" in page.content.decode()
    page = client.post("/report/questions/", {"description": "merhaba"}).content.decode()
    assert page.strip() == ""
    page = client.post("/report/questions/", {"description": TEXT, "answer.depth": "250", "answer.blocked": "yes",
                                              "answer.who": "walkers"})  # fmt: skip
    assert "112" in page.content.decode()


@pytest.mark.parametrize(
    "sent", ["[", "[1]", '"x"', "9" * 30_000, '{"depth": {"a": []}}', "[" * 5000]
)
def test_absurd_answers_break_no_page(send, client: Client, sent: str):
    assert send(description=TEXT, request_type="cukur", answers=sent).status_code in (200, 422)
    assert client.post("/report/questions/", {"request_type": "cukur", "answers": sent}).status_code == 200  # fmt: skip
    assert opened(client, answers=sent).status_code == 400
    assert not Case.objects.exists()


def test_by_the_api(client: Client, as_):
    answer = opened(client, answers=GOOD)
    assert answer.status_code == 201
    said = {a["name"]: a["answer"] for a in answer.json()["answers"]}
    assert said["depth"] == "30 cm"
    assert said["name"] == "•••"  # private
    assert Case.objects.get().answers == GOOD
    form = client.post(
        "/api/v1/cases", {"description": TEXT, "request_type": "cukur", "answers": json.dumps(GOOD)}
    )
    assert form.status_code == 201
    wrong = opened(client, answers={"cover": "gold", "colour": 1})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (
        400,
        {"answers.cover", "answers.colour"},
    )
    assert set(opened(client).json()["errors"]) == {"answers.cover"}
    alone = opened(client, request_type="", answers=GOOD)
    assert set(alone.json()["errors"]) == {"answers"}


def test_a_hard_stop_is_a_problem_detail_with_a_code(client: Client):
    answer = opened(client, answers=STOPPED)
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["code"], body["stop"]) == ("hard_stop", "call_112")
    assert "112" in body["detail"]
    assert not Case.objects.exists()


def test_the_catalogue_tells_the_questions(client: Client):
    types = {
        t["code"]: t for t in client.get("/api/v1/request-types", HTTP_ACCEPT_LANGUAGE="en").json()
    }
    asked = types["cukur"]
    assert [q["name"] for q in asked["questions"]] == [q["name"] for q in ROAD["questions"]]
    assert (
        asked["questions"][0] | {"label": "How deep?", "kind": "number", "most": 300}
        == asked["questions"][0]
    )
    assert asked["stops"] == [
        {"code": "call_112", "when": ROAD["stops"][0]["when"], "advice": "Call 112."}
    ]
    assert types["cop"]["questions"] == []


def test_a_table_has_a_column_of_answers(city: City):
    row = {"description": TEXT, "request_type": "cukur", "answers": json.dumps({"depth": 5})}
    case = open_case(draft_of(row, "call_centre"), viewer=ANONYMOUS, now=timezone.now()).case
    assert case.answers == {"depth": 5}  # a file cannot be asked for what it lacks


def test_a_case_shows_the_words_of_then(city: City, client: Client, as_):
    token = opened(client, answers=GOOD).json()["tracking_url"].split("/t/")[1]
    case = Case.objects.get()
    row = RequestType.objects.get(code="cukur")
    other = json.loads(json.dumps(ROAD).replace("Ne kadar derin?", "Derinlik nedir?"))
    admin = city.people["administrator"]
    from accounts.queries.viewers import viewer_of

    save_type(code="cukur", content=content_of(row) | {"questionnaire": other}, viewer=viewer_of(admin),
              version=row.version, now=NOW)  # fmt: skip
    assert TypeVersion.objects.filter(request_type=row).count() == 3
    for page in (client.get(f"/t/{token}"), as_("agent").get(f"/console/cases/{case.number}/")):
        text = html.unescape(page.content.decode())
        assert "Ne kadar derin?" in text and "Derinlik nedir?" not in text
        assert "Ali Veli" in text  # the reporter's own page, and somebody who may see contact data
    crew = html.unescape(
        as_("administrator").get("/console/cases.csv?state=all").getvalue().decode()
    )
    assert "30 cm" in crew and "Ali Veli" not in crew


def test_what_who_may_not_see_contact_sees(city: City, client: Client, as_):
    number = opened(client, answers=GOOD).json()["number"]
    page = html.unescape(as_("manager").get(f"/console/cases/{number}/").content.decode())
    assert "30 cm" in page and "Ali Veli" not in page and "•••" in page


def test_a_retired_type_names_its_successor(city: City, client: Client):
    row = RequestType.objects.get(code="budama")
    store_content(row, content_of(row) | {"active": False, "successor": "cukur"}, by=None, now=NOW)
    told = opened(client, request_type="budama").json()["errors"]["request_type"][0]
    assert "cukur" in told
