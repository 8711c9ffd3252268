"""The colours of charts, as the style sheet has them."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.colours import EYES, contrast, difference

ROOT = Path(__file__).resolve().parents[3]
CARDS = {"light": "#ffffff", "dark": "#18211f"}  # --card of base.css


def colours(scheme: str) -> dict[str, str]:
    css = (ROOT / "spatial_analytics/static/spatial_analytics/dashboards.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")[:2]
    return dict(re.findall(r"--chart-([\w-]+): (#\w+)", light if scheme == "light" else dark))


def test_the_cards_are_those_of_the_design():
    base = (ROOT / "gis_vip/static/vip/base.css").read_text()
    assert re.findall(r"--card: (#\w+)", base)[:2] == list(CARDS.values())


@pytest.mark.parametrize("scheme", CARDS)
def test_bars_and_lines_stand_out_from_their_card(scheme):
    found = colours(scheme)
    for name in [*map(str, range(1, 9)), "earlier", "target"]:
        assert contrast(found[name], CARDS[scheme]) >= 3, name


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", CARDS)
def test_neighbours_are_told_apart_by_every_eye(scheme, eyes):
    found = colours(scheme)
    palette = [found[str(i)] for i in range(1, 9)]
    for one, other in zip(palette, [*palette[1:], palette[0]], strict=True):
        assert difference(one, other, eyes) >= 20, (one, other)
    assert difference(found["1"], found["earlier"], eyes) >= 14  # and it is dashed


@pytest.mark.parametrize("scheme", CARDS)
def test_shades_of_a_calendar_rise_in_even_steps(scheme):
    found = colours(scheme)
    ramp = [found[f"ramp-{i}"] for i in range(1, 6)]
    assert all(contrast(a, b) >= 1.3 for a, b in pairwise(ramp))
