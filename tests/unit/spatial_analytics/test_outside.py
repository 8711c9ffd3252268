"""Columns, numbers and periods of tables as people write them."""

from datetime import date

import pytest

from spatial_analytics.rules.outside import (
    Unreadable,
    as_far,
    decimal_mark,
    guess,
    last_day,
    number,
    of_year_and_month,
    period,
)
from spatial_analytics.rules.question import first_day


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,56", ",", 1234.56),
        ("1,234.56", ".", 1234.56),
        ("1.234", ",", 1234.0),
        ("1.234", ".", 1.234),
        ("-12", ",", -12.0),
        ("1 234,5", ",", 1234.5),
        ("1\u00a0234,5", ",", 1234.5),
        ("₺1.000.000,00", ",", 1_000_000.0),
        ("12,5 TL", ",", 12.5),
        ("%85", ",", 85.0),
        ("1e3", ".", 1000.0),
        (",5", ",", 0.5),
    ],
)
def test_numbers(text: str, mark: str, value: float):
    assert number(text, mark) == value


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("", ",", "no_value"),
        ("  ", ",", "no_value"),
        ("yok", ",", "no_number"),
        ("=1+1", ",", "no_number"),
        ("nan", ".", "no_number"),
        ("inf", ".", "no_number"),
        ("1e999", ".", "too_large"),
        ("9" * 17, ".", "too_large"),
        ("9" * 400, ".", "no_number"),
        ("12.34.56", ",", "no_number"),
        ("1.2345,6", ",", "no_number"),
        ("1,2,3", ",", "no_number"),
        ("١٢", ".", "no_number"),
        ("1_000", ".", "no_number"),
        ("12,5", ".", "no_number"),
        ("--5", ".", "no_number"),
        ("0x10", ".", "no_number"),
    ],
)
def test_what_is_no_number(text: str, mark: str, code: str):
    with pytest.raises(Unreadable, match=f"^{code}$"):
        number(text, mark)


@pytest.mark.parametrize(
    ("texts", "delimiter", "mark"),
    [
        (["1.234,56"], ",", ","),
        (["1,234.56"], ";", "."),
        (["12", "1,5"], ";", ","),
        (["12", "1.5"], ";", "."),
        (["1.234", "5.678"], ";", ","),
        (["1.234", "5.678"], "", "."),
        (["1.234.567"], "", ","),
        (["0.125"], ";", "."),
        ([], ";", ","),
    ],
)
def test_the_decimal_mark_of_a_column(texts: list[str], delimiter: str, mark: str):
    assert decimal_mark(texts, delimiter) == mark


@pytest.mark.parametrize(
    ("text", "step", "day"),
    [
        ("2026-03", "month", date(2026, 3, 1)),
        ("03.2026", "month", date(2026, 3, 1)),
        ("3/2026", "month", date(2026, 3, 1)),
        ("Mart 2026", "month", date(2026, 3, 1)),
        ("2026 ŞUBAT", "month", date(2026, 2, 1)),
        ("Ağustos 2026", "month", date(2026, 8, 1)),
        ("March 2026", "month", date(2026, 3, 1)),
        ("2026-03-31", "month", date(2026, 3, 1)),
        ("2026-03-01 00:00:00", "month", date(2026, 3, 1)),
        ("31.03.2026", "day", date(2026, 3, 31)),
        ("31 Mart 2026", "day", date(2026, 3, 31)),
        ("2026", "year", date(2026, 1, 1)),
        ("2026 Q2", "quarter", date(2026, 4, 1)),
        ("2026-2", "month", date(2026, 2, 1)),
        ("2. çeyrek 2026", "quarter", date(2026, 4, 1)),
        ("2026 3. çeyrek", "quarter", date(2026, 7, 1)),
        ("15.05.2026", "quarter", date(2026, 4, 1)),
    ],
)
def test_periods(text: str, step: str, day: date):
    assert period(text, step) == day


@pytest.mark.parametrize(
    ("text", "step", "code"),
    [
        ("", "month", "no_period"),
        ("2026-13", "month", "no_period"),
        ("31.02.2026", "day", "no_period"),
        ("0001-01-01", "day", "no_period"),
        ("9999", "year", "no_period"),
        ("ocak", "month", "no_period"),
        ("2026-03; DROP TABLE", "month", "no_period"),
        ("9" * 500, "year", "no_period"),
        ("2026", "month", "other_period"),
        ("2026-03", "year", "other_period"),
        ("2026-03", "quarter", "other_period"),
        ("2026-03", "day", "other_period"),
    ],
)
def test_what_is_no_period(text: str, step: str, code: str):
    with pytest.raises(Unreadable, match=f"^{code}$"):
        period(text, step)


def test_year_and_month_in_two_columns():
    assert of_year_and_month("2026", "3", "month") == date(2026, 3, 1)
    assert of_year_and_month("2026", "Eylül", "month") == date(2026, 9, 1)
    assert of_year_and_month("2026", "", "year") == date(2026, 1, 1)
    with pytest.raises(Unreadable):
        of_year_and_month("2026", "13", "month")
    with pytest.raises(Unreadable):
        of_year_and_month("", "3", "month")


def test_first_and_last_days():
    assert [first_day(s, date(2026, 5, 17)) for s in ("day", "month", "quarter", "year")] == [
        date(2026, 5, 17), date(2026, 5, 1), date(2026, 4, 1), date(2026, 1, 1)
    ]  # fmt: skip
    assert last_day("month", date(2028, 2, 1)) == date(2028, 2, 29)
    assert last_day("quarter", date(2026, 10, 1)) == date(2026, 12, 31)
    assert last_day("year", date(2026, 1, 1)) == date(2026, 12, 31)


def test_as_far_as_the_other():
    assert as_far("month", date(2025, 11, 28), date(2026, 10, 1), date(2024, 11, 29)) == date(
        2025, 10, 1
    )
    assert as_far("quarter", date(2026, 1, 1), date(2026, 7, 1), date(2025, 1, 1)) == date(
        2025, 7, 1
    )
    assert as_far("year", date(2026, 1, 1), date(2026, 1, 1), date(2025, 1, 1)) == date(2025, 1, 1)
    assert as_far("day", date(2026, 1, 1), date(2026, 1, 9), date(2025, 12, 1)) == date(2025, 12, 9)


def test_columns_are_guessed_and_remembered():
    header = ["İlçe", "Mahalle", "Dönem", "Tüketim", "Abone Sayısı", "Not"]
    assert guess(header, {}, "neighbourhood") == {
        "district": 0, "name": 1, "period": 2, "value": 3, "weight": 4,
    }  # fmt: skip
    assert guess(["İlçe", "Yıl", "Ay", "Tutar"], {}, "district") == {
        "name": 0, "year": 1, "month": 2, "value": 3,
    }  # fmt: skip
    remembered = {"name": "Mahalle", "period": "Dönem", "value": "Abone Sayısı"}
    assert guess(header, remembered, "neighbourhood") == {"name": 1, "period": 2, "value": 4}
