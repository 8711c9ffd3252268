"""Reports: which figures stand in which table. All of them are questions of the one language of figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from spatial_analytics.rules.indicators import BUILT_IN, DIMENSIONS, FILTERS, TIMES
from spatial_analytics.rules.question import BadQuestion, Question, read, read_period

OWN = "own"
MOST_INDICATORS = 12


@dataclass(frozen=True)
class Section:
    """A table: a line for each value of `by`, a column for each indicator. With `across`, a column for each value of that
    dimension, of the one indicator. `clock`: only types with this legal clock."""

    code: str
    by: tuple[str, ...]
    indicators: tuple[str, ...]
    across: str = ""
    clock: str = ""


@dataclass(frozen=True)
class Report:
    """`cases`: the cases themselves are listed below. `needs`: a filter without which it says nothing."""

    code: str
    sections: tuple[Section, ...]
    period: str = "month"
    cases: bool = False
    needs: tuple[str, ...] = ()


_FLOW = ("opened", "resolved", "open", "open_late", "on_time_share")
_TIME = ("hours_median", "hours_mean", "target_hours_mean")
_LEGAL = ("resolved", "legal_on_time_share", "hours_median", "hours_p90")
_ALL = [
    Report("daily", (
        Section("whole", (), (*_FLOW, "late", "satisfaction")),
        Section("groups", ("group",), _FLOW),
        Section("districts", ("district",), _FLOW),
        Section("channels", ("channel",), ("opened", "resolved")),
        Section("departments", ("department",), _FLOW),
    ), period="today"),
    Report("ledger", (
        Section("states", ("type",), ("opened",), across="state"),
        Section("results", ("type",), ("resolved",), across="result"),
    )),
    Report("period", (
        Section("months", ("month",), (*_FLOW, "hours_median", "satisfaction", "reopened", "returned")),
        Section("whole", (), (*_FLOW, "hours_median", "satisfaction", "reopened", "returned")),
    ), period="year"),
    Report("types", (Section("types", ("type",), (*_FLOW, *_TIME, "satisfaction")),)),
    Report("departments", (
        Section("departments", ("department",), (*_FLOW, "hours_median", "returned", "reopened", "satisfaction")),
    )),
    Report("crews", (Section("crews", ("crew",), ("resolved", "open", "on_time_share", "hours_median")),)),
    Report("legal", (
        Section("petitions", ("department",), _LEGAL, clock="PETITION_30_DAYS"),
        Section("information", ("department",), _LEGAL, clock="INFORMATION_15_WORKING_DAYS"),
    ), period="year"),
    Report("address", (
        Section("whole", (), (*_FLOW, "hours_median", "satisfaction")),
        Section("types", ("type",), ("opened", "resolved", "open")),
    ), period="year", cases=True, needs=("street",)),
]  # fmt: skip
READY: dict[str, Report] = {one.code: one for one in _ALL}


@dataclass(frozen=True)
class AskedReport:
    """A report with what the address narrows it to. `query` is what `read_report` takes."""

    report: Report
    query: Mapping[str, str]
    today: date

    def questions(
        self, section: Section, types: Mapping[str, tuple[int, ...]]
    ) -> Iterator[Question]:
        """One question for each indicator; `types` are the ids of the types by legal clock. Raises BadQuestion."""
        for code in section.indicators:
            by = (*section.by, section.across) if section.across else section.by
            asked = {**self.query, "indicator": code, "by": ",".join(by)}
            question = read(asked, today=self.today)
            if section.clock:
                wanted = set(types.get(section.clock, ()))
                if chosen := question.filters.get("type"):
                    wanted &= set(map(int, chosen))
                # More types than an address may name; of none, nothing is counted.
                question = replace(
                    question, filters={**question.filters, "type": tuple(sorted(wanted))}
                )
            yield question

    def ids(self, name: str) -> list[int]:
        """Of a filter by ids."""
        return [int(part) for part in self.query.get(name, "").split(",") if part]

    @property
    def ready(self) -> bool:
        """Whether what it needs is given."""
        return all(self.query.get(name) for name in self.report.needs)


def read_report(code: str, query: Mapping[str, str], *, today: date) -> AskedReport:
    """From the address. An own one says `indicators` and `by`; the ledger's lines are those of `by`, if it is given. Raises
    BadQuestion, KeyError."""
    kept = {name: query[name] for name in (*FILTERS, "period", "days", "from", "to", "door")
            if query.get(name)}  # fmt: skip
    if kept.get("period", "").isdigit():  # of the select box, as on the maps
        kept["days"] = kept.pop("period")
    if kept.get("from") or kept.get("to"):
        kept.pop("period", None)
    door = kept.get("door", "1")
    if not (door.isascii() and door.isdigit() and len(door) < 18):
        raise BadQuestion("door", _("a whole number"))
    if code == OWN:
        report = _own(query)
        kept |= {
            "indicators": ",".join(report.sections[0].indicators),
            "by": ",".join(report.sections[0].by),
        }
    else:
        report = READY[code]
    if not {"period", "days", "from", "to"} & set(kept):
        kept["period"] = report.period
    read_period(kept, today=today)
    return AskedReport(report, kept, today)


def _own(query: Mapping[str, str]) -> Report:
    codes = tuple(filter(None, (query.get("indicators") or "opened,resolved").split(",")))
    if len(codes) > MOST_INDICATORS or len(set(codes)) != len(codes):
        raise BadQuestion(
            "indicators", _("at most %(most)s, each once") % {"most": MOST_INDICATORS}
        )
    if not set(codes) <= set(BUILT_IN):
        raise BadQuestion("indicators", _("not known"))
    by = tuple(filter(None, (query.get("by") or "").split(",")))
    if len(by) > 2 or not set(by) <= {*DIMENSIONS, *TIMES}:
        raise BadQuestion("by", _("at most two"))
    return Report(OWN, (Section("own", by, codes),))
