"""Ordered rules: first match wins, validity is half open, and what lies behind near boundaries."""

from datetime import date

import pytest

from cases.rules.binding import Facts, Names, bind
from cases.rules.conditions import parse
from cases.rules.routing import Near, NoRuleMatches, Rule, Rulebook, Tolerance, rule_on

DAY = date(2026, 6, 15)
NAMES = Names(
    types={"t1": 1, "t7": 7},
    groups={"g10": 10},
    districts={"d20": {20}, "d21": {21}},
    neighbourhoods={"n30": {30}, "n31": {31}},
    channels={"c40": 40},
    areas={"coast"},
    owners={"railway"},
)
FACTS = Facts(
    on=DAY, request_type=1, group=10, district=20, neighbourhood=30, channel=40,
    areas=frozenset(), owners=frozenset(),
)  # fmt: skip


def rule(id: int, text: str = "", position: int | None = None, **more) -> Rule:
    place = id if position is None else position
    department = more.pop("department", 100 + id)
    return Rule(id, place, f"rule {id}", department, bind(parse(text), NAMES), text, **more)


def decide(rules, facts=FACTS) -> Rule:
    return Rulebook(rules).decide(facts).rule


def test_the_first_by_position_wins_whatever_the_order_of_the_list():
    late, early = rule(1, "group = g10", 20), rule(2, "district = d20", 10)
    assert decide([late, early]) is early
    assert decide([early, late]) is early


def test_an_empty_condition_matches_everything():
    assert decide([rule(1)]).id == 1
    assert decide([rule(1)], Facts(on=DAY)).id == 1


def test_the_default_stands_last():
    rules = [rule(9, position=999), rule(1, "group = g10 and district = d21"), rule(2, "type = t7")]
    assert decide(rules).id == 9


@pytest.mark.parametrize(
    ("on", "in_force"),
    [
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_validity_is_half_open(on, in_force):
    june = rule(1, valid_from=date(2026, 6, 1), valid_to=date(2026, 7, 1))
    assert june.in_force(on) is in_force
    facts = Facts(on=on, request_type=1)
    assert decide([june, rule(2)], facts).id == (1 if in_force else 2)


def test_no_rule_is_never_swallowed():
    with pytest.raises(NoRuleMatches):
        decide([rule(1, "district = d21")])
    with pytest.raises(NoRuleMatches):
        decide([])


def test_the_same_question_again_gets_the_same_answer_and_another_one_its_own():
    book = Rulebook([rule(1, "time in 22:00-06:00"), rule(2, "district = d20"), rule(3)])
    asked = [
        (Facts(on=DAY, minute=m, district=d), expected)
        for m, d, expected in [
            (0, 20, 1), (359, 20, 1), (360, 20, 2), (1319, 20, 2), (1320, 20, 1), (720, 21, 3),
            (None, 20, 2),
        ]
    ]  # fmt: skip
    for _ in range(2):
        assert [book.decide(f).rule.id for f, _e in asked] == [e for _f, e in asked]


def test_a_faulty_rule_does_not_win_and_is_told_where_it_might_have_been_meant():
    book = Rulebook([rule(1, "district = d20 and area = gone"), rule(2, "group = g10"), rule(3)])
    decision = book.decide(FACTS)
    assert decision.rule.id == 2
    assert [r.id for r in decision.doubtful] == [1]
    elsewhere = Facts(on=DAY, group=10, district=21)
    assert book.decide(elsewhere).doubtful == ()  # it was not meant for another district


def test_a_rule_that_cannot_be_read_at_all_is_doubtful_everywhere():
    broken = Rule(1, 1, "broken", 5, broken="Position 1")
    assert [r.id for r in Rulebook([broken, rule(2)]).decide(FACTS).doubtful] == [1]


OTHER = Near("district", 12.0, district=21, neighbourhood=31)
COAST = Near("area", 8.0, area="coast", owner="railway")


def test_who_is_responsible_on_the_other_side():
    book = Rulebook([rule(1, "district = d20"), rule(2, "district = d21")])
    ruling = rule_on(book, FACTS, [OTHER])
    assert ruling.rule.id == 1
    assert [(c.rule.id, c.distance_m) for c in ruling.candidates] == [(2, 12.0)]
    assert ruling.ambiguous
    far = rule_on(book, FACTS, [OTHER], Tolerance(district=10))
    assert (len(far.candidates), far.ambiguous) == (1, False)


def test_a_boundary_that_changes_nothing_makes_no_candidate():
    assert rule_on(Rulebook([rule(1)]), FACTS, [OTHER, COAST]).candidates == []
    same = [rule(1, "district = d20", department=7), rule(2, department=7)]
    assert rule_on(Rulebook(same), FACTS, [OTHER]).candidates == []


@pytest.mark.parametrize("text", ["area = coast", "owner = railway"])
def test_the_edge_of_a_drawn_area_from_both_sides(text):
    book = Rulebook([rule(1, text), rule(2)])
    outside = rule_on(book, FACTS, [COAST])
    assert (outside.rule.id, [c.rule.id for c in outside.candidates]) == (2, [1])
    inside = Facts(on=DAY, areas=frozenset({"coast"}), owners=frozenset({"railway"}))
    edge = Near("area", 8.0, area="coast", owner="railway", inside=True)
    assert [c.rule.id for c in rule_on(book, inside, [edge]).candidates] == [2]


def test_two_boundaries_at_once_in_a_corner():
    book = Rulebook([rule(1, "district = d21 and area = coast"), rule(2)])
    ruling = rule_on(book, FACTS, [OTHER, COAST])
    assert [(c.rule.id, c.distance_m, len(c.beyond)) for c in ruling.candidates] == [(1, 12.0, 2)]
    assert ruling.ambiguous
    # Each level has its own tolerance, and the farther one is too far.
    assert not rule_on(book, FACTS, [OTHER, COAST], Tolerance(district=10)).ambiguous
