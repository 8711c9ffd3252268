"""The dashboards that come with the product. A new one is a few lines here; people copy them to change
them. `bar` is what the bar says first: `kind:UTILITY` stands for the body of that kind, `own` for one's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Ready:
    """`tiles` are as in a stored layout; titles may be lazy."""

    slug: str
    title: Any
    about: Any
    tiles: tuple[dict[str, Any], ...]
    bar: Mapping[str, str] = field(default_factory=dict)


def _tile(
    kind: str, indicator: str, by: str = "", *, width: int, height: int = 2, **more: Any
) -> dict[str, Any]:
    own = {name: value for name, value in more.items() if name not in ("title", "target", "most")}
    question = {"indicator": indicator, "by": by, **own}
    tile = {
        "kind": kind,
        "question": {name: value for name, value in question.items() if value},
        "width": width,
        "height": height,
    }
    return tile | {name: more[name] for name in ("title", "target", "most") if name in more}


def _big(indicator: str, width: int = 3) -> dict[str, Any]:
    return _tile("figure", indicator, "month", width=width, height=1)


def _map(indicator: str, *, title: Any, **more: str) -> dict[str, Any]:
    question = {"indicator": indicator, "level": "neighbourhood", **more}
    return {"kind": "map", "title": title, "question": question, "width": 6, "height": 3}


_FOUR = (_big("opened"), _big("resolved"), _big("open"), _big("on_time_share"))
_BODIES = "opened,resolved,open,open_late,on_time_share,hours_mean,satisfaction"
_BOX = "hours_p10,hours_p25,hours_median,hours_p75,hours_p90"

READY: dict[str, Ready] = {
    one.slug: one
    for one in (
        Ready(
            "mayor",
            _("Mayor"),
            _("The city in one look: what comes in, what is done, what is late, what people think."),
            (
                *_FOUR,
                _tile("line", "opened,resolved", "month", width=8),
                _tile("gauge", "on_time_share", width=4),
                _tile("bar", "opened", "group", width=6, height=3),
                _tile("bar", "opened", "district", width=6, height=3),
                _tile("line", "satisfaction", "month", width=6),
                _tile("bar", "open_late", "organisation", width=6),
                _map("opened", title=_("Requests per 1,000 residents")),
                _map("opened", show="primary", title=_("The most frequent request of each neighbourhood")),
            ),
        ),
        Ready(
            "department",
            _("Head of department"),
            _("One's own body: the work at hand, how long it takes, what comes back."),
            (
                *_FOUR,
                _tile("funnel", "open", "state", width=6, height=3),
                _tile("bar", "open,open_late", "department", width=6, height=3),
                _tile("bar", "hours_mean,target_hours_mean", "group", width=6, height=3),
                _tile("line", "returned,reopened", "month", width=6, height=3),
                _tile("table", "opened,resolved,open,on_time_share,hours_mean", "department", width=12, height=3),
            ),
            {"organisation": "own"},
        ),
        Ready(
            "utility",
            _("Water utility manager screen"),
            _("Water and sewage: faults, how fast they are mended, where and when."),
            (
                *_FOUR,
                _tile("bar", "opened", "type", width=6, height=3),
                _tile("bar", "hours_mean,target_hours_mean", "type", width=6, height=3),
                _tile("calendar", "opened", "day", width=12),
                _tile("bar", "opened", "district", width=6, height=3),
                _tile("bar", "opened", "hour", width=6, height=3, most=24),
            ),
            {"organisation": "kind:UTILITY"},
        ),
        Ready(
            "district",
            _("District"),
            _("Choose a district: its neighbourhoods, its types, its bodies."),
            (
                *_FOUR,
                _tile("bar", "opened", "neighbourhood", width=6, height=4),
                _tile("pie", "opened", "group", width=6, height=4),
                _tile("stacked", "opened", "month,group", width=12, height=3),
                _tile("table", "opened,resolved,open,open_late,on_time_share", "neighbourhood", width=12, height=3),
            ),
        ),
        Ready(
            "call-centre",
            _("Call centre"),
            _("How requests reach us, at which hours, and what becomes of them."),
            (
                _big("opened"),
                _big("duplicates"),
                _big("referred"),
                _big("cancelled"),
                _tile("stacked", "opened", "week,channel", width=8, height=3),
                _tile("pie", "opened", "channel", width=4, height=3),
                _tile("bar", "opened", "hour", width=6, most=24),
                _tile("bar", "opened", "weekday", width=6),
                _tile("calendar", "opened", "day", width=12),
                _tile("line", "calls,calls_missed,calls_recovered", "week", width=8),
                _tile("funnel", "calls,calls_missed,calls_recovered", width=4),
            ),
            {"days": "180"},
        ),
        Ready(
            "quality",
            _("Quality"),
            _("What did not go as it should: late, returned, reopened, not satisfied."),
            (
                _big("late_share"),
                _big("returned"),
                _big("reopened"),
                _big("satisfaction"),
                _tile("line", "late_share,on_time_share", "month", width=6),
                _tile("gauge", "legal_on_time_share", width=3),
                _tile("gauge", "hours_of_target", width=3),
                _tile("box", _BOX, "group", width=12, height=3, title=_("Resolution time: how it spreads")),
                _tile("bar", "returned,reopened", "department", width=6, height=3),
                _tile("bar", "satisfaction", "organisation", width=6, height=3),
                _tile("bar", "register_problems_per_doors", "district", width=6, height=3),
                _tile("bar", "register_problems", "rule", width=6, height=3),
            ),
        ),
        Ready(
            "manager",
            _("Consolidated manager screen"),
            _("Every body, type and channel on one screen, for the weekly meeting."),
            (
                *_FOUR,
                _tile("table", _BODIES, "organisation", width=12, height=2),
                _tile("multiples", "opened", "month,organisation", width=12, height=3),
                _tile("bar", "opened", "type", width=6, height=3),
                _tile("pie", "opened", "channel", width=6, height=3),
                _tile("table", _BODIES, "group", width=12, height=3),
            ),
            {"compare": "previous"},
        ),
        Ready(
            "organisations",
            _("Institution performance"),
            _("Bodies side by side: how much, how fast, how late, how well."),
            (
                _tile("table", _BODIES, "organisation", width=12, height=2),
                _tile("bar", "on_time_share", "organisation", width=6),
                _tile("bar", "hours_mean,target_hours_mean", "organisation", width=6),
                _tile("multiples", "on_time_share", "month,organisation", width=12, height=3),
                _tile("table", "opened,resolved,open,open_late,on_time_share,hours_mean", "department", width=12, height=3),
            ),
        ),
        Ready(
            "types-and-times",
            _("Type distribution and mean resolution time"),
            _("Which types there are most of, and how long each of them takes."),
            (
                _tile("pie", "opened", "group", width=5, height=3),
                _tile("bar", "hours_mean", "group", width=7, height=3),
                _tile("box", _BOX, "group", width=12, height=3, title=_("Resolution time: how it spreads")),
                _tile("table", "opened,resolved,hours_mean,hours_median,hours_p90", "type", width=12, height=4),
            ),
        ),
        Ready(
            "targets",
            _("Mean resolution against target"),
            _("Hours that requests took beside the hours that their types allow."),
            (
                _tile("gauge", "hours_of_target", width=4),
                _tile("line", "hours_mean,target_hours_mean", "month", width=8),
                _tile("bar", "hours_mean,target_hours_mean", "group", width=12, height=3),
                _tile("table", "resolved,hours_mean,target_hours_mean,hours_of_target,on_time_share", "type", width=12, height=4),
            ),
        ),
        Ready(
            "satisfaction",
            _("Satisfaction"),
            _("What reporters answered when their request was closed."),
            (
                _big("satisfaction"),
                _big("solved_share"),
                _big("survey_answers"),
                _big("survey_share"),
                _tile("gauge", "satisfaction", width=4),
                _tile("line", "satisfaction", "month", width=8),
                _tile("bar", "satisfaction", "organisation", width=6),
                _tile("bar", "satisfaction", "group", width=6),
                _tile("table", "survey_answers,satisfaction,solved_share", "type", width=12, height=3),
            ),
        ),
        Ready(
            "frequent-types",
            _("Most frequent types"),
            _("The types that people report most, and how they rise and fall."),
            (
                _tile("bar", "opened", "type", width=7, height=4),
                _tile("pie", "opened", "kind", width=5, height=4),
                _tile("multiples", "opened", "month,type", width=12, height=4),
            ),
            {"compare": "previous"},
        ),
        Ready(
            "receiving",
            _("By receiving organisation"),
            _("Who is asked for what, and what is sent on to others."),
            (
                _tile("bar", "opened", "organisation", width=6, height=3),
                _tile("stacked", "opened", "organisation,group", width=6, height=3),
                _tile("stacked", "opened", "month,organisation", width=12, height=3),
                _tile("bar", "referred", "to_organisation", width=6),
                _tile("bar", "referred", "from_organisation", width=6),
            ),
        ),
        Ready(
            "channels",
            _("By channel"),
            _("Through which doors requests come, and how each of them is served."),
            (
                _tile("pie", "opened", "channel", width=5, height=3),
                _tile("stacked", "opened", "month,channel", width=7, height=3),
                _tile("bar", "hours_mean", "channel", width=6),
                _tile("bar", "satisfaction", "channel", width=6),
                _tile("table", "opened,resolved,on_time_share,hours_mean", "channel", width=12, height=3),
            ),
        ),
        Ready(
            "channels-two-years",
            _("Channels in the same months of two years"),
            _("Each channel month by month, beside the same months a year ago."),
            (
                _tile("bar", "opened", "channel", width=12, height=3, compare="year"),
                _tile("multiples", "opened", "month,channel", width=12, height=4, compare="year"),
                _tile("table", "opened", "month,channel", width=12, height=4, compare="year"),
            ),
            {"period": "year"},
        ),
        Ready(
            "budget",
            _("Budget realisation"),
            _("What the budgets of the bodies foresaw, and what became of it."),
            (
                _big("income_realisation"),
                _big("expense_realisation"),
                _tile("gauge", "income_realisation", width=3),
                _tile("gauge", "expense_realisation", width=3),
                _tile("line", "income_realisation,expense_realisation", "month", width=12),
                _tile("bar", "income_realisation", "organisation", width=6, height=4),
                _tile("bar", "expense_realisation", "organisation", width=6, height=4),
                _tile("table", "income_planned,income,income_realisation,expense_planned,expense,expense_realisation",
                      "organisation", width=12, height=4),
            ),
        ),
        Ready(
            "income-and-expense",
            _("Income and expense"),
            _("What comes in and goes out, by month, item and body."),
            (
                _big("income", 6),
                _big("expense", 6),
                _tile("line", "income,expense", "month", width=12),
                _tile("stacked", "income", "month,category", width=6, height=3),
                _tile("stacked", "expense", "month,category", width=6, height=3),
                _tile("pie", "income", "category", width=6, height=3),
                _tile("pie", "expense", "category", width=6, height=3),
                _tile("bar", "income,expense", "organisation", width=12, height=4),
            ),
        ),
        Ready(
            "water-use",
            _("Water use by period"),
            _("What a subscriber uses, by month, district and neighbourhood; choose the period above."),
            (
                _big("water_per_subscriber", 4),
                _tile("line", "water_per_subscriber", "month", width=8, compare="year"),
                _map("water_per_subscriber", title=_("Water use by neighbourhood"), colours="blues"),
                _tile("bar", "water_per_subscriber", "district", width=6, height=3),
                _tile("table", "water_per_subscriber", "neighbourhood", width=12, height=4, compare="year"),
            ),
        ),
    )
}  # fmt: skip
