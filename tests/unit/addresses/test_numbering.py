"""Numbers of a street's side by rule: exact, in the order of the doors that were given."""

import pytest

from addresses.rules.numbering import Door, Rule, numbers


def written(found) -> list[str]:
    return [f"{n.number}/{n.suffix}" if n.suffix else str(n.number) for n in found]


def given(*doors: tuple[float, str], **rule) -> list[str]:
    """`(metres, "4/A")`; "" is a door without a number."""
    rows = []
    for at, label in doors:
        number, _slash, suffix = label.partition("/")
        rows.append(Door(at, int(number or 0), suffix))
    return written(numbers(rows, Rule(**{"first": 1} | rule)))


def test_left_counts_odd_from_1():
    assert given((5, ""), (20, ""), (31, "")) == ["1", "3", "5"]


def test_right_counts_even_from_2():
    assert given((5, ""), (20, ""), (31, ""), first=2) == ["2", "4", "6"]


def test_the_street_counts_not_the_order_of_the_list():
    assert given((31, ""), (5, ""), (20, "")) == ["5", "1", "3"]


def test_old_numbers_are_forgotten_unless_kept():
    assert given((5, "17"), (20, "2")) == ["1", "3"]


def test_metres_give_a_number_for_each_stretch():
    assert given((0, ""), (9.9, ""), (10, ""), (47, ""), spacing=10) == ["1", "1/A", "3", "9"]


def test_metres_with_letters_from_the_third_door_on():
    assert given((1, ""), (2, ""), (3, ""), first=2, spacing=5) == ["2", "2/A", "2/B"]


def test_kept_numbers_stay_and_free_ones_fill_the_gap():
    assert given((1, "1"), (5, ""), (9, ""), (20, "7"), keep=True) == ["1", "3", "5", "7"]


def test_an_insertion_where_nothing_is_free_gets_a_letter():
    assert given((1, "5"), (5, ""), (9, ""), (20, "7"), keep=True) == ["5", "5/A", "5/B", "7"]


def test_letters_go_behind_the_last_number_of_the_gap():
    assert given((1, "1"), (2, ""), (3, ""), (4, "5"), keep=True) == ["1", "3", "3/A", "5"]


def test_a_letter_that_is_taken_is_passed_over():
    assert given((1, "5"), (3, ""), (4, "5/A"), (9, "7"), keep=True) == ["5", "5/B", "5/A", "7"]


def test_behind_the_last_kept_one_it_counts_on():
    assert given((1, "5"), (3, ""), (9, ""), keep=True) == ["5", "7", "9"]


def test_before_the_first_kept_one_it_uses_what_is_free():
    assert given((1, ""), (2, ""), (9, "7"), keep=True) == ["1", "3", "7"]


def test_before_number_1_nothing_is_free_and_it_says_so():
    found = numbers([Door(1), Door(5, 1)], Rule(1, keep=True))
    assert written(found) == ["1/A", "1"]
    assert [n.out_of_order for n in found] == [True, False]


def test_a_kept_number_of_the_other_parity_does_not_turn_the_side():
    assert given((1, "4"), (3, ""), (9, "9"), keep=True) == ["4", "5", "9"]


def test_a_number_used_elsewhere_on_the_side_is_not_given_again():
    assert given((1, "9"), (3, ""), (5, "3"), (8, ""), keep=True) == ["9", "9/A", "3", "5"]


def test_many_letters():
    found = given(*[(i, "") for i in range(24)], spacing=100)
    assert found[0] == "1" and found[1] == "1/A" and found[21] == "1/Z" and found[22] == "1/AA"


@pytest.mark.parametrize("wrong", [{"step": 0}, {"spacing": 0}, {"first": -1}, {"spacing": -3}])
def test_rules_that_do_not_grow(wrong):
    with pytest.raises(ValueError, match="grow"):
        Rule(**{"first": 1} | wrong)


def test_no_doors():
    assert numbers([], Rule(1)) == []
