"""Questions to a thematic map, classes and rates."""

import time
from datetime import date

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial_analytics.rules.classes import Scheme, class_of, classify, natural_breaks
from spatial_analytics.rules.indicator import BadQuestion, rate, read_question

TODAY = date(2026, 6, 30)


def test_without_parameters_the_last_year_by_district():
    question = read_question({}, today=TODAY)
    assert (question.level, question.days, question.classes) == ("district", 365, 5)
    assert (question.begin, question.end) == (date(2025, 7, 1), TODAY)
    assert question.scheme is Scheme.QUANTILES


@pytest.mark.parametrize(
    "query",
    [
        {"level": "neighbourhood", "days": "30", "scheme": "jenks", "classes": "4", "group": "7"},
        {
            "level": "district",
            "from": "2026-01-01",
            "to": "2026-03-31",
            "scheme": "equal",
            "classes": "3",
        },
    ],
)
def test_the_permalink_asks_the_same_question(query):
    question = read_question(query, today=TODAY)
    assert question.as_query() == query
    assert read_question(question.as_query(), today=TODAY) == question


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"level": "street"}, "level"),
        ({"days": "0"}, "days"),
        ({"days": "-3"}, "days"),
        ({"days": "٣٠"}, "days"),
        ({"from": "2026-02-30", "to": "2026-03-01"}, "from"),
        ({"from": "2026-03-02"}, "to"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from"),
        ({"scheme": "magic"}, "scheme"),
        ({"classes": "99"}, "classes"),
        ({"group": "1 OR 1=1"}, "group"),
    ],
)
def test_a_bad_value_names_its_field(query, field):
    with pytest.raises(BadQuestion) as error:
        read_question(query, today=TODAY)
    assert error.value.field == field


def test_rates():
    assert rate(5, 2000) == 2.5
    assert rate(0, 10) == 0
    assert rate(5, None) is None
    assert rate(5, 0) is None
    assert rate(None, 2000) is None


def test_quantiles_jenks_and_equal_by_hand():
    values = [0.0, 1, 2, 3, 10, 11, 12, 100]
    found = {
        scheme: [(one.high, one.count) for one in classify(values, scheme, 4)] for scheme in Scheme
    }
    assert found[Scheme.QUANTILES] == [(1.75, 2), (6.5, 2), (11.25, 2), (100, 2)]
    assert found[Scheme.JENKS] == [(1, 2), (3, 2), (12, 3), (100, 1)]
    assert found[Scheme.EQUAL] == [(25, 7), (50, 0), (75, 0), (100, 1)]


def test_few_different_values_make_few_classes():
    assert [one.count for one in classify([0, 0, 0, 0, 0, 4], Scheme.QUANTILES, 5)] == [5, 1]
    assert [one.count for one in classify([2, 2], Scheme.JENKS, 5)] == [2]
    assert classify([], Scheme.EQUAL, 5) == []


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("count", [2, 3, 5, 7])
def test_natural_breaks_are_those_of_the_reference(count):
    draw = np.random.default_rng(count)
    values = draw.gamma(1.5, 20.0, 90).round(2)
    reference = mapclassify.FisherJenks(values, k=count)
    assert natural_breaks(values, count) == pytest.approx(reference.bins.tolist())


def test_natural_breaks_of_a_whole_province_take_no_time():
    values = np.random.default_rng(1).gamma(1.5, 20.0, 1166)
    started = time.process_time()
    assert len(natural_breaks(values, 7)) == 7
    assert time.process_time() - started < 2


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 500).map(lambda v: round(v, 2)), min_size=1, max_size=80),
    st.sampled_from(Scheme),
    st.integers(2, 7),
)
def test_every_value_falls_into_exactly_one_class(values, scheme, wanted):
    classes = classify(values, scheme, wanted)
    assert 1 <= len(classes) <= wanted
    assert sum(one.count for one in classes) == len(values)
    counted = [0] * len(classes)
    for value in values:
        number = class_of(value, classes)
        assert number is not None
        counted[number] += 1
    assert counted == [one.count for one in classes]
    shades = [one.shade for one in classes]
    assert shades == sorted(set(shades))
