"""The urgency of a case: decided when it is opened, corrected by people, learned from those."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.move import ChangedMeanwhile
from cases.actions.open_case import open_case
from cases.actions.request_types import store_content
from cases.actions.retyping import correct_urgency
from cases.actions.train_suggester import past_urgencies, use
from cases.models import Case, RequestType, SuggestionModel
from cases.queries import suggesting
from cases.queries.suggesting import decided_urgency
from cases.queries.type_list import content_of
from cases.rules.draft import Draft
from core.api.problems import InvalidInput
from tests.factories import NOW, City, make_case
from tests.unit.cases.test_questions import ROAD

pytestmark = pytest.mark.django_db
PLACE = "Hasan Basri Çantay mah. 10028 Sk no:9"


def opened(description: str, **more) -> Case:
    key = f"{description}{more}"[:100]
    draft = Draft(description, "web", key, place_text=PLACE, **more)
    case = open_case(draft, viewer=ANONYMOUS, now=NOW).case
    case.refresh_from_db()
    return case


def told(case: Case) -> tuple[str, str, list[str]]:
    return case.urgency, case.urgency_source, case.urgency_words


def test_by_words_type_and_answers(city: City):
    row = RequestType.objects.get(code="cukur")
    store_content(row, content_of(row) | {"questionnaire": ROAD}, by=None, now=NOW)
    assert told(opened("Çöp alınmıyor")) == ("NORMAL", "", [])
    assert told(opened("Çöp yanıyor")) == ("EMERGENCY", "WORDS", ["yaniyor"])
    assert told(opened("Çukur var")) == ("LOW", "TYPE", [])
    answers = {"depth": 30, "blocked": True, "cover": "stone"}
    case = opened("Çukur var", request_type="cukur", answers=answers)
    assert told(case) == ("HIGH", "ANSWERS", [])
    assert case.events.get(kind="opened").data["changed"]["urgency"] == "HIGH"


def test_people_correct_it_and_the_event_keeps_what_was(city: City):
    case = make_case(city, urgency="HIGH", urgency_source="WORDS", urgency_words=["acil"])
    agent = viewer_of(city.people["agent"])
    correct_urgency(number=case.number, urgency="LOW", viewer=agent, version=1, now=NOW)
    case.refresh_from_db()
    assert told(case) == ("LOW", "PERSON", [])
    event = case.events.get()
    assert event.data["was"] == {"urgency": "HIGH", "source": "WORDS", "words": ["acil"]}
    assert event.data["changed"] == {"urgency": "LOW"}
    again = {"number": case.number, "viewer": agent, "now": NOW}
    with pytest.raises(ChangedMeanwhile):
        correct_urgency(urgency="HIGH", version=1, **again)
    with pytest.raises(InvalidInput):
        correct_urgency(urgency="SOON", version=2, **again)
    for who in ("crew", "manager", "other_body", "gis_editor"):
        with pytest.raises(PermissionDenied):
            correct_urgency(
                **again | {"viewer": viewer_of(city.people[who])}, urgency="HIGH", version=2
            )


def test_on_the_page(city: City, as_):
    case = make_case(city)
    path = f"/console/cases/{case.number}/urgency/"
    assert as_("crew").post(path, {"urgency": "HIGH", "version": 1}).status_code == 403
    assert as_("anonymous").post(path).status_code == 302
    for sent in ({"urgency": "HIGH"}, {"urgency": "x", "version": 1}, {"version": "²"}):
        as_("agent").post(path, sent)
        case.refresh_from_db()
        assert case.urgency == "NORMAL"
    as_("agent").post(path, {"urgency": "HIGH", "version": 1})
    case.refresh_from_db()
    assert told(case) == ("HIGH", "PERSON", [])


def test_a_model_learns_from_corrections_alone(city: City, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(CommandError):
        call_command("train_suggester", "--urgency")
    for i in range(120):
        level = ("HIGH", "LOW")[i % 2]
        text = ("Zibidi taştı", "Zibidi boyansın")[i % 2]
        make_case(city, description=text, urgency=level, urgency_source="PERSON",
                  opened_at=NOW + timedelta(hours=i))  # fmt: skip
    make_case(city, urgency="HIGH", urgency_source="WORDS")
    assert len(past_urgencies().texts) == 120
    call_command("train_suggester", "--urgency", "--use")
    model = SuggestionModel.objects.get()
    assert (model.subject, model.active, model.texts, model.scores["macro_f1"]) == (
        "URGENCY",
        True,
        120,
        1.0,
    )
    suggesting._in_use.cache_clear()
    found = decided_urgency("zibidi taştı yine", "", {})
    assert (found.level, found.source) == ("HIGH", "MODEL") and found.because
    use(None, SuggestionModel.Subject.URGENCY)
    suggesting._in_use.cache_clear()
    assert decided_urgency("zibidi taştı yine", "", {}).source == ""
