"""Reads parameters of Open311. An empty one is an absent one; what cannot be used is refused by name."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cases.api.open311.faults import Fault, bad, unknown
from cases.models import Jurisdiction
from cases.queries.open311 import Wanted
from cases.rules.days import midnight, month_begin, month_end

_WINDOW = timedelta(days=90)
_MOST = 1000
_OFFSET_MOST = 100_000
_RADIUS_MOST = 100_000.0  # metres


class Parameters:
    """What was sent, tidy: the last of equal names counts."""

    def __init__(self, *sent: Mapping[str, str]) -> None:
        self._sent = {k: v for one in sent for k, v in one.items()}

    def text(self, name: str, most: int = 2000) -> str:
        value = self._sent.get(name, "").strip()
        if "\x00" in value:
            raise bad(_("%(name)s holds a character that cannot be kept."), name=name)
        if len(value) > most:
            raise bad(_("%(name)s is too long."), name=name)
        return value

    def values(self, name: str, most: int = _MOST) -> tuple[str, ...]:
        found = [v.strip() for v in self.text(name, 60_000).split(",")]
        kept = tuple(dict.fromkeys(v for v in found if v))
        if len(kept) > most:
            raise bad(_("%(name)s names too many."), name=name)
        return kept

    def number(self, name: str) -> float | None:
        text = self.text(name, 60)
        if not text:
            return None
        try:
            value = float(text) if "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise bad(_("%(name)s is not a number: %(value)s"), name=name, value=text)
        return value

    def count(self, name: str, usual: int, most: int) -> int:
        text = self.text(name, 60)
        if not text:
            return usual
        if not (text.isascii() and text.isdigit() and len(text) < 8 and 0 < int(text) <= most):
            told = _("%(name)s must be a whole number from 1 to %(most)s.")
            raise bad(told, name=name, most=str(most))
        return int(text)

    def moment(self, name: str) -> datetime | None:
        text = self.text(name, 60)
        if not text:
            return None
        # A + that was not encoded arrives as a blank.
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
        try:
            found = parse_datetime(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or not 1900 < found.year < 9000:
            told = _("%(name)s is not a moment such as 2026-03-31T09:00:00Z: %(value)s")
            raise bad(told, name=name, value=text)
        return found

    def flag(self, name: str) -> bool:
        return self.text(name, 20).lower() in ("true", "1", "yes")

    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude, always as a pair."""
        lat, long = self.number("lat"), self.number("long")
        if (lat is None) != (long is None):
            raise Fault(400, _("lat and long belong together: one of them is missing."))
        if lat is None or long is None:
            return None
        if not -90 <= lat <= 90 or not -180 <= long <= 180:
            raise Fault(400, _("lat and long must be degrees of WGS84."))
        return long, lat


def _jurisdictions() -> dict[str, int]:
    rows = Jurisdiction.objects.filter(active=True, organisation__active=True)
    return dict(rows.values_list("code", "organisation"))


def jurisdiction_of(sent: Parameters) -> int | None:
    """The organisation that is meant; None where there is but one for all. Raises Fault."""
    code, known = sent.text("jurisdiction_id", 200), _jurisdictions()
    if not code:
        if len(known) > 1:
            raise Fault(400, _("jurisdiction_id is needed: several organisations are served here."))
        return next(iter(known.values()), None)
    if code not in known:
        raise unknown(_("There is no jurisdiction %(code)s."), code=code)
    return known[code]


def wanted_of(sent: Parameters, *, sender: str, organisation: int | None, now: datetime,
              pages: bool = True) -> Wanted:  # fmt: skip
    """What a list of requests is asked for. Raises Fault."""
    if ids := sent.values("service_request_id"):
        return Wanted(ids=ids, sender=sender, organisation=organisation)
    size = sent.count("page_size", _MOST, _MOST)
    page = sent.count("page", 1, _OFFSET_MOST)
    if page * size > _OFFSET_MOST + size:
        raise Fault(400, _("So many pages are not turned: ask for a shorter time."))
    start, end = _window(sent, "start_date", "end_date")
    after, before = _window(sent, "updated_after", "updated_before")
    account_id = sent.text("account_id", 120)
    if account_id and not sender:
        raise Fault(403)
    if not (start or end or after or before or account_id):
        start = now - _WINDOW
    if not sender:
        # Everybody is told months, and asks by months: by days nobody finds the day of a case.
        start, after = _whole(start, month_begin), _whole(after, month_begin)
        end, before = _whole_end(end), _whole_end(before)
    return Wanted(
        services=sent.values("service_code"),
        start=start,
        end=end,
        statuses=_statuses(sent),
        updated_after=after,
        updated_before=before,
        box=_box(sent),
        near=_near(sent),
        account_id=account_id,
        organisation=organisation,
        page=page,
        page_size=size,
        sender=sender,
    )


def _window(sent: Parameters, first: str, last: str) -> tuple[datetime | None, datetime | None]:
    """Ninety days at most; of one end the other follows."""
    start, end = sent.moment(first), sent.moment(last)
    if start and end:
        if end < start:
            raise bad(_("%(first)s lies after %(last)s."), first=first, last=last)
        if end - start > _WINDOW:
            raise bad(_("%(first)s and %(last)s are more than 90 days apart."),
                      first=first, last=last)  # fmt: skip
    elif start:
        end = start + _WINDOW
    elif end:
        start = end - _WINDOW
    return start, end


def _whole(at: datetime | None, begin: object) -> datetime | None:
    return at and midnight(month_begin(timezone.localdate(at)))


def _whole_end(at: datetime | None) -> datetime | None:
    return at and midnight(month_end(timezone.localdate(at)) + timedelta(days=1))


def _statuses(sent: Parameters) -> frozenset[str]:
    found = frozenset(v.lower() for v in sent.values("status"))
    if found - {"open", "closed"}:
        raise Fault(400, _("status is open or closed."))
    return found


def _box(sent: Parameters) -> tuple[float, float, float, float] | None:
    text = sent.text("bbox", 200)
    if not text:
        return None
    try:
        west, south, east, north = (float(v) for v in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise Fault(400, _("bbox is west,south,east,north in degrees."))
    return west, south, east, north


def _near(sent: Parameters) -> tuple[float, float, float] | None:
    place, radius = sent.place(), sent.number("radius")
    if place is None:
        if radius is not None:
            raise Fault(400, _("radius needs lat and long."))
        return None
    radius = 1000.0 if radius is None else radius
    if not 0 < radius <= _RADIUS_MOST or abs(place[1]) > 85:
        raise Fault(400, _("radius is metres, up to 100,000."))
    return place[0], place[1], radius
