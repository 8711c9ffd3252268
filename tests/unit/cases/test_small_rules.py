"""Masking, cells of a spreadsheet, what a list filter takes."""

import pytest

from cases.queries.case_list import ListFilter
from cases.queries.masking import _email, _name, _phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Ayşe Yılmaz", "A*** Y***"), ("İbrahim", "İ***"), ("", ""), ("  Ali  Can ", "A*** C***")],
)
def test_names_are_masked(name, masked):
    assert _name(name) == masked


def test_phone_and_email_are_masked():
    assert _phone("+905321112267") == "+90 ••• •• 67"
    assert _phone("") == ""
    assert _phone("12345") == ""
    assert _email("ayse@example.com") == "a***@example.com"
    assert _email("") == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ListFilter()),
        ({"state": "PANIC", "sort": "random"}, ListFilter()),
        ({"state": "CLOSED", "sort": "due"}, ListFilter(state="CLOSED", sort="due")),
        ({"district": "5; DROP", "department": "٣"}, ListFilter()),
        ({"district": "5", "q": "  çöp "}, ListFilter(district="5", q="çöp")),
        ({"q": "a\x00b", "group": "\x00"}, ListFilter(q="ab")),
        ({"q": "x" * 500}, ListFilter(q="x" * 200)),
    ],
)
def test_list_filters_drop_what_they_do_not_know(query, expected):
    assert ListFilter.of(query) == expected
