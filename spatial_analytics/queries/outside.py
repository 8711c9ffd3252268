"""Figures that others brought in: in the same rows as those that are counted from cases."""

from datetime import date, timedelta
from typing import Any

from core.queries import sql
from spatial_analytics.rules.indicators import TIMES
from spatial_analytics.rules.outside import first_day, last_day
from spatial_analytics.rules.question import Question

_PLACES = ("district", "neighbourhood", "street", "organisation", "department")


def brought_in(question: Question, *, today: date) -> list[tuple[Any, ...]]:
    """Keys, whether it is the whole, value, number: of each part and of the whole.

    A value counts where its whole period lies in the asked one. Where that reaches to today, so does the
    period that is under way, and in what it is compared with the like.
    """
    outside = question.indicator.outside
    assert outside is not None
    time = next((name for name in question.by if name in TIMES), None)
    rows = sql.run(
        "spatial_analytics",
        "outside_figures",
        {
            "indicator": outside.pk,
            "level": outside.level,
            "together": outside.together.value,
            "begin": question.period.begin,
            "until": _until(question, outside.step, today),
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


def _until(question: Question, step: str, today: date) -> date:
    """The last first day of a period that counts."""
    end = question.period.end
    begun = first_day(step, end)
    if last_day(step, begun) == end or question.reaches(today):
        return begun
    return first_day(step, begun - timedelta(days=1))
