"""Numbers as they are written."""

import pytest
from django.utils import translation

from core.rules.text import in_order
from core.web.numbers import written


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (12.0967741, 2, "12,10"),  # Django alone cuts off
        (0.2069, 2, "0,21"),
        (1854.0, 0, "1.854"),
        (0.125, 2, "0,13"),  # as browsers do: halves away from nought
        (-0.125, 2, "-0,13"),
        (-0.001, 2, "0,00"),
        (1e15, 0, "1.000.000.000.000.000"),
    ],
)
def test_rounded_and_grouped(value: float, digits: int, told: str):
    with translation.override("tr"):
        assert written(value, digits) == told


def test_the_turkish_alphabet():
    names = ["Zabıta", "Çevre", "Cadde", "İmar", "Işık", "Su", "Şehir", "İtfaiye", "Hayvanlar"]
    assert sorted(names, key=in_order) == [
        "Cadde", "Çevre", "Hayvanlar", "Işık", "İmar", "İtfaiye", "Su", "Şehir", "Zabıta",
    ]  # fmt: skip
