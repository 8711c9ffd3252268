"""Figures that are asked for together are those that each question gets alone."""

import itertools
import random
from typing import Any

import pytest

from spatial_analytics.queries import figures
from spatial_analytics.queries.figures import Row, answer, answers
from spatial_analytics.queries.reach import Counted, Sight
from spatial_analytics.rules.indicators import BUILT_IN, Source
from spatial_analytics.rules.question import read
from tests.factories import City, make_city
from tests.integration.spatial_analytics.test_figures import NOW, TODAY, live

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    city = make_city()
    live(city, random.Random(11), 120)
    return city


def _asked() -> list[dict[str, str]]:
    """Every indicator by things, periods, filters and comparisons that differ."""
    dice = random.Random(5)
    found: list[dict[str, str]] = []
    for code, one in BUILT_IN.items():
        if one.source not in (Source.CASES, Source.DEEDS, Source.SURVEYS, Source.REFERRALS):
            continue
        for by in dice.sample(
            ["", "group", "district", "month", "month,channel", "organisation,group"], 3
        ):
            query = {"indicator": code, "by": by, "days": dice.choice(["90", "400"])}
            if dice.random() < 0.4:
                query["compare"] = dice.choice(["previous", "year"])
            if dice.random() < 0.3:
                query["kind"] = "COMPLAINT"
            found.append(query)
    return found


def _plain(rows: list[Row]) -> dict[Any, Any]:
    """Means may differ in their last binary digit: threads add up in any order."""
    return {row.keys: (_rounded(row.value), row.n, _rounded(row.before)) for row in rows}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)


@pytest.mark.parametrize("counted", [Counted.ALL, Counted.WITH_SENSITIVE])
def test_many_questions_at_once_are_answered_as_each_alone(city, counted):
    asked = [read(query, today=TODAY) for query in _asked()]
    sight = Sight(counted)
    together = answers(asked, sight, now=NOW)
    for question, found in zip(asked, together, strict=True):
        alone = answer(question, sight, now=NOW)
        assert (found.hidden, found.names) == (alone.hidden, alone.names)
        assert _plain([found.total]) == _plain([alone.total]), question.as_query()
        assert _plain(found.rows) == _plain(alone.rows), question.as_query()
    assert any(row.value for found in together for row in found.rows)


def test_the_publics_small_counts_are_hidden_together_too(city):
    public = Sight(Counted.PUBLIC)
    asked = [
        read({"indicator": "opened", "by": by}, today=TODAY)
        for by in ("group", "district", "month", "")
    ]
    for question, found in zip(asked, answers(asked, public, now=NOW), strict=True):
        assert found == answer(question, public, now=NOW)


def test_the_same_rows_are_read_once(city, monkeypatch):
    texts: list[str] = []
    ask = figures.ask

    def counted(text: str, parameters: Any) -> Any:
        texts.append(text)
        return ask(text, parameters)

    monkeypatch.setattr(figures, "ask", counted)
    codes = ("resolved", "hours_mean", "on_time_share")
    asked = [
        read({"indicator": code, "by": by, "days": "90"}, today=TODAY)
        for code, by in itertools.product(codes, ("group", "month", "district,group"))
    ]
    answers(asked, Sight(Counted.ALL), now=NOW)
    assert len(texts) == 1
    texts.clear()
    other = read({"indicator": "resolved", "by": "group", "days": "30"}, today=TODAY)
    answers([*asked, other], Sight(Counted.ALL), now=NOW)
    assert len(texts) == 2  # other days are other rows
    texts.clear()
    sorted_values = [
        read({"indicator": code, "by": by, "days": "90"}, today=TODAY)
        for code, by in itertools.product(("hours_p90", "hours_median"), ("group", "month"))
    ]
    found = answers([*asked, *sorted_values], Sight(Counted.ALL), now=NOW)
    assert len(texts) == 3  # a sort for each way of telling apart
    for question, one in zip([*asked, *sorted_values], found, strict=True):
        assert one == answer(question, Sight(Counted.ALL), now=NOW)
