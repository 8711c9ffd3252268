"""Classes of a thematic map."""

import time

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial_analytics.rules.classes import Scheme, class_of, classify, natural_breaks


def test_quantiles_jenks_and_equal_by_hand():
    values = [0.0, 1, 2, 3, 10, 11, 12, 100]
    found = {
        scheme: [(one.high, one.count) for one in classify(values, scheme, 4)]
        for scheme in (Scheme.QUANTILES, Scheme.JENKS, Scheme.EQUAL)
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
    st.sampled_from(sorted(set(Scheme) - {Scheme.OWN})),
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
