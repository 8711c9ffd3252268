"""The registry of indicators: what is counted, from which table, by which day, in which unit.

`measure` is SQL over the columnar copy (spatial_analytics/facts/tables.py): `f` is the indicator's own table; where that
is not the cases, `c` is the case a row belongs to. An indicator is a row here and its words in
queries/indicator_words.py: map, chart, table, report, export and tile all ask for it by its code.
"""

from dataclasses import dataclass
from enum import StrEnum

from cases.rules.conditions import KINDS
from cases.rules.lifecycle import State

#: Grows with every change of what an indicator means.
VERSION = 1


class Source(StrEnum):
    CASES = "cases"
    DEEDS = "deeds"
    REFERRALS = "referrals"
    SURVEYS = "surveys"
    OUTSIDE = "outside"  # values that others bring in: `Indicator.outside`
    REGISTER = "register"  # the address register as it is now


class Direction(StrEnum):
    """Whether a high value is bad news."""

    MORE_IS_WORSE = "more_is_worse"
    MORE_IS_BETTER = "more_is_better"
    NEUTRAL = "neutral"


class Audience(StrEnum):
    """Who may see it at all, unless the table of rights says otherwise."""

    PUBLIC = "public"
    STAFF = "staff"  # whoever has figures of a body
    PERSON = "person"  # figures about single members of staff


class Together(StrEnum):
    """How values are put together. `last`: the latest of each place and category, and these summed up."""

    SUM = "sum"
    MEAN = "mean"
    WEIGHTED = "weighted"
    LAST = "last"


@dataclass(frozen=True)
class Outside:
    """What an indicator is whose values come in by files: one value for each place of `level`, period of one
    `step` and category. Texts in Turkish and English; `organisation`, the owner's id."""

    pk: int
    level: str
    step: str
    together: Together
    name: tuple[str, str]
    explanation: tuple[str, str]
    origin: str = ""
    organisation: int | None = None


@dataclass(frozen=True)
class Indicator:
    """`day`: the column of days that a period is about; empty for a stock, which is counted at the
    end of the period (`{moment}` in its condition). `additive`: its parts sum up to the whole, so that it may be divided by residents.
    """

    code: str
    measure: str
    source: Source = Source.CASES
    day: str = "opened_on"
    where: str = ""
    unit: str = ""  # "", "h", "%", "1-5"
    direction: Direction = Direction.NEUTRAL
    audience: Audience = Audience.STAFF
    additive: bool = False
    decimals: int = 0
    target: float | None = None
    owner: str = "cases"
    version: int = VERSION
    outside: Outside | None = None

    @property
    def nothing(self) -> float | None:
        """The value where there is nothing: no case is nought, a value that nobody brought is unknown."""
        return 0.0 if self.additive and self.source is not Source.OUTSIDE else None


_HOURS = "(epoch(f.resolved) - epoch(f.opened)) / 3600"
_TARGET = "(epoch(f.due) - epoch(f.opened)) / 3600"
_WORSE, _BETTER = Direction.MORE_IS_WORSE, Direction.MORE_IS_BETTER

_ALL = [
    # What comes in, what is done, what is left.
    Indicator("opened", "count(*)", direction=_WORSE, audience=Audience.PUBLIC, additive=True),
    Indicator("resolved", "count(*)", day="resolved_on", direction=_BETTER, audience=Audience.PUBLIC,
              additive=True),
    Indicator("closed", "count(*)", day="ended_on", direction=_BETTER, additive=True),
    Indicator("open", "count(*)", day="", direction=_WORSE, audience=Audience.PUBLIC, additive=True),
    Indicator("open_late", "count(*)", day="", where="f.due < {moment}", direction=_WORSE,
              additive=True),
    Indicator("resolved_share", "100.0 * count(f.resolved) / count(*)", unit="%", direction=_BETTER,
              decimals=1),
    # Late or on time.
    Indicator("late", "count(*)", where="f.due < coalesce(f.ended, $now)", direction=_WORSE, additive=True),
    Indicator("late_share",
              "100.0 * count(*) FILTER (WHERE f.due < coalesce(f.ended, $now)) / count(f.due)",
              unit="%", direction=_WORSE, decimals=1),
    Indicator("on_time_share", "100.0 * count(*) FILTER (WHERE f.resolved <= f.due) / count(f.due)",
              day="resolved_on", unit="%", direction=_BETTER, decimals=1, target=90),
    Indicator("legal_on_time_share",
              "100.0 * count(*) FILTER (WHERE f.resolved <= f.legal_due) / count(f.legal_due)",
              day="resolved_on", unit="%", direction=_BETTER, decimals=1, target=100),
    # How long it takes: hours by the calendar from opening to resolution.
    Indicator("hours_mean", f"avg({_HOURS})", day="resolved_on", unit="h", direction=_WORSE, decimals=1),
    Indicator("hours_median", f"quantile_cont({_HOURS}, 0.5)", day="resolved_on", unit="h",
              direction=_WORSE, decimals=1),
    Indicator("hours_p90", f"quantile_cont({_HOURS}, 0.9)", day="resolved_on", unit="h",
              direction=_WORSE, decimals=1),
    Indicator("hours_p10", f"quantile_cont({_HOURS}, 0.1)", day="resolved_on", unit="h",
              direction=_WORSE, decimals=1),
    Indicator("hours_p25", f"quantile_cont({_HOURS}, 0.25)", day="resolved_on", unit="h",
              direction=_WORSE, decimals=1),
    Indicator("hours_p75", f"quantile_cont({_HOURS}, 0.75)", day="resolved_on", unit="h",
              direction=_WORSE, decimals=1),
    Indicator("target_hours_mean", f"avg({_TARGET})", day="resolved_on", unit="h", decimals=1),
    Indicator("hours_of_target", f"100.0 * sum({_HOURS}) FILTER (WHERE f.due IS NOT NULL) / sum({_TARGET})",
              day="resolved_on", unit="%", direction=_WORSE, decimals=1, target=100),
    # What went another way.
    Indicator("returned", "count(*)", Source.DEEDS, "done_on", "f.deed = 'return'", direction=_WORSE,
              additive=True),
    Indicator("reopened", "count(*)", Source.DEEDS, "done_on", "f.deed = 'reopen'", direction=_WORSE,
              additive=True),
    Indicator("duplicates", "count(*)", where="f.state = 'DUPLICATE'", additive=True),
    Indicator("cancelled", "count(*)", where="f.state = 'CANCELLED'", additive=True),
    Indicator("referred", "count(*)", Source.REFERRALS, "referred_on", additive=True),
    # What the reporters thought of it.
    Indicator("satisfaction", "avg(f.satisfied)", Source.SURVEYS, "answered_on", unit="1-5",
              direction=_BETTER, decimals=2, target=4),
    Indicator("solved_share", "100.0 * count(*) FILTER (WHERE f.solved) / count(f.solved)",
              Source.SURVEYS, "answered_on", unit="%", direction=_BETTER, decimals=1),
    Indicator("survey_answers", "count(*)", Source.SURVEYS, "answered_on", direction=_BETTER, additive=True),
    Indicator("survey_share", "100.0 * count(f.answered_on) / count(*)", Source.SURVEYS, "asked_on",
              unit="%", direction=_BETTER, decimals=1),
    # What people did.
    Indicator("accepted_deeds", "count(*)", Source.DEEDS, "done_on", "f.deed = 'accept'", additive=True,
              direction=_BETTER),
    Indicator("started_deeds", "count(*)", Source.DEEDS, "done_on", "f.deed = 'start'", additive=True,
              direction=_BETTER),
    Indicator("completed_deeds", "count(*)", Source.DEEDS, "done_on", "f.deed IN ('resolve', 'close')",
              additive=True, direction=_BETTER),
    Indicator("on_time_deeds_share",
              "100.0 * count(*) FILTER (WHERE f.done <= c.due) / count(c.due)", Source.DEEDS, "done_on",
              "f.deed = 'resolve'", unit="%", direction=_BETTER, decimals=1),
    Indicator("comments", "count(*)", Source.DEEDS, "done_on", "f.noted", additive=True),
    Indicator("deeds", "count(*)", Source.DEEDS, "done_on", additive=True),
    # How good the address register is, as it is now.
    Indicator("register_problems", "", Source.REGISTER, "", direction=_WORSE, additive=True, owner="addresses"),
    Indicator("register_problems_per_doors", "", Source.REGISTER, "", direction=_WORSE, decimals=1,
              owner="addresses"),
]  # fmt: skip

BUILT_IN: dict[str, Indicator] = {one.code: one for one in _ALL}


@dataclass(frozen=True)
class Dimension:
    """What figures are told apart by; `sql` is over `{c}`, the case, `k`, its type, `h`, its channel, and
    over `f`, the row that is counted.
    `sources`: where it means something."""

    code: str
    sql: str
    sources: frozenset[Source]
    audience: Audience = Audience.STAFF


_OF_CASES = frozenset({Source.CASES, Source.DEEDS, Source.REFERRALS, Source.SURVEYS})
_PUBLIC = Audience.PUBLIC

#: Areas, of which a map can be drawn.
LEVELS = ("district", "neighbourhood", "street", "cell")

_DIMENSIONS = [
    Dimension("district", "{c}.district", _OF_CASES, _PUBLIC),
    Dimension("neighbourhood", "{c}.neighbourhood", _OF_CASES, _PUBLIC),
    Dimension("street", "{c}.street", _OF_CASES, _PUBLIC),
    Dimension("cell", "{c}.cell", _OF_CASES, _PUBLIC),
    Dimension("type", "{c}.type", _OF_CASES, _PUBLIC),
    Dimension("group", "k.group_id", _OF_CASES, _PUBLIC),
    Dimension("kind", "{c}.kind", _OF_CASES, _PUBLIC),
    Dimension("channel", "{c}.channel", _OF_CASES),
    Dimension("family", "h.family", _OF_CASES),
    Dimension("organisation", "{c}.organisation", _OF_CASES),
    Dimension("department", "{c}.department", _OF_CASES),
    Dimension("crew", "{c}.crew", _OF_CASES),
    Dimension("state", "{c}.state", _OF_CASES),
    Dimension("result", "{c}.result", _OF_CASES),
    Dimension("from_organisation", "f.from_organisation", frozenset({Source.REFERRALS})),
    Dimension("to_organisation", "f.to_organisation", frozenset({Source.REFERRALS})),
    Dimension("person", "f.actor", frozenset({Source.DEEDS}), Audience.PERSON),
    Dimension("hour", "{c}.opened_hour", frozenset({Source.CASES}), _PUBLIC),
]
#: By the day of the indicator.
TIMES = {
    "day": "{day}",
    "week": "date_trunc('week', {day})::DATE",
    "month": "date_trunc('month', {day})::DATE",
    "quarter": "date_trunc('quarter', {day})::DATE",
    "year": "date_trunc('year', {day})::DATE",
    "weekday": "isodow({day})::INTEGER",
}

DIMENSIONS: dict[str, Dimension] = {one.code: one for one in _DIMENSIONS}

#: Filters: row ids, or words for `kind`, `family` and `state`.
FILTERS = ("group", "type", "kind", "channel", "family", "organisation", "department", "crew",
           "district", "neighbourhood", "street", "state")  # fmt: skip
WORDS: dict[str, tuple[str, ...]] = {
    "kind": tuple(sorted(set(KINDS.values()))),
    "family": ("INTEGRATED", "PARTNER", "INDIVIDUAL"),
    "state": tuple(State),
}

#: What an additive figure may be divided by, and how many of them make one.
PER = {"residents": 1000, "dwellings": 1000, "km": 1}

# ── What is not counted from cases ───────────────────────────────────────────────────────────────

#: Where outside values may lie, and what they are put together by.
ROLLED: dict[str, tuple[str, ...]] = {
    "city": (),
    "district": ("district",),
    "neighbourhood": ("neighbourhood", "district"),
    "street": ("street", "district"),
    "organisation": ("organisation",),
    "department": ("department", "organisation"),
}
#: How long the period of an outside value is, and the times that it can be told apart by.
STEPS: dict[str, tuple[str, ...]] = {
    "day": tuple(TIMES),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}
#: Filters of indicators that are not of cases: a text of an outside value, a rule of the register's quality.
OTHER_FILTERS = ("category", "rule")
_OF_REGISTER = frozenset({"district", "neighbourhood", "rule"})


def told_apart_by(one: Indicator) -> frozenset[str]:
    """Everything that an indicator can be told apart by."""
    if one.outside is not None:
        rolled = ROLLED[one.outside.level]
        return frozenset({*rolled, "category", *STEPS[one.outside.step]})
    if one.source is Source.REGISTER:
        return _OF_REGISTER
    dimensions = {d.code for d in DIMENSIONS.values() if one.source in d.sources}
    return frozenset(dimensions | TIMES.keys())


def filtered_by(one: Indicator) -> frozenset[str]:
    """The filters that mean something for it."""
    if one.source in _OF_CASES:
        return frozenset(FILTERS)
    return told_apart_by(one) - TIMES.keys()
