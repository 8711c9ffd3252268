"""What a list of planned works is asked for: by pages and by the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from cases.rules.planned_works import Kind, WorkState
from cases.rules.validation import tidy

ORDERS = {
    "begin": ("begin", "pk"), "-begin": ("-begin", "pk"), "end": ("end", "pk"), "title": ("title", "pk"),
    "owner": ("organisation__name", "begin", "pk"), "changed": ("-changed_at", "pk"),
}  # fmt: skip
STATES = ("", "coming", "now", *(s.value for s in WorkState))
_OLDEST, _LATEST = date(1990, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class WorkFilter:
    """What a list shows. `on`: under way on that day; `state`: "", coming, now or a state."""

    q: str = ""
    kind: str = ""
    state: str = ""
    owner: str = ""
    district: int | None = None
    street: str = ""
    on: date | None = None
    begin: date | None = None
    end: date | None = None
    sort: str = "begin"


class BadFilter(ValueError):
    """A parameter that cannot be used, and why in words."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name}: {words}")
        self.name, self.words = name, words


def filter_of(sent: Mapping[str, str], *, apart: tuple[str, ...] = ()) -> WorkFilter:
    """Raises BadFilter, also for a parameter that there is not; those called `apart` are none."""
    known = {name: (sent.get(name) or "").strip() for name in WorkFilter.__dataclass_fields__}
    for name in sent:
        if name not in known and name not in apart:
            raise BadFilter(name[:40], _("There is no such parameter."))
    return WorkFilter(
        q=tidy(known["q"])[:80],
        kind=_one_of("kind", known["kind"], ("", *(k.value for k in Kind))),
        state=_one_of("state", known["state"], STATES),
        owner=known["owner"][:40].replace("\0", ""),
        district=_id("district", known["district"]),
        street=_uid("street", known["street"]),
        on=_day("on", known["on"]),
        begin=_day("begin", known["begin"]),
        end=_day("end", known["end"]),
        sort=_one_of("sort", known["sort"] or "begin", tuple(ORDERS)),
    )


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise BadFilter(name, _("One of: %s.") % ", ".join(filter(None, known)))
    return text


def _id(name: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise BadFilter(name, _("A whole number is needed."))
    return int(text)


def _uid(name: str, text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise BadFilter(name, _("This is no such id.")) from None


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadFilter(name, _("This is not a day (write 2026-03-31).")) from None
    if not _OLDEST <= day <= _LATEST:
        raise BadFilter(name, _("This day is too far away."))
    return day
