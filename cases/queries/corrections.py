"""What people correct by hand, counted, and as the rules that would have spared them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Department
from cases.conf import CONF
from core.queries import sql


@dataclass(frozen=True)
class Proposal:
    """A rule that would have sent these cases where people sent them. It stands before `before`."""

    rule: str
    position: int
    before: int
    type_name: str
    district: str
    wrong: Department
    right: Department
    corrected: int
    decided: int  # cases of this type and district that the rule decided, corrected or not
    condition: str

    @property
    def share(self) -> float:
        return self.corrected / max(self.decided, 1)

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.type_name, self.district) if part) or self.rule


def proposals(now: datetime) -> list[Proposal]:
    """What was corrected often enough in the last year, and for most cases of its kind; most first."""
    rows = sql.run(
        "cases",
        "routing_corrections",
        {"since": now - timedelta(days=365), "least": CONF.corrections_least},
    )
    departments = Department.objects.select_related("organisation").in_bulk(
        {pk for row in rows for pk in (row["from_id"], row["to_id"])}
    )
    found = [
        Proposal(
            rule=row["rule"],
            position=row["position"],
            before=row["rule_id"],
            type_name=row["type_name"] or "",
            district=row["district"] or "",
            wrong=departments[row["from_id"]],
            right=departments[row["to_id"]],
            corrected=row["corrected"],
            decided=row["decided"],
            condition=_condition(row["type_code"], row["district"], row["text"]),
        )
        for row in rows
    ]
    return [p for p in found if p.share >= CONF.corrections_share]


def _condition(type_code: str | None, district: str | None, text: str) -> str:
    """The rule's own condition, narrowed to what was corrected."""
    parts = [f"type = {type_code}" if type_code else "type is unknown"]
    parts.append(f'district = "{district}"' if district else "district is unknown")
    if any(word in text for word in ("time", "day", "area", "owner", "answer", "channel", "kind",
                                     "saat", "gün", "alan", "sahip", "cevap", "kanal")):  # fmt: skip
        parts.append(f"({text})")
    return " and ".join(parts)
