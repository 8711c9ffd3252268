"""Masking, cells of a spreadsheet, what a list filter takes."""

from dataclasses import replace

import pytest

from cases.queries.masking import _email, _name, _phone
from cases.rules.listing import ListFilter


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
        ({}, {}),
        ({"state": "PANIC", "sort": "random"}, {"unknown": 2}),
        ({"state": "CLOSED", "sort": "due"}, {"choices": {"state": ("CLOSED",)}, "sort": "due"}),
        ({"district": "5; DROP", "department": "٣"}, {"unknown": 2}),
        ({"district": "5", "q": "  çöp "}, {"choices": {"district": ("5",)}, "q": "çöp"}),
        ({"q": "a\x00b", "group": "\x00"}, {"q": "ab"}),
        ({"q": "x" * 500}, {"q": "x" * 200}),
        ({"near": "27,39,100", "bbox": "1,2,3"}, {"near": (27.0, 39.0, 100.0), "unknown": 1}),
        ({"near": "27,39,9999"}, {"unknown": 1}),
        ({"bbox": "nan,2,3,4", "opened_from": "2026-02-30"}, {"unknown": 2}),
    ],
)
def test_list_filters_tell_what_they_do_not_know(query, expected):
    wanted = ListFilter.of(query)
    assert len(wanted.unknown) == expected.pop("unknown", 0)
    assert replace(wanted, unknown=()) == ListFilter(**expected)
