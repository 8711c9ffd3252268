"""What the pages of quality show: findings by filter, counts by rule and neighbourhood, the trend."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When

from addresses.models import Neighbourhood, QualityCount, QualityFinding, QualityRun
from addresses.rules.quality import RULES, Owner, Rule, Severity
from core.rules.text import key

STATES = ("open", "accepted", "resolved", "all")
SORTS = {
    "severity": ("severity_order", "rule", "label", "pk"),
    "new": ("-first_seen", "pk"),
    "old": ("first_seen", "pk"),
    "place": ("district__name_key", "neighbourhood__name_key", "rule", "pk"),
    "rule": ("rule", "label", "pk"),
}
AREA_SORTS = ("errors", "warnings", "infos", "accepted", "name", "district")


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for; what is not known is dropped. Ids are 0 where not asked for."""

    rule: str = ""
    severity: str = ""
    owner: str = ""
    district: int = 0
    neighbourhood: int = 0
    state: str = "open"
    q: str = ""
    sort: str = "severity"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        def one(name: str, allowed: Any, otherwise: str = "") -> str:
            value = given.get(name, "")
            return value if value in allowed else otherwise

        def number(name: str) -> int:
            value = given.get(name, "")
            return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0

        return cls(
            rule=one("rule", RULES),
            severity=one("severity", list(Severity)),
            owner=one("owner", list(Owner)),
            district=number("district"),
            neighbourhood=number("neighbourhood"),
            state=one("state", STATES, "open"),
            q=given.get("q", "").replace("\0", "").strip()[:100],
            sort=one("sort", SORTS, "severity"),
        )

    @property
    def rules(self) -> list[str]:
        """Codes of the rules that rule, severity and owner leave."""
        return [
            rule.code
            for rule in RULES.values()
            if self.rule in ("", rule.code)
            and self.severity in ("", rule.severity)
            and self.owner in ("", rule.owner)
        ]


def finding_list(wanted: Wanted) -> QuerySet[QualityFinding]:
    """Findings as they are filtered and sorted, with the names of their areas."""
    rows = _filtered(wanted)
    if wanted.q:
        rows = rows.filter(
            Q(label__icontains=wanted.q) | Q(neighbourhood__name_key__contains=key(wanted.q))
        )
    worst_first = Case(
        When(severity="ERROR", then=Value(0)), When(severity="WARNING", then=Value(1)),
        default=Value(2),
    )  # fmt: skip
    return (
        rows.select_related("district", "neighbourhood", "accepted_by")
        .annotate(severity_order=worst_first)
        .order_by(*SORTS[wanted.sort])
    )


def _filtered(wanted: Wanted) -> QuerySet[QualityFinding]:
    rows = QualityFinding.objects.filter(rule__in=wanted.rules)
    if wanted.district:
        rows = rows.filter(district=wanted.district)
    if wanted.neighbourhood:
        rows = rows.filter(neighbourhood=wanted.neighbourhood)
    if wanted.state == "resolved":
        return rows.filter(resolved_at__isnull=False)
    if wanted.state == "all":
        return rows
    return rows.filter(resolved_at__isnull=True, accepted_at__isnull=wanted.state == "open")


@dataclass(frozen=True)
class RuleCount:
    rule: Rule
    open: int
    accepted: int


def by_rule(wanted: Wanted) -> list[RuleCount]:
    """Every rule that the filter leaves with its unresolved findings, worst first."""
    rows = _unresolved(wanted).values("rule").annotate(open=_OPEN, accepted=_ACCEPTED)
    counts = {row["rule"]: row for row in rows.order_by()}
    none = {"open": 0, "accepted": 0}
    found = [
        RuleCount(RULES[code], (row := counts.get(code, none))["open"], row["accepted"])
        for code in wanted.rules
    ]
    order = list(Severity)
    return sorted(found, key=lambda c: (not c.open, order.index(c.rule.severity), -c.open))


_OPEN = Count("pk", filter=Q(accepted_at__isnull=True))
_ACCEPTED = Count("pk", filter=Q(accepted_at__isnull=False))


def _unresolved(wanted: Wanted) -> QuerySet[QualityFinding]:
    rows = QualityFinding.objects.filter(resolved_at__isnull=True, rule__in=wanted.rules)
    return rows.filter(district=wanted.district) if wanted.district else rows


def by_neighbourhood(wanted: Wanted, sort: str) -> list[dict[str, Any]]:
    """Neighbourhoods with unresolved findings: id, name, district, errors, warnings, infos, accepted."""

    def count(severity: str) -> Count:
        return Count("pk", filter=Q(severity=severity, accepted_at__isnull=True))

    rows = list(
        _unresolved(wanted)
        .filter(neighbourhood__isnull=False)
        .values("neighbourhood", "neighbourhood__name", "neighbourhood__district__name")
        .annotate(
            errors=count("ERROR"), warnings=count("WARNING"), infos=count("INFO"),
            accepted=_ACCEPTED,
        )
        .order_by()
    )  # fmt: skip
    found = [
        {
            **{k: row[k] for k in ("errors", "warnings", "infos", "accepted")},
            "id": row["neighbourhood"],
            "name": row["neighbourhood__name"],
            "district": row["neighbourhood__district__name"],
        }
        for row in rows
    ]
    if sort in ("name", "district"):
        return sorted(found, key=lambda r: (key(r[sort]), key(r["name"]), r["id"]))
    return sorted(found, key=lambda r: (-r[sort], -r["errors"], key(r["name"]), r["id"]))


def totals(rows: Iterable[RuleCount]) -> dict[str, int]:
    """Open findings by severity, and `accepted`."""
    counts = dict.fromkeys([*map(str, Severity), "accepted"], 0)
    for row in rows:
        counts[row.rule.severity] += row.open
        counts["accepted"] += row.accepted
    return counts


def trend(wanted: Wanted, *, until: date, days: int = 90) -> list[tuple[date, dict[str, int]]]:
    """Open findings by severity on every day that was counted, oldest first."""
    rows = QualityCount.objects.filter(
        day__gt=until - timedelta(days=days), day__lte=until, rule__in=wanted.rules
    )
    counted = sorted(set(rows.order_by().values_list("day", flat=True).distinct()))
    if wanted.district:
        inside = Neighbourhood.objects.filter(district=wanted.district)
        rows = rows.filter(neighbourhood__in=inside)
    sums: dict[date, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Severity), 0))
    for row in rows.order_by().values("day", "rule").annotate(n=Sum("open")):
        sums[row["day"]][RULES[row["rule"]].severity] += row["n"]
    return [(day, sums[day]) for day in counted]


def last_whole_run() -> QualityRun | None:
    return QualityRun.objects.filter(whole=True).order_by("-started_at").first()
