"""What reporters, those who came with a duplicate and followers are told, and in which language."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone, translation

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.following import confirm, follow
from cases.actions.move import move_case
from cases.actions.my_requests import send_code
from cases.actions.open_case import open_case
from cases.models import Case, CaseReporter, Reporter, RequestType, Unsubscribed
from cases.queries.person import index_of
from cases.rules.draft import Contact, Draft
from notifications.models import Message
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db
OWN, MERGED, FOLLOWER = "own@example.com", "merged@example.com", "follower@example.com"
TO_RESOLVED: list[tuple[str, dict[str, Any]]] = [
    ("accept", {}), ("start", {}), ("resolve", {"note": "Sayın Mehmet Kaya", "result_code": "done"}),
]  # fmt: skip


def reported(city: City, email: str, language: str = "en") -> Case:
    lon, lat = city.areas.at(0.5, 0.5)
    contact = Contact(email=email, language=language)
    draft = Draft("Konteyner kırık", "web", f"{email}{language}", lon=lon, lat=lat,
                  request_type="konteyner", contact=contact)  # fmt: skip
    return open_case(draft, viewer=ANONYMOUS, now=timezone.now()).case


def move(city: City, case: Case, *moves: tuple[str, dict[str, Any]]) -> None:
    for name, given in moves:
        case.refresh_from_db()
        move_case(number=case.number, move=name, viewer=viewer_of(city.people["superuser"]),
                  version=case.version, now=timezone.now(), **given)  # fmt: skip


def told(email: str) -> list[str]:
    """Subject and body of all that was sent to an address, in order."""
    rows = Message.objects.order_by("pk")  # the recipient is encrypted
    return [f"{m.subject}\n{m.body}" for m in rows if m.recipient == email]


@pytest.fixture
def three(city: City) -> tuple[Case, Case, CaseReporter]:
    """A case, a duplicate of it, and a follower; nothing of the beginning is left in the outbox."""
    case, copy = reported(city, OWN), reported(city, MERGED)
    move(city, copy, ("mark_duplicate", {"original": case.number}))
    link = follow(case, Contact(email=FOLLOWER, language="en"), now=timezone.now())
    confirm(link, now=timezone.now())
    Message.objects.all().delete()
    return case, copy, link


def test_each_is_told_of_their_own(city: City, three):
    case, copy, link = three
    move(city, case, *TO_RESOLVED)
    (own,), (merged,), (follower,) = told(OWN), told(MERGED), told(FOLLOWER)
    assert case.number in own and case.token in own and "reopening" in own and "Mehmet" in own
    assert copy.number in merged and copy.token in merged and "Mehmet" not in merged
    # On the page of a duplicate nothing can be reopened.
    assert "reopening" not in merged
    assert "What you follow has been dealt with." in follower and link.token in follower
    for alien in (case.number, case.token):
        assert alien not in merged and alien not in follower
    for word in (copy.number, copy.token, "our request", "reopening", "Mehmet"):
        assert word not in follower


@pytest.mark.parametrize(
    ("name", "more"),
    [("cancel", {"note": "x"}), ("refer", {"note": "x"}), ("reopen", {}),
     ("refuse_to_reopen", {"note": "x"})],
)  # fmt: skip
def test_a_follower_has_words_of_their_own(city: City, three, name: str, more: dict[str, str]):
    case, _copy, link = three
    state = "REOPEN_REQUESTED" if "reopen" in name else "ROUTED"
    Case.objects.filter(pk=case.pk).update(state=state)
    if name == "refer":
        more = more | {"department": city.departments["b:temizlik"].pk}
    move(city, case, (name, more))
    english = told(FOLLOWER)[0]
    assert "What you follow" in english and link.token in english
    assert not re.search(r"\d{4}-\d{7}|[Yy]our request|law 3071", english)
    Message.objects.all().delete()
    Reporter.objects.update(language="tr")
    Case.objects.filter(pk=case.pk).update(state=state, organisation=city.bodies["a"])
    move(city, case, (name, more))
    assert "Takip ettiğiniz" in told(FOLLOWER)[0] and "ollow" not in told(FOLLOWER)[0]


def test_a_referral_names_the_body_and_the_reason(city: City, three):
    case = three[0]
    Case.objects.filter(pk=case.pk).update(state="ROUTED")
    to = city.departments["b:temizlik"]
    move(city, case, ("refer", {"department": to.pk, "note": "Bizim değil"}))
    said = told(OWN)[0].split("\n")
    assert said[2:4] == [str(to), "Bizim değil"]


def test_a_question_is_for_whoever_can_answer_it(city: City, three):
    case = three[0]
    Case.objects.filter(pk=case.pk).update(state="ROUTED")
    move(city, case, ("ask", {"note": "Hangi konteyner?"}))
    assert len(told(OWN)) == 1 and told(MERGED) == told(FOLLOWER) == []


@pytest.mark.parametrize("hidden", ["sensitive", "not public"])
def test_followers_of_what_became_hidden_are_told_nothing(city: City, three, hidden: str):
    case = three[0]
    if hidden == "sensitive":
        RequestType.objects.filter(code="konteyner").update(sensitive=True)
    else:
        Case.objects.filter(pk=case.pk).update(public=False)
    move(city, case, *TO_RESOLVED)
    assert told(FOLLOWER) == []
    assert len(told(OWN)) == len(told(MERGED)) == 1


def test_a_follower_who_wants_no_more_is_told_of_no_referral_either(city: City, three):
    case = three[0]
    for address in (OWN, FOLLOWER):
        Unsubscribed.objects.create(index=index_of(address))
    Case.objects.filter(pk=case.pk).update(state="ROUTED")
    to = {"department": city.departments["b:temizlik"].pk, "note": "x"}
    move(city, case, ("refer", to))
    assert len(told(OWN)) == 1 and told(FOLLOWER) == []  # the law wants it told to who reported


# In which language


def test_messages_are_in_the_language_of_whoever_gets_them(city: City):
    case = reported(city, OWN, "en")
    with translation.override("en"):  # somebody at an English console
        other = reported(city, MERGED, "tr")
        move(city, other, *TO_RESOLVED, ("close", {}))
    with translation.override("tr"):
        move(city, case, *TO_RESOLVED, ("close", {}))
    english, turkish = told(OWN), told(MERGED)
    assert len(english) == len(turkish) == 3  # opened, resolved, the survey
    assert all("our request" in text and "başvurunuz" not in text for text in english)
    assert all("başvurunuz" in text and "our request" not in text for text in turkish)


def test_the_confirmation_and_the_code_too(city: City):
    case = reported(city, OWN, "en")
    with translation.override("tr"), override_settings(EMAIL_CONFIGURED=True):
        follow(case, Contact(email=FOLLOWER, language="en"), now=timezone.now())
        send_code(OWN, now=timezone.now())
    assert "Confirm with this link" in told(FOLLOWER)[0]
    assert "is your code" in told(OWN)[-1]


@pytest.mark.parametrize("language", ["en", "tr"])
def test_the_language_is_that_of_the_request(city: City, language: str):
    client = Client(headers={"accept-language": language})
    body = {"description": "Konteyner kırık", "lon": 27.905825, "lat": 39.5955,
            "request_type": "konteyner"}  # fmt: skip
    answer = client.post("/api/v1/cases", body | {"email": OWN}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    client.post("/report/", body | {"email": MERGED, "key": "k" * 32, "nearby": "none"})
    assert list(Reporter.objects.values_list("language", flat=True)) == [language] * 2
    opened = told(OWN) + told(MERGED)
    assert all(("has been received" in text) == (language == "en") for text in opened)


def test_a_report_with_somebodys_address_changes_nothing_but_its_own_receipt(city: City):
    reported(city, OWN, "")
    case = reported(city, OWN, "en")
    reporter = Reporter.objects.get()
    assert reporter.language == "tr"
    assert "numaralı başvurunuz" in told(OWN)[0] and "has been received" in told(OWN)[1]
    move(city, case, *TO_RESOLVED)
    assert "numaralı başvurunuz" in told(OWN)[2]
    # With a telephone beside the address it is another row, and the same person who reads.
    both = Contact(email=OWN, phone="+905321112233", language="en")
    follow(case, both, now=timezone.now())
    assert set(Reporter.objects.values_list("language", flat=True)) == {"tr"}


def test_whoever_has_the_link_or_the_code_chooses_the_language(city: City):
    reported(city, OWN, "tr")
    path = re.search(r"/u/[^\s]+/", told(OWN)[0])[0]
    client = Client()
    assert '<option value="tr" selected>' in client.get(path).content.decode()
    assert client.post(path, {"do": "language", "language": "en"}).status_code == 302
    assert Reporter.objects.get().language == "en" and not Unsubscribed.objects.exists()
    client.post(path, {"do": "language", "language": "xx"})
    assert Reporter.objects.get().language == "en"

    change = {"do": "language", "language": "tr"}
    client.post("/mine/", change)  # before the code
    assert Reporter.objects.get().language == "en"
    with override_settings(EMAIL_CONFIGURED=True):
        client.post("/mine/", {"do": "send", "address": OWN})
    code = re.search(r"\d{6}", told(OWN)[-1])[0]
    client.post("/mine/", {"do": "check", "code": code})
    assert 'value="en" selected' in client.get("/mine/").content.decode()
    client.post("/mine/", change)
    assert Reporter.objects.get().language == "tr"


def test_the_same_form_in_another_language_is_the_same_form(city: City):
    lon, lat = city.areas.at(0.5, 0.5)
    made = [
        open_case(
            Draft("Çöp", "web", "k", lon=lon, lat=lat, contact=Contact(email=OWN, language=lang)),
            viewer=ANONYMOUS, now=timezone.now(),
        )
        for lang in ("en", "tr")
    ]  # fmt: skip
    assert [one.new for one in made] == [True, False] and made[0].case == made[1].case


def test_an_agent_writes_turkish_unless_the_form_says_otherwise(city: City, as_):
    agent = as_("agent")
    agent.cookies["django_language"] = "en"
    sent = {"description": "Konteyner kırık", "channel": "call_centre", "lon": "27.905825",
            "lat": "39.5955", "request_type": "konteyner", "asked": "konteyner:"}  # fmt: skip
    agent.post("/console/new/", sent | {"key": "a" * 32, "email": OWN})
    agent.post("/console/new/", sent | {"key": "b" * 32, "email": MERGED, "language": "en"})
    assert "numaralı başvurunuz" in told(OWN)[0]
    assert "Your request" in told(MERGED)[0]
    page = agent.get("/console/new/").content.decode()
    assert re.search(r'<option value="tr" selected>', page) and '<option value="en">' in page
    wrong = agent.post("/console/new/", sent | {"key": "c" * 32, "email": OWN, "language": "xx"})
    assert wrong.status_code == 422 and Case.objects.count() == 2


def test_no_caller_is_added_to_what_is_not_public(city: City, as_):
    case = make_case(city, public=False)
    sent = {"key": "k", "channel": "call_centre", "follow": case.number, "email": FOLLOWER}
    assert as_("agent").post("/console/new/", sent).status_code == 422
    assert not CaseReporter.objects.exists() and not Message.objects.exists()
    lon, lat = city.areas.at(0.5, 0.5)
    near = {"description": "x", "request_type": "cop", "near_lon": lon, "near_lat": lat}
    page = as_("agent").post("/console/new/live/", near).content.decode()
    assert case.number in page and "data-follow" not in page
    Case.objects.update(public=True)
    assert "data-follow" in as_("agent").post("/console/new/live/", near).content.decode()
