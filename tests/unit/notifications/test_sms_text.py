"""Texts in parts come out of the telephone as they went in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.sms_text import GSM, UCS2, mobile_region, parts_of
from tests.sms_peers import decoded

_LETTERS = st.text(st.sampled_from("aAçğıİöşü€[]{}~|^\\`'@ 😀\n"), max_size=700)


def shown(parts: list[bytes], coding: int) -> str:
    bodies = [part[6:] for part in parts] if len(parts) > 1 else parts
    return "".join(decoded(body, coding) for body in bodies)


@given(_LETTERS, st.integers(0, 10**12))
def test_no_letter_is_lost_or_cut_in_two(text: str, reference: int):
    coding, parts = parts_of(text, reference)
    assert shown(parts, coding) == text
    room = {GSM: 160, UCS2: 140}[coding]
    assert all(len(part) <= room for part in parts)
    if len(parts) > 1:
        count = len(parts)
        headers = [bytes([5, 0, 3, reference % 256, count, n + 1]) for n in range(count)]
        assert [part[:6] for part in parts] == headers


@pytest.mark.parametrize(
    ("text", "coding", "count"),
    [
        ("a" * 160, GSM, 1), ("a" * 161, GSM, 2), ("€" * 80, GSM, 1), ("€" * 81, GSM, 2),
        ("ÇÖÜöü", GSM, 1), ("ş" * 70, UCS2, 1), ("ş" * 71, UCS2, 2), ("ç", UCS2, 1),
        ("a`a", UCS2, 1), ("😀" * 35, UCS2, 1), ("a" + "😀" * 35, UCS2, 2),
    ],
)  # fmt: skip
def test_the_coding_and_the_number_of_parts(text: str, coding: int, count: int):
    found, parts = parts_of(text, 1)
    assert (found, len(parts)) == (coding, count)


@pytest.mark.parametrize(
    ("number", "region"),
    [("+905321112233", "TR"), ("+902662391000", ""), ("+4915112345678", "DE"), ("x", ""),
     ("+90532", ""), ("", "")],
)  # fmt: skip
def test_fixed_lines_take_no_sms(number: str, region: str):
    assert mobile_region(number) == region
