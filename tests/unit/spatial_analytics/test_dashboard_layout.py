"""What a layout may say, and what is told about one that may not be."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from spatial_analytics.queries.indicator_words import WORDS
from spatial_analytics.rules.dashboards import (
    KINDS,
    MOST_TILES,
    BadLayout,
    Layout,
    Tile,
    read_bar,
    read_layout,
    read_stored,
)
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.ready_dashboards import READY

TODAY = date(2026, 11, 20)
BARS = {"kind": "bar", "question": {"indicator": "opened", "by": "group"}, "width": 6, "height": 2}


def read(*tiles: Any, bar: Any = None) -> Layout:
    return read_layout({"tiles": list(tiles), "bar": bar or {}}, today=TODAY)


def faults(*tiles: Any, bar: Any = None) -> dict[str, str]:
    with translation.override("en"), pytest.raises(BadLayout) as found:
        read(*tiles, bar=bar)
    return found.value.faults


def test_what_is_read_is_what_is_stored():
    layout = read(
        BARS,
        {"kind": "text", "text": " Toplantı notu ", "width": 12, "height": 1},
        {"kind": "gauge", "question": {"indicator": "on_time_share"}, "target": 95, "width": 3, "height": 2},
        bar={"days": "90", "organisation": "3", "nonsense": "x"},
    )  # fmt: skip
    assert [tile.kind for tile in layout.tiles] == ["bar", "text", "gauge"]
    assert layout.tiles[1].text == "Toplantı notu"
    assert layout.bar == {"days": "90", "organisation": "3"}
    assert read_layout(layout.as_json(), today=TODAY) == layout


def test_a_tile_without_sizes_has_those_of_its_kind():
    (tile,) = read({"kind": "calendar", "question": {"indicator": "opened", "by": "day"}}).tiles
    assert (tile.width, tile.height) == (12, 2)


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"kind": "cube"}, "kind", "one of"),
        ({"width": 13}, "width", "from 1 to 12"),
        ({"width": True}, "width", "whole number"),
        ({"height": "2"}, "height", "whole number"),
        ({"title": "x" * 121}, "title", "120"),
        ({"title": 7}, "title", "text"),
        ({"target": -1}, "target", "above zero"),
        ({"question": {"indicator": "opened", "by": "group", "sql": "1"}}, "question", "filters"),
        ({"question": {"indicator": "opened", "by": ["group"]}}, "question", "filters"),
        ({"question": {"indicator": "opened"}}, "question.by", "from 1 to 2"),
        ({"question": {"indicator": "nothing", "by": "group"}}, "question.indicator", "nothing"),
        ({"question": {"by": "group"}}, "question.indicator", "from 1 to 4"),
        ({"question": {"indicator": "opened", "by": "weather"}}, "question.by", "weather"),
        ({"question": {"indicator": "opened", "by": "group", "group": "x"}}, "question.group", "whole"),
        ({"kind": "line"}, "question.by", "month"),
        ({"kind": "line", "question": {"indicator": "opened", "by": "weekday"}}, "question.by", "month"),
        ({"kind": "calendar"}, "question.by", "day"),
        ({"kind": "stacked"}, "question.by", "second"),
        ({"kind": "box"}, "question.indicator", "exactly 5"),
        ({"kind": "gauge"}, "question.by", "exactly 0"),
        ({"kind": "funnel", "question": {"indicator": "opened"}}, "question.indicator", "from 2 to 8"),
        ({"kind": "text"}, "text", "write"),
        (
            {"kind": "bar", "question": {"indicator": "opened,closed", "by": "month,group"}},
            "question.by",
            "one dimension",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_tile_is_said_at_its_place(change, place, says):
    found = faults(BARS, BARS | change)
    assert list(found) == [f"tiles.1.{place}"]
    assert says in found[f"tiles.1.{place}"]


def test_every_fault_is_told_at_once():
    assert set(faults(BARS | {"width": 0}, BARS | {"kind": "box"}, bar={"days": "0"})) == {
        "tiles.0.width",
        "tiles.1.question.indicator",
        "bar.days",
    }


@pytest.mark.parametrize("data", [None, [], "x", {"tiles": {}}, {}])
def test_what_is_no_layout_at_all(data):
    with pytest.raises(BadLayout) as found:
        read_layout(data, today=TODAY)
    assert list(found.value.faults) == ["tiles"]


def test_there_may_be_so_many_tiles():
    assert len(read(*[BARS] * MOST_TILES).tiles) == MOST_TILES
    assert list(faults(*[BARS] * (MOST_TILES + 1))) == ["tiles"]


def test_a_bar_that_cannot_be_used_names_what_is_wrong():
    assert read_bar({"period": "month", "group": "1,2", "page": "7"}, today=TODAY) == {
        "period": "month",
        "group": "1,2",
    }
    with pytest.raises(BadQuestion) as found:
        read_bar({"from": "2026-05-02", "to": "2026-05-01"}, today=TODAY)
    assert found.value.field == "from"


def test_a_stored_layout_keeps_what_can_still_be_read():
    gone = BARS | {"question": {"indicator": "of_an_older_version", "by": "group"}}
    stored = {"tiles": [gone, BARS, 7], "bar": {"days": "many"}}
    layout = read_stored(stored, today=TODAY)
    assert [tile.kind for tile in layout.tiles] == ["bar"]
    assert layout.bar == {}
    assert read_stored("nonsense", today=TODAY) == Layout()


def test_the_bar_asks_all_tiles_but_those_that_say_it_themselves():
    bar = {"days": "30", "group": "7", "channel": "2", "compare": "year"}
    by_group = Tile("bar", question={"indicator": "opened", "by": "group"})
    assert by_group.asked(bar) == {
        "indicator": "opened", "by": "group", "days": "30", "channel": "2", "compare": "year",
    }  # fmt: skip
    fast = Tile(
        "bar", question={"indicator": "opened", "by": "type", "period": "year", "channel": "5"}
    )
    assert fast.asked(bar) == {
        "indicator": "opened", "by": "type", "period": "year", "channel": "5", "group": "7", "compare": "year",
    }  # fmt: skip


def test_each_ready_dashboard_can_be_read_and_every_kind_is_used():
    used = set()
    for one in READY.values():
        tiles = [tile | {"title": str(tile.get("title", ""))} for tile in one.tiles]
        bar = {k: v for k, v in one.bar.items() if not v.startswith(("kind:", "own"))}
        layout = read(*tiles, bar=bar)
        used |= {tile.kind for tile in layout.tiles}
        assert all(code in WORDS for tile in layout.tiles for code in tile.indicators)
    assert used == set(KINDS) - {"text"}
