"""What the keys of figures are called on the screen, in the language of the page."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import Crew, Department, Organisation
from addresses.models import District, Neighbourhood, Street
from addresses.web.quality_words import rule_title
from cases.models import Channel, RequestType, RequestTypeGroup, ResultCode
from cases.web.words import kind_name, state_name
from spatial_analytics.rules.indicators import TIMES
from spatial_analytics.rules.outside import last_day
from spatial_analytics.rules.question import Question

Key = int | str | date | None


def labels(dimension: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Names by key; what has no value is called so."""
    wanted = {key for key in keys if key is not None}
    found: dict[Key, str] = {None: _("not known")}
    if dimension in TIMES:
        return found | {key: _time(dimension, key) for key in wanted}
    if dimension in _WORDS:
        return found | {key: _WORDS[dimension](str(key)) for key in wanted}
    if dimension in _ROWS:
        return found | _ROWS[dimension](wanted)
    return found | {key: f"{key:x}" if dimension == "cell" else str(key) for key in wanted}


def _time(dimension: str, key: Any) -> str:
    if dimension == "weekday":
        return date_format(date(2024, 1, int(key)), "l")  # 1 January 2024 was a Monday
    if dimension == "month":
        return date_format(key, "F Y")
    if dimension == "quarter":
        return f"{key.year} / {(key.month + 2) // 3}"
    if dimension == "year":
        return str(key.year)
    return date_format(key, "SHORT_DATE_FORMAT")


def part_words(question: Question, keys: Iterable[Key], *, today: date) -> dict[Key, str]:
    """What is said beside the days, weeks, months, … of which only a part is counted: because the period
    begins or ends within them, or they are not over. A stock is counted at an end, and is never a part."""
    step = next((name for name in question.by if name in TIMES and name != "weekday"), "")
    if not step or not question.indicator.day:
        return {}
    period, found = question.period, dict[Key, str]()
    for first in keys:
        if not isinstance(first, date):
            continue
        last = last_day(step, first)
        if first < period.begin or last > period.end < today:
            found[first] = pgettext("part of a month", "in part")
        elif last >= today:
            found[first] = pgettext("part of a month", "so far")
    return found


def with_part(label: str, key: Key, parts: Mapping[Key, str]) -> str:
    """A name, and that it is a part."""
    return f"{label} ({parts[key]})" if key in parts else label


def _family(family: str) -> str:
    return {
        "INTEGRATED": _("Integrated channels"),
        "PARTNER": _("Partner channels"),
        "INDIVIDUAL": _("Individual channels"),
    }.get(family, family)


def _category(category: str) -> str:
    return category or _("without category")


_WORDS: dict[str, Callable[[str], str]] = {
    "state": state_name, "kind": kind_name, "family": _family, "rule": rule_title, "category": _category,
}  # fmt: skip


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _named(model: Any) -> Callable[[set[Any]], dict[Key, str]]:
    """Of a table with a name in both languages, or one of its own."""
    both = any(field.name == "name_en" for field in model._meta.fields)

    def load(wanted: set[Any]) -> dict[Key, str]:
        rows = model._default_manager.filter(pk__in=wanted)
        if not both or not _english():
            return dict(rows.values_list("pk", "name"))
        return {pk: en or name for pk, name, en in rows.values_list("pk", "name", "name_en")}

    return load


def _people(wanted: set[Any]) -> dict[Key, str]:
    rows = get_user_model()._default_manager.filter(pk__in=wanted)
    return {user.pk: user.get_full_name() or user.get_username() for user in rows}


def _departments(wanted: set[Any]) -> dict[Key, str]:
    """With their organisation: every municipality has a department of the same name."""
    rows = Department.objects.filter(pk__in=wanted).select_related("organisation")
    return {one.pk: f"{one.name}, {one.organisation.name}" for one in rows}


def _crews(wanted: set[Any]) -> dict[Key, str]:
    rows = Crew.objects.filter(pk__in=wanted).select_related("department__organisation")
    return {
        one.pk: f"{one.name}, {one.department.name}, {one.department.organisation.name}"
        for one in rows
    }


_ROWS: dict[str, Callable[[set[Any]], dict[Key, str]]] = {
    "district": _named(District),
    "neighbourhood": _named(Neighbourhood),
    "street": _named(Street),
    "type": _named(RequestType),
    "group": _named(RequestTypeGroup),
    "channel": _named(Channel),
    "organisation": _named(Organisation),
    "from_organisation": _named(Organisation),
    "to_organisation": _named(Organisation),
    "department": _departments,
    "crew": _crews,
    "result": _named(ResultCode),
    "person": _people,
}
