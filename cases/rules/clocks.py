"""When a case is due: by the target of its type in working time, and by law."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.rules.worktime import WorkTime

PETITION_DAYS = 30  # law 3071, article 7
INFORMATION_DAYS = 15  # law 4982, article 11: working days
Pause = tuple[datetime, datetime]


def due_at(
    opened_at: datetime, target: timedelta, work: WorkTime, pauses: Sequence[Pause] = ()
) -> datetime:
    """The moment at which the target is used up; pauses (in order and apart) do not count."""
    left, here = target, opened_at
    for begin, end in pauses:
        if end <= here:
            continue
        used = work.between(here, begin)
        if used >= left:
            break  # it was late before this pause
        left -= used
        here = end
    return work.after(here, left)


def pauses_of(
    states: Iterable[tuple[datetime, str]], pausing: frozenset[str], until: datetime
) -> list[Pause]:
    """The pauses in a history of (moment, state from then on), one that still runs until `until`."""
    found: list[Pause] = []
    since: datetime | None = None
    for at, state in states:
        if state in pausing and since is None:
            since = at
        elif state not in pausing and since is not None:
            found.append((since, at))
            since = None
    if since is not None:
        found.append((since, max(since, until)))
    return found


def legal_due_at(opened_at: datetime, clock: str, work: WorkTime) -> datetime | None:
    """The end of the last day of the legal limit; a day of rest moves it to the next working day.
    The day of the petition itself does not count."""
    zone = ZoneInfo(work.zone)
    opened = opened_at.astimezone(zone).date()
    match clock:
        case "PETITION_30_DAYS":
            last = work.working_day_from(opened + timedelta(days=PETITION_DAYS))
        case "INFORMATION_15_WORKING_DAYS":
            last = work.working_days_after(opened, INFORMATION_DAYS)
        case _:
            return None
    return datetime.combine(last + timedelta(days=1), time(), zone)
