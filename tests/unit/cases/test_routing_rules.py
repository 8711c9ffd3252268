"""Ordered rules: first match wins, validity is half open."""

from datetime import date

import pytest

from cases.rules.routing import Facts, NoRuleMatches, Rule, decide

DAY = date(2026, 6, 15)
FACTS = Facts(request_type=1, group=10, district=20, neighbourhood=30, channel=40, on=DAY)


def rule(id: int, position: int | None = None, **conditions) -> Rule:
    return Rule(id, id if position is None else position, f"rule {id}", 100 + id, **conditions)


def test_the_first_by_position_wins_whatever_the_order_of_the_list():
    late, early = rule(1, 20, group=10), rule(2, 10, district=20)
    assert decide([late, early], FACTS) is early
    assert decide([early, late], FACTS) is early


def test_an_empty_condition_matches_everything():
    assert decide([rule(1)], FACTS).id == 1
    assert decide([rule(1)], Facts(None, None, None, None, None, DAY)).id == 1


@pytest.mark.parametrize("name", Rule.CONDITIONS)
def test_each_condition_must_match(name):
    value = getattr(FACTS, name)
    assert rule(1, **{name: value}).matches(FACTS)
    assert not rule(1, **{name: value + 1}).matches(FACTS)
    unknown = Facts(**{**FACTS.__dict__, name: None})
    assert not rule(1, **{name: value}).matches(unknown)


def test_all_conditions_together():
    everything = rule(1, request_type=1, group=10, district=20, neighbourhood=30, channel=40)
    assert everything.matches(FACTS)
    assert everything.conditions == Rule.CONDITIONS
    assert not rule(2, group=10, district=21).matches(FACTS)


def test_the_default_stands_last():
    rules = [rule(9, 999), rule(1, group=10, district=21), rule(2, request_type=7)]
    assert decide(rules, FACTS).id == 9


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
    facts = Facts(1, 10, 20, 30, 40, on)
    assert decide([june, rule(2)], facts).id == (1 if in_force else 2)


def test_two_rules_that_follow_each_other_leave_no_day_out_and_no_day_twice():
    old, new = rule(1, valid_to=DAY), rule(2, valid_from=DAY)
    assert [r.id for r in (old, new) if r.in_force(DAY)] == [2]
    assert [r.id for r in (old, new) if r.in_force(date(2026, 6, 14))] == [1]


def test_nobody_is_never_swallowed():
    with pytest.raises(NoRuleMatches):
        decide([rule(1, group=11)], FACTS)
    with pytest.raises(NoRuleMatches):
        decide([], FACTS)
