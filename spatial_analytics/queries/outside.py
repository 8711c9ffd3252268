"""Figures that others brought in: in the same rows as those that are counted from cases."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from core.queries import sql
from spatial_analytics.models import OutsideValue
from spatial_analytics.rules.indicators import TIMES, Outside
from spatial_analytics.rules.outside import as_far, last_day
from spatial_analytics.rules.question import Period, Question, first_day

_PLACES = ("district", "neighbourhood", "street", "organisation", "department")


def brought_in(question: Question, *, today: date) -> list[tuple[Any, ...]]:
    """Keys, whether it is the whole, value, number: of each part and of the whole.

    A value counts where its whole period lies in the asked one. Where that reaches to today, so does the
    period that is under way. The earlier of two goes as far as the values of the later one do.
    """
    outside = question.indicator.outside
    assert outside is not None
    until = _until(question, outside, today)
    if until is None:
        return []
    time = next((name for name in question.by if name in TIMES), None)
    rows = sql.run(
        "spatial_analytics",
        "outside_figures",
        {
            "indicator": outside.pk,
            "level": outside.level,
            "together": outside.together.value,
            "begin": question.period.begin,
            "until": until,
            "time": time,
            "by_category": "category" in question.by,
            "categories": _filter(question, "category"),
            **{f"by_{place}": place in question.by for place in _PLACES},
            **{f"{place}s": _filter(question, place) for place in _PLACES},
        },
    )
    columns = ["day" if name in TIMES and name != "weekday" else name for name in question.by]
    return [
        (*(row[column] for column in columns), row["whole"] or not columns, row["value"], row["n"])
        for row in rows
        if columns or row["whole"]
    ]


def _filter(question: Question, name: str) -> list[Any] | None:
    values = question.filters.get(name)
    return None if values is None else list(values)


def _until(question: Question, outside: Outside, today: date) -> date | None:
    """The last first day of a period that counts; None where nothing is to be compared with."""
    if question.beside is None:
        return _whole(question.period, outside.step, today)
    later = question.beside
    known = OutsideValue.objects.filter(
        indicator=outside.pk,
        replaced_by=None,
        begin__range=(later.begin, _whole(later, outside.step, today)),
    )
    last = known.aggregate(last=Max("begin"))["last"]
    if last is None:
        return None
    return as_far(outside.step, later.begin, last, question.period.begin)


def _whole(period: Period, step: str, today: date) -> date:
    begun = first_day(step, period.end)
    if last_day(step, begun) == period.end or period.end >= today:
        return begun
    return first_day(step, begun - timedelta(days=1))
