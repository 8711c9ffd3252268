"""The language of routing conditions: what it reads, what it refuses and where, what it answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from cases.rules.binding import Facts, Names, answers_of, bind, errors, reasons
from cases.rules.conditions import ALWAYS, ConditionError, parse, written

NAMES = Names(
    types={"cop": 1, "hafriyat": 2, "su-patlagi": 3},
    groups={"temizlik": 10},
    channels={"sms": 40, "web": 41},
    provinces={"balikesir": {100}},
    districts={"altieylul": {20}, "karesi": {21}},
    neighbourhoods={"cumhuriyet": {30, 31}, "altieylul/cumhuriyet": {30}, "bahcelievler": {32}},
    areas={"sahil", "org san"},
    owners={"baski", "karayollari"},
)
FACTS = Facts(
    on=date(2026, 6, 15),
    request_type=1,
    group=10,
    kind="COMPLAINT",
    channel=40,
    province=100,
    district=20,
    neighbourhood=30,
    areas=frozenset({"sahil"}),
    owners=frozenset({"baski"}),
    minute=23 * 60,
    days=frozenset({"sat", "weekend"}),
    answers=answers_of(
        {"on_main_road": True, "depth": 12, "Colour": "Kırmızı", "many": ["a", "b"]}
    ),
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def holds(text: str, **facts) -> bool | None:
    bound = bind(parse(text), NAMES)
    assert errors(bound) == []
    return bound.holds(replace(FACTS, **facts))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "type = cop",
        "type in (cop, hafriyat)",
        "tür = COP ve ilçe = altıeylül",
        "type in (cop, hafriyat) and district = altieylul and time in 22:00-06:00 and"
        ' day in (sat, sun, holiday) and channel = sms and answer.on_main_road = yes and area = "Sahil"'
        " and owner = baski",
        "district = ALTIEYLÜL",
        'district = "Altıeylül"',
        "neighbourhood = altieylul/cumhuriyet",
        "province = Balıkesir",
        "type != hafriyat",
        "type not in (hafriyat, su-patlagi)",
        "not (type = hafriyat or channel = web)",
        "type = hafriyat or type = cop and channel = sms",
        "(type = hafriyat or type = cop) and channel = sms",
        "time in 23:00-23:01",
        "time in (08:00-17:00, 22:30–24:00)",
        "saat in 22:00-06:00 ve gün in (cmt, paz)",
        "day = haftasonu",
        "kind = şikayet",
        "answer.depth >= 12 and answer.depth < 12.5",
        "answer.depth = 12",
        "answer.colour = kirmizi",
        "cevap.colour = KIRMIZI",
        "answer.many = b",
        "answer.missing is unknown",
        "answer.depth is known",
        "district is not unknown",
        "owner is known",
    ],
)
def test_it_reads_and_holds(text):
    assert holds(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "type = hafriyat",
        "time in 06:00-22:00",
        "time in 22:00-23:00",
        "not type = cop",
        'area = "Org. San."',
        "owner = karayollari",
        "day in (mon, holiday)",
        "answer.depth > 12",
        "district is unknown",
        "type = cop and (district = karesi or channel = web)",
    ],
)
def test_it_reads_and_does_not_hold(text):
    assert holds(text) is False


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("district = altieylul", {"district": None}),
        ("district != karesi", {"district": None}),
        ("not district in (karesi, altieylul)", {"district": None}),
        ("area = sahil", {"areas": None}),
        ("time in 08:00-17:00", {"minute": None}),
        ("answer.depth > 3", {"answers": answers_of({"depth": "deep"})}),
        ("answer.depth != 3", {"answers": ()}),
    ],
)
def test_what_is_not_known_is_neither_true_nor_false(text, unknown):
    assert holds(text, **unknown) is None
    assert holds(f"({text}) or type = cop", **unknown) is True
    assert holds(f"({text}) and type = hafriyat", **unknown) is False


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("tpye = cop", 1, "tpye"),
        ("type cop", 6, "after"),
        ("type = ", 7, "value"),
        ("type = cop and", 15, "fact"),
        ("type = cop district = karesi", 12, "and"),
        ("type in (cop, hafriyat", 9, "bracket"),
        ("(type = cop", 1, "bracket"),
        ("type = cop)", 11, "end"),
        ("type > cop", 6, "answers"),
        ("answer.depth > deep", 16, "number"),
        ('type = "cop', 8, "quotation"),
        ("type = ''", 8, "nothing"),
        ("district is big", 13, "known"),
        ("type = cop; district = karesi", 11, "nothing"),
        ("type = __import__('os')", 19, "nothing"),
        ("(" * 30 + "type = cop" + ")" * 30, 21, "brackets"),
        ("type = cop\nand tpye = cop", 16, "tpye"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text, position, word):
    with pytest.raises(ConditionError) as error:
        parse(text)
    assert error.value.position == position
    assert word in error.value.reason.lower()
    assert str(position) in str(error.value)


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("type in (cop, çöp)", 15, "çöp"),
        ("district = atlantis", 12, "atlantis"),
        ("neighbourhood = cumhuriyet", 17, "district/name"),
        ("area = nowhere", 8, "nowhere"),
        ("owner = nobody", 9, "nobody"),
        ("channel = pigeon", 11, "pigeon"),
        ("day = someday", 7, "someday"),
        ("time = noon", 8, "noon"),
        ("time in 25:00-26:00", 9, "25:00"),
        ("time in 22:70-23:00", 9, "22:70"),
        ("kind = joke", 8, "joke"),
        ("province = mars and group = x", 12, "mars"),
    ],
)
def test_names_that_there_are_not_are_named(text, position, word):
    bound = bind(parse(text), NAMES)
    first = errors(bound)[0]
    assert first.position == position and word in first.reason
    assert bound.holds(FACTS) is None  # and never by chance true, whatever stands around it
    assert bind(parse(f"not ({text})"), NAMES).holds(FACTS) is None


@pytest.mark.parametrize(
    "text",
    [
        "type = cop",
        "type in (cop, hafriyat) and not district = karesi",
        '(type = cop or area = "Org. San.") and time in 22:00-06:00',
        "answer.depth >= 3 and answer.colour is unknown and owner is known",
    ],
)
def test_a_tree_is_written_as_it_is_read(text):
    assert written(parse(text)) == text
    assert (
        parse(written(parse(text))) == parse(text) or written(parse(written(parse(text)))) == text
    )


def test_an_empty_text_is_everything():
    assert parse("  \n ") == ALWAYS
    assert bind(ALWAYS, NAMES).holds(Facts(on=FACTS.on)) is True


def test_the_reasons_are_the_tests_that_counted():
    bound = bind(parse("(type = hafriyat or type = cop) and not channel = web"), NAMES)
    found = [(t.fact, t.test.values[0].text, held) for t, held in reasons(bound, FACTS)]
    assert found == [("type", "cop", True), ("channel", "web", False)]
