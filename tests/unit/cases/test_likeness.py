"""When two cases may be the same, and that the score is the sum of what it tells; the small map."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from cases.rules.likeness import PLACE, TIME, TYPE, WORDS, Told, compare, stems, without
from cases.rules.sketch import Shapes, draw

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def like(a: Told, b: Told, metres: float = 0.0):
    return compare(a, b, metres, within_m=250, within_days=90)


def test_the_same_thing_told_twice_is_as_like_as_can_be():
    one = Told(1, 1, AT, "cop konteyneri tasmis")
    same = like(one, one)
    assert same.score == pytest.approx(1)
    assert (same.place, same.type, same.time, same.words) == (PLACE, TYPE, TIME, WORDS)
    assert same.common == ("cop", "konteyneri", "tasmis")


def test_each_share_falls_by_itself():
    one = Told(1, 1, AT, "cop konteyneri")
    assert like(one, one, 125).place == pytest.approx(PLACE / 2)
    assert like(one, one, 900).place == 0
    later = Told(1, 1, AT + timedelta(days=45), "cop konteyneri")
    assert like(one, later).time == pytest.approx(TIME / 2) and like(one, later).days == 45
    group = like(one, Told(2, 1, AT, "cop konteyneri"))
    assert group.same_group and not group.same_type and 0 < group.type < TYPE
    assert like(one, Told(2, 2, AT, "yol bozuk")).type == 0
    assert like(one, Told(2, 2, AT, "yol bozuk")).words == 0
    assert like(Told(None, None, AT, ""), Told(None, None, AT, "")).score == pytest.approx(
        PLACE + TIME
    )


def test_words_are_compared_by_their_beginnings_without_numbers_and_place():
    one = Told(1, 1, AT, "konteyneri kirik 2026 12")
    other = Told(1, 1, AT, "konteynerler tasmis 2026 12")
    assert like(one, other).common == ("konteyneri",)
    assert like(one, other).words == pytest.approx(WORDS / 2)
    assert stems("a ve 10028 sokak") == {"sokak": "sokak"}
    assert without("2026 7 ataturk cd cop", ["2026 7", "ataturk cd"]) == "cop"


def test_the_sketch_is_drawn_to_scale_and_its_texts_are_escaped():
    x, y = 3_106_000.0, 4_812_000.0  # about 39.6 degrees north: a metre is about 1.298 units there
    shapes = Shapes(
        buildings=[[[(x, y), (x + 20, y), (x + 20, y + 20), (x, y)]]],
        streets=[("<İğdır> Sk", [[(x - 500, y - 30), (x + 500, y - 30)]])],
        doors=[("5/A", (x + 12.98, y))],
    )
    svg = draw(shapes, (x, y), width_m=200, height_m=100, title='"Yer" <1>')
    root = ElementTree.fromstring(svg)
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["<İğdır> Sk", "5/A", "50 m"]
    door = next(c for c in root.iter("{http://www.w3.org/2000/svg}circle") if c.get("r") == "0.8")
    assert float(door.get("cx")) == pytest.approx(110, abs=0.2)  # ten metres east of the middle
    assert float(door.get("cy")) == 50


def test_a_street_without_room_has_no_name():
    x, y = 3_106_000.0, 4_812_000.0
    for line in ([(x, y), (x + 5, y)], [(x + 9000, y), (x + 9900, y)]):
        svg = draw(
            Shapes(streets=[("Uzun Ad Caddesi", [line])]),
            (x, y),
            width_m=200,
            height_m=100,
            title="",
        )
        assert "Uzun" not in svg
