"""Questions of a type: which are asked, what answers them, and where everything stops."""

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.questionnaire import as_data, read_questionnaire
from cases.rules.questions import KINDS, HardStop, check_answers, level_of, readable, said
from core.api.problems import InvalidInput

ROAD: dict[str, Any] = {
    "questions": [
        {"name": "depth", "kind": "number", "tr": "Ne kadar derin?", "en": "How deep?", "least": 0, "most": 300,
         "unit": "cm"},
        {"name": "blocked", "kind": "yes_no", "tr": "Yol kapalı mı?", "required": True, "when": "answer.depth >= 10"},
        {"name": "cover", "kind": "one_of", "tr": "Kaplama", "required": True,
         "options": [{"value": "asphalt", "tr": "Asfalt"}, {"value": "stone", "tr": "Parke", "en": "Stone"}]},
        {"name": "who", "kind": "several_of", "tr": "Kim geçemiyor?", "when": "answer.blocked = yes",
         "options": [{"value": "cars", "tr": "Araba"}, {"value": "walkers", "tr": "Yaya"}]},
        {"name": "since", "kind": "date", "tr": "Ne zamandan beri?"},
        {"name": "name", "kind": "text", "tr": "Kiminle görüştünüz?", "private": True},
    ],
    "stops": [{"code": "call_112", "when": "answer.who = walkers and answer.depth > 200", "tr": "112'yi arayın.",
               "en": "Call 112."}],
    "urgency": [{"level": "HIGH", "when": "answer.blocked = yes"}, {"level": "LOW"}],
}  # fmt: skip
ASKED = read_questionnaire(ROAD)


def names(answers: dict[str, Any]) -> list[str]:
    return [q.name for q in readable(ASKED, answers)[0]]


def faults(answers: dict[str, Any]) -> dict[str, list[str]]:
    with override("en"), pytest.raises(InvalidInput) as refused:
        check_answers(ASKED, answers)
    return refused.value.errors


def test_what_is_asked_follows_from_earlier_answers():
    assert names({}) == ["depth", "cover", "since", "name"]
    assert names({"depth": "12"}) == ["depth", "blocked", "cover", "since", "name"]
    assert names({"depth": 12, "blocked": "yes"})[2:4] == ["cover", "who"]
    # What is not asked decides nothing: `blocked` is not asked at this depth.
    assert "who" not in names({"depth": 3, "blocked": "yes"})


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("depth", "12,5", 12.5), ("depth", 12.0, 12), ("since", "3.11.2026", "2026-11-03"),
        ("since", "2026-11-03", "2026-11-03"), ("name", "  Ali \u202e ", "Ali"), ("cover", "stone", "stone"),
    ],
)  # fmt: skip
def test_each_answer_has_one_form(name: str, value: Any, kept: Any):
    answers = check_answers(ASKED, {"depth": 1, "cover": "asphalt"} | {name: value}, complete=False)
    assert answers[name] == kept


def test_several_and_yes_or_no():
    answers = {"depth": 50, "blocked": "evet", "cover": "asphalt", "who": ["walkers", "cars"]}
    kept = check_answers(ASKED, answers)
    assert (kept["blocked"], kept["who"]) == (True, ["cars", "walkers"])


def test_every_fault_at_once_and_by_question():
    found = faults(
        {
            "depth": "tief",
            "cover": "gold",
            "since": "31.02.2026",
            "colour": "red",
            "name": "x" * 201,
        }
    )
    assert set(found) == {f"answers.{n}" for n in ("depth", "cover", "since", "colour", "name")}
    assert found["answers.depth"] == ["How deep?: A number is needed."]
    assert faults({"depth": 301, "cover": "stone"})["answers.depth"] == [
        "How deep?: At most 300 cm."
    ]


def test_required_holds_where_it_is_asked():
    assert set(faults({"depth": 20})) == {"answers.blocked", "answers.cover"}
    assert check_answers(ASKED, {"cover": "stone"}) == {"cover": "stone"}
    assert check_answers(ASKED, {}, complete=False) == {}


def test_what_is_not_asked_is_dropped():
    kept = check_answers(ASKED, {"depth": 5, "cover": "stone", "blocked": True, "who": ["cars"]})
    assert kept == {"depth": 5, "cover": "stone"}


def test_a_stop_comes_before_every_other_fault():
    answers = {"depth": 250, "blocked": True, "who": "walkers", "since": "nonsense"}
    with override("en"), pytest.raises(HardStop) as stopped:
        check_answers(ASKED, answers)
    assert (stopped.value.code, stopped.value.advice) == ("call_112", "Call 112.")
    assert check_answers(ASKED, answers | {"depth": 150, "since": "", "cover": "stone"})


def test_the_highest_urgency_counts():
    assert level_of(ASKED, {}).level == "LOW"
    assert level_of(ASKED, {"blocked": True}).level == "HIGH"


def test_answers_in_the_words_of_the_reader():
    by = {q.name: q for q in ASKED.questions}
    with override("en"):
        assert said(by["depth"], 12) == "12 cm"
        assert said(by["cover"], "stone") == "Stone"
        assert said(by["cover"], "asphalt") == "Asfalt"  # no English: the Turkish stands
        assert said(by["blocked"], False) == "no"
    assert said(by["since"], "2026-11-03") == "03.11.2026"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"when": "type = cop"}, "when"),
        ({"when": "answer.later = yes"}, "when"),
        ({"when": "answer.depth >="}, "when"),
        ({"when": "answer.cover > 3"}, "when"),
        ({"when": "answer.cover = gold"}, "when"),
        ({"when": "answer.blocked = maybe"}, "when"),
        ({"kind": "colour"}, "kind"),
        ({"name": "Çok derin"}, "name"),
        ({"name": "depth"}, "name"),
        ({"tr": ""}, "tr"),
        ({"tr": "x" * 301}, "tr"),
        ({"least": 3}, "least"),
        ({"options": [{"value": "a", "tr": "A"}, {"value": "b", "tr": "B"}]}, "options"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_questionnaire_that_cannot_be_asked_is_refused(change: dict[str, Any], field: str):
    question = {"name": "extra", "kind": "text", "tr": "Ek"} | change
    with pytest.raises(InvalidInput) as refused:
        read_questionnaire({"questions": [*ROAD["questions"], question]})
    assert [k.rpartition(".")[2] for k in refused.value.errors] == [field]


@pytest.mark.parametrize("data", [["x"], "x", {"colour": 1}, {"questions": {"a": 1}}, {"questions": ["x"]},
                                  {"stops": [{"code": "x", "tr": "y"}] * 2}, {"urgency": [{"level": "SOON"}]},
                                  {"questions": [{}] * 31}])  # fmt: skip
def test_what_is_no_questionnaire_is_refused(data: Any):
    with pytest.raises(InvalidInput):
        read_questionnaire(data)


def test_data_reads_back_to_the_same():
    assert as_data(ASKED) == ROAD
    assert read_questionnaire(as_data(ASKED)) == ASKED


one = st.sampled_from([None, True, False, 12, -1, 1e300, float("nan"), "", "yes", "cars", "asphalt", "12,5",
                      "2026-01-01", "çok \u202e", {}, {"a": 1}])  # fmt: skip
anything = one | st.lists(one, max_size=3)


@given(st.dictionaries(st.sampled_from([q.name for q in ASKED.questions] + ["other"]), anything))
def test_whatever_is_sent_is_kept_in_form_or_refused(sent: dict[str, Any]):
    """What is kept is kept again unchanged, and answers nothing that is not asked."""
    try:
        kept = check_answers(ASKED, sent)
    except InvalidInput as error:
        assert all(k == "answers" or k.startswith("answers.") for k in error.errors)
        return
    assert check_answers(ASKED, kept) == kept
    assert set(kept) <= set(names(kept))


def test_every_kind_can_be_asked():
    assert {q.kind for q in ASKED.questions} | {"long_text"} == set(KINDS)
