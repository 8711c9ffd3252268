"""Sharing among crews, what crews write, and the table of moves of an order."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cases.rules.work import (
    ORDER_MOVES,
    Load,
    OrderState,
    next_crew,
    read_materials,
    read_minutes,
    when,
)
from core.api.problems import InvalidInput
from tests.factories import NOW


def load(crew: int, open_: int = 0, hours: int | None = None) -> Load:
    return Load(crew, open_, None if hours is None else NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    "sharing, loads, chosen",
    [
        ("BY_HAND", [load(1)], None),
        ("ROUND_ROBIN", [], None),
        ("ROUND_ROBIN", [load(1, 0, 1), load(2, 9, 5), load(3, 0, 2)], 2),
        ("ROUND_ROBIN", [load(1, 0, 1), load(2, 9), load(3)], 2),
        ("LEAST_LOAD", [load(1, 3), load(2, 1, 1), load(3, 2)], 2),
        ("LEAST_LOAD", [load(1, 1, 1), load(2, 1, 5), load(3, 1, 2)], 2),
    ],
)
def test_whose_turn_it_is(sharing, loads, chosen):
    assert next_crew(sharing, loads) == chosen


def test_round_robin_gives_everybody_the_same():
    last = {1: None, 2: None, 3: None}
    turns = []
    for hour in range(9):
        chosen = next_crew("ROUND_ROBIN", [Load(c, 0, at) for c, at in last.items()])
        last[chosen] = NOW + timedelta(hours=hour)
        turns.append(chosen)
    assert turns == [1, 2, 3] * 3


def test_materials_are_read_with_comma_and_point():
    rows = [{"name": "Kum", "quantity": "1,5", "unit": "m³"}, {"name": "Rögar", "quantity": 2}]
    read = read_materials(rows)
    assert [(m.name, m.quantity, m.unit) for m in read] == [
        ("Kum", Decimal("1.500"), "m³"),
        ("Rögar", Decimal("2.000"), ""),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        "kum",
        [{"quantity": 1}],
        [{"name": "", "quantity": 1}],
        [{"name": "Kum", "quantity": "0"}],
        [{"name": "Kum", "quantity": "-1"}],
        [{"name": "Kum", "quantity": "NaN"}],
        [{"name": "Kum", "quantity": "1e99"}],
        [{"name": "K\0um", "quantity": "1"}],
        [{"name": "Kum", "quantity": 1}] * 31,
        ["kum"],
        [None],
    ],
)
def test_other_materials_are_refused_by_field(sent):
    with pytest.raises(InvalidInput) as refused:
        read_materials(sent)
    assert list(refused.value.errors) == ["materials"]


def test_minutes():
    assert (read_minutes(" "), read_minutes("45")) == (None, 45)
    for sent in ("-1", "1441", "x", "1.5", "²"):
        with pytest.raises(InvalidInput):
            read_minutes(sent)


def test_a_time_that_cannot_be_is_replaced():
    assert when(NOW - timedelta(hours=5), NOW) == NOW - timedelta(hours=5)
    assert when(NOW + timedelta(minutes=5), NOW) == NOW
    assert when(NOW - timedelta(days=8), NOW) == NOW
    assert when(None, NOW) == NOW


def test_every_state_of_an_order_is_reached_and_three_are_ends():
    assert ORDER_MOVES.unreachable(OrderState.PLANNED) == set()
    ends = {s for s in OrderState if not ORDER_MOVES.from_state(s)}
    assert ends == {OrderState.DONE, OrderState.NOT_DONE, OrderState.CANCELLED}
