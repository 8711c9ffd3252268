"""Which right holds, what it allows, and which groups are hidden."""

import random
from datetime import date

import pytest

from spatial_analytics.rules.question import read
from spatial_analytics.rules.rights import DEFAULT, Granted, Persons, Right, right_of
from spatial_analytics.rules.small_groups import hidden_groups

TODAY = date(2026, 11, 20)


def test_the_row_that_says_most_holds():
    everywhere, role = Right(finest="district"), Right(finest="street")
    body, both = Right(finest=""), Right(finest="neighbourhood")
    rows = [Granted(None, "", everywhere), Granted(None, "CREW", role)]
    assert right_of(1, "CREW", rows) == role
    assert right_of(1, "AGENT", rows) == everywhere
    rows += [Granted(1, "", body), Granted(1, "CREW", both)]
    assert right_of(1, "CREW", rows) == both
    assert right_of(1, "AGENT", rows) == body
    assert right_of(2, "CREW", rows) == role
    assert right_of(2, "CREW", []) == DEFAULT


@pytest.mark.parametrize(
    ("right", "query", "allowed"),
    [
        (DEFAULT, {"indicator": "hours_mean", "by": "cell"}, True),
        (DEFAULT, {"indicator": "deeds", "by": "person"}, False),
        (DEFAULT, {"indicator": "deeds", "by": "crew,person"}, False),
        (Right(persons=Persons.OWN), {"indicator": "deeds", "by": "person"}, True),
        (Right(frozenset({"opened"})), {"indicator": "opened"}, True),
        (Right(frozenset({"opened"})), {"indicator": "closed"}, False),
        (Right(finest="district"), {"by": "district"}, True),
        (Right(finest="district"), {"by": "neighbourhood"}, False),
        (Right(finest="district"), {"neighbourhood": "4"}, False),
        (Right(finest="district"), {"by": "month", "street": "4"}, False),
        (Right(finest=""), {"by": "district"}, False),
        (Right(finest="street"), {"by": "cell"}, False),
    ],
)
def test_what_a_right_allows(right, query, allowed):
    assert right.allows(read(query, today=TODAY)) is allowed


def test_names_tell_rights_apart():
    rights = [
        DEFAULT, Right(least=3), Right(finest=""), Right(persons=Persons.OWN), Right(frozenset({"open"})),
    ]  # fmt: skip
    assert len({right.name for right in rights}) == len(rights)


def test_no_sum_less_its_parts_tells_of_fewer_people():
    dice = random.Random(5)
    kept = 0
    for _ in range(300):
        least = dice.randint(2, 4)
        length = dice.choice([1, 2])
        groups = {
            tuple(dice.randint(1, 4) for _k in range(length)): frozenset(
                dice.sample(range(8), dice.randint(0, 5))
            )
            for _g in range(7)
        }
        hidden = hidden_groups(groups, least)
        slices = [set(groups)]
        if length == 2:
            slices += [{k for k in groups if k[at] == v} for at in (0, 1) for v in range(1, 5)]
        for one in slices:
            out = frozenset().union(*(groups[k] for k in one & hidden))
            shown = [k for k in one - hidden if groups[k]]
            assert not shown or not out or len(out) >= least
            kept += bool(shown)
        assert all(len(groups[k]) >= least for k in set(groups) - hidden if groups[k])
    assert kept > 100


def test_nothing_is_hidden_where_nothing_is_small():
    groups = {(1,): frozenset({1, 2, 3}), (2,): frozenset({4, 5, 6}), (3,): frozenset()}
    assert hidden_groups(groups, 3) == set()
