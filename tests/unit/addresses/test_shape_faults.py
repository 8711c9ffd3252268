"""Faults of shapes in words: none of the library's own reach a person."""

import pytest
import shapely

from addresses.rules.shape_faults import in_words

BOX = [(0, 0), (4, 0), (4, 4), (0, 4)]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), "kendini kesiyor"),
        (shapely.Polygon([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)]), "değiyor"),
        (shapely.Polygon(BOX, [[(6, 6), (7, 6), (7, 7)]]), "dışında"),
        (shapely.MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2)]), "içinde"),
    ],
)
def test_what_is_wrong_and_where(shape, words):
    text = in_words(shape)
    assert words in text and "yakınına" in text
    assert "[" not in text and "ntersection" not in text
