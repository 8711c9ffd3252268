"""Rules that can never win and rules that meet: proven, and held against the rules themselves."""

import random
from datetime import date, timedelta

import pytest

from cases.rules.binding import Facts, Names, bind
from cases.rules.conditions import WEEK, parse
from cases.rules.coverage import Kind, World, look
from cases.rules.routing import NoRuleMatches, Rule, Rulebook

DAY = date(2026, 6, 15)
NAMES = Names(
    types={"t1": 1, "t2": 2, "t3": 3},
    groups={"g1": 10, "g2": 20},
    districts={"d1": {100}, "d2": {200}},
    neighbourhoods={"n1": {1001}, "n2": {1002}, "n3": {2001}},
    channels={"web": 40, "sms": 41},
    areas={"coast", "campus"},
    owners={"railway"},
)
WORLD = World(
    types={1: 10, 2: 10, 3: 20},
    neighbourhoods={1001: 100, 1002: 100, 2001: 200},
    districts={100: 9, 200: 9},
    channels=(40, 41),
)


def rules(*texts: str, **departments: int) -> list[Rule]:
    return [
        Rule(n, n, text, departments.get(f"r{n}", n), bind(parse(text), NAMES), text)
        for n, text in enumerate(texts, 1)
    ]


def said(*texts: str, **departments: int) -> list[tuple[str, int, tuple[int, ...]]]:
    found = look(rules(*texts, **departments), WORLD, DAY)
    return [(f.kind.value, f.rule.id, tuple(r.id for r in f.by)) for f in found]


@pytest.mark.parametrize(
    "texts",
    [
        ("", "type = t1"),
        ("group = g1", "type = t1"),
        ("district = d1", "neighbourhood = n2 and channel = web"),
        ("type in (t1, t2)", "group = g1"),  # all types of the group
        ("type != t3", "group = g1"),
        ("time in 20:00-08:00", "time in 22:00-06:00"),
        ("day in (workday, weekend)", "day = mon and not day = holiday"),
        ("area in (coast, campus)", "area = coast and area = campus"),
        ("answer.depth >= 3", "answer.depth > 5"),
        ("answer.colour = red", "answer.colour = red and type = t1"),
        ("area = coast or type = t1", "type = t1 and owner = railway"),
    ],
)
def test_one_rule_hides_another(texts):
    assert said(*texts) == [("shadowed", 2, (1,))]


@pytest.mark.parametrize(
    "texts",
    [
        ("district = d1", "district = d2", "neighbourhood in (n1, n3)"),
        ("time in 06:00-18:00", "time in 18:00-06:00", "time in 12:00-20:00"),
        ("group = g1", "group = g2", "type in (t1, t3)"),
        ("answer.depth < 3", "answer.depth >= 3", "answer.depth in (1, 7)"),
        ("area = coast", "area != coast", "area != coast or area = coast"),
    ],
)
def test_two_rules_together_hide_a_third(texts):
    same = {"r1": 5, "r2": 5, "r3": 5}
    assert said(*texts, **same) == [("shadowed", 3, (1, 2))]


@pytest.mark.parametrize(
    "texts",
    [
        ("type = t1", "group = g1"),  # an exception, then the rule
        ("district = d1", "district != d1"),
        ("area = coast", "area != coast"),
        ("area = coast", "owner = railway and area != coast"),
        ("time in 06:00-18:00", "time in 18:00-06:00"),
        ("type = t1", ""),
    ],
)
def test_an_exception_and_its_rule_are_no_conflict(texts):
    assert said(*texts) == []


def test_what_is_not_known_is_not_hidden():
    """`district = d1 or district != d1` leaves the cases without a district."""
    assert said("district = d1 or district != d1", "type = t1")[0][0] == "conflict"
    assert said("type = t1 and area is unknown", "type = t1 and not area is unknown") == []


def test_a_condition_that_contradicts_itself_never_fits():
    assert said("district = d1 and district = d2") == [("never", 1, ())]
    assert said("type = t1 and not group = g1") == [("never", 1, ())]


def test_a_conflict_names_a_case_that_both_fit():
    found = look(rules("district = d1", "type = t3 and time in 22:00-06:00"), WORLD, DAY)
    assert [f.kind for f in found] == [Kind.CONFLICT]
    witness = dict(found[0].witness)
    assert (witness["district"], witness["request_type"]) == (100, 3)
    assert witness["minute"] >= 1320 or witness["minute"] < 360
    assert look(rules("district = d1", "type = t3", r1=7, r2=7), WORLD, DAY) == []


def test_rules_of_other_days_do_not_hide():
    first, second = rules("", "type = t1")
    past = Rule(**{**first.__dict__, "valid_to": DAY})
    coming = Rule(**{**first.__dict__, "valid_from": DAY + timedelta(days=9)})
    assert look([past, second], WORLD, DAY) == []
    # Until then the second one still wins.
    assert [f.kind for f in look([coming, second], WORLD, DAY)] == [Kind.CONFLICT]
    soon = Rule(**{**second.__dict__, "valid_from": DAY + timedelta(days=10)})
    assert [f.kind for f in look([coming, soon], WORLD, DAY)] == [Kind.SHADOWED]


def test_too_many_pieces_are_said_to_be_undecided():
    """Sixteen answers with two values each, every one of them in its own bracket."""
    text = " and ".join(f"(answer.a{n} = 1 or answer.b{n} = 1)" for n in range(16))
    assert [kind for kind, *_rest in said(text)] == ["undecided"]


def test_it_agrees_with_the_rules_on_random_cases():
    """What is said to be hidden never wins; every conflict's witness is fitted by both."""
    rng = random.Random(7)
    tests = [
        "type = t1", "type in (t2, t3)", "group = g1", "district = d1", "neighbourhood = n1",
        "channel = web", "time in 22:00-06:00", "time in 08:00-17:00", "day = weekend",
        "day in (mon, holiday)", "area = coast", "owner = railway", "answer.depth > 3", "kind = tip",
    ]  # fmt: skip

    def text() -> str:
        one = " and ".join(rng.sample(tests, rng.randint(1, 2)))
        if rng.random() < 0.3:
            one = f"not ({one})"
        return f"{one} or {rng.choice(tests)}" if rng.random() < 0.3 else one

    def case() -> Facts:
        kind = rng.choice([None, 1, 2, 3])
        n = rng.choice([None, 1001, 1002, 2001])
        day = rng.randint(0, 6)
        words = {WEEK[day]} | rng.choice([set(), {"holiday"}])
        words |= {"weekend"} if day > 4 else set() if "holiday" in words else {"workday"}
        return Facts(
            on=DAY, request_type=kind, group=WORLD.types.get(kind), neighbourhood=n,
            district=WORLD.neighbourhoods.get(n), province=9 if n else None,
            kind=rng.choice(["TIP", "COMPLAINT"]), channel=rng.choice([40, 41]),
            areas=rng.choice([None, frozenset(), frozenset({"coast"})]),
            owners=rng.choice([frozenset(), frozenset({"railway"})]),
            minute=rng.randint(0, 1439), days=frozenset(words),
            answers=rng.choice([(), (("depth", 2.0),), (("depth", 4.0),)]),
        )  # fmt: skip

    hidden_seen = conflicts_seen = 0
    for _ in range(120):
        made = rules(*(text() for _ in range(6)))
        book = Rulebook(made)
        found = look(made, WORLD, DAY)
        hidden = {f.rule.id for f in found if f.kind in (Kind.SHADOWED, Kind.NEVER)}
        hidden_seen += len(hidden)
        for _ in range(150):
            try:
                assert book.decide(case()).rule.id not in hidden
            except NoRuleMatches:
                continue
        for f in (f for f in found if f.kind == Kind.CONFLICT):
            conflicts_seen += 1
            facts = Facts(**{"on": DAY, **dict(f.witness)})
            assert f.rule.condition.holds(facts) and f.by[0].condition.holds(facts)
    assert hidden_seen > 20 and conflicts_seen > 50
