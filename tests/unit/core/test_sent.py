"""What forms send."""

import pytest

from core.web.sent import row_id


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("7", 7), ("999999999999999999", 10**18 - 1), (None, 0), ("", 0), ("-1", 0), ("²", 0), ("٣", 0),
     (" 7", 0), ("1e3", 0), ("9" * 19, 0), ("9" * 5000, 0)],
)  # fmt: skip
def test_an_id_is_of_ascii_digits_and_fits_a_row(sent, meant):
    assert row_id(sent) == meant
