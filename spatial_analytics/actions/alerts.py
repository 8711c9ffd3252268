"""Alerts of emerging clusters: stored once, followed from night to night, told, judged, gathered."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.models import Neighbourhood, Street
from cases.actions.gathering import Gathered, gather
from cases.models import Case
from core.api.problems import InvalidInput
from core.rules.text import fold
from core.web.numbers import written
from notifications.actions.outbox import put_all
from notifications.models import Message
from spatial_analytics.models import Alert, AlertCase
from spatial_analytics.queries.alerts import cases_of, ids_of, may_judge, visible_alerts
from spatial_analytics.queries.outlines import Place, places_in
from spatial_analytics.queries.recurrence import in_words
from spatial_analytics.rules.alerts import Found, belongs_to, strongest
from spatial_analytics.rules.outlines import outline
from tiles.actions.versions import data_changed

LIVE = timedelta(days=28)
_LOCK = "spatial_analytics.alerts"
_NOTE = 500


class JudgedMeanwhile(Exception):
    """Somebody else judged the alert since its form was read."""


@transaction.atomic
def store_found(found: Iterable[Found], *, day: date, now: datetime) -> list[Alert]:
    """What one night found: a cluster that shares its cases with an alert of the last four weeks goes on as that
    alert, others are new and told to those responsible. The same night twice changes nothing.

    day  the last day that was scanned; returns the new alerts
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
    alerts = Alert.objects.filter(last_day__gt=day - LIVE).order_by("-recurrence_days", "pk")
    known = {alert.pk: alert for alert in alerts}
    cases = ids_of(known)
    new = []
    for one in strongest(found):
        pk = belongs_to(one, list(cases.items()))
        alert = known.get(pk) if pk is not None else None
        if alert is None:
            alert = _raised(one, day)
            new.append(alert)
        else:
            _go_on(alert, one, day)
        known[alert.pk] = alert
        cases[alert.pk] = cases.get(alert.pk, set()) | set(one.cases)
        _keep_cases(alert, one.cases)
    put_all(message for alert in new for message in _messages(alert))
    data_changed("alerts")
    return new


def judge(uid: str, verdict: str, note: str, *, seen: str, viewer: Viewer, now: datetime) -> Alert:
    """What an alert was worth; `seen` is its `judged` as the form had it. Raises DoesNotExist, PermissionDenied,
    JudgedMeanwhile, InvalidInput."""
    with transaction.atomic():
        alert = visible_alerts(viewer).select_for_update(of=("self",)).get(uid=uid)
        if not may_judge(alert, viewer):
            raise PermissionDenied
        if seen != alert.judged:
            raise JudgedMeanwhile(alert.name)
        wrong = {}
        if verdict not in Alert.Verdict.values:
            wrong["verdict"] = [_("Choose real, known already or noise.")]
        if len(note) > _NOTE:
            wrong["note"] = [_("At most %(count)s letters.") % {"count": _NOTE}]
        if wrong:
            raise InvalidInput(wrong)
        alert.verdict, alert.verdict_note = verdict, note.strip()
        alert.verdict_at, alert.verdict_by_id = now, viewer.user_id
        alert.save()
        data_changed("alerts")
    return alert


def gather_alert(uid: str, *, viewer: Viewer, now: datetime) -> Gathered:
    """One request over the open cases of an alert. Raises DoesNotExist, PermissionDenied, InvalidInput."""
    alert = visible_alerts(viewer).get(uid=uid)
    with translation.override(settings.LANGUAGE_CODE):  # of the city: everybody will read it
        text = _("Cluster around %(place)s: requests since %(day)s.") % {
            "place": alert.name,
            "day": formats.date_format(alert.first_day, "SHORT_DATE_FORMAT"),
        }
    with transaction.atomic():
        made = gather(
            list(cases_of(alert, viewer).values_list("pk", flat=True)),
            description=text, key=f"alert:{alert.uid}", viewer=viewer, now=now,
        )  # fmt: skip
        Alert.objects.filter(pk=alert.pk).update(parent_case=made.parent)
    return made


def _raised(one: Found, day: date) -> Alert:
    shape = _shape(one)
    place = places_in([shape])[0]
    members = Case.objects.filter(pk__in=one.cases)
    rows = list(
        members.values_list(
            "organisation_id", "department_id", "district_id", "neighbourhood_id",
            "request_type__sensitive",
        )
    )  # fmt: skip
    (organisation, department), _count = Counter(row[:2] for row in rows).most_common(1)[0]
    name = _named(one, place)
    return Alert.objects.create(
        level=one.level, type_group_id=one.group, request_type_id=one.kind, name=name, name_key=fold(name), units=list(one.units),
        geom=GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326),
        raised_on=day, organisation_id=organisation, department_id=department,
        districts=sorted({row[2] for row in rows if row[2]}),
        neighbourhoods=sorted({row[3] for row in rows if row[3]}),
        sensitive=any(row[4] for row in rows), **_strength(one), days=[_of_day(one, day)],
    )  # fmt: skip


def _go_on(alert: Alert, one: Found, day: date) -> None:
    """The same cluster on another night. Its place stays what it was when it was raised; a kind of case that
    is kept secret makes all of it so."""
    kept = [entry for entry in alert.days if entry["day"] != day.isoformat()]
    alert.days = sorted([*kept, _of_day(one, day)], key=lambda entry: str(entry["day"]))
    strength = _strength(one)
    strength["first_day"] = min(alert.first_day, one.first_day)
    strength["last_day"] = max(alert.last_day, one.last_day)
    strength["recurrence_days"] = max(alert.recurrence_days, one.recurrence_days)
    for name, value in strength.items():
        setattr(alert, name, value)
    members = Case.objects.filter(pk__in=one.cases)
    alert.sensitive |= members.filter(request_type__sensitive=True).exists()
    for name in ("district", "neighbourhood"):
        more = members.exclude(**{name: None}).values_list(f"{name}_id", flat=True)
        setattr(alert, f"{name}s", sorted({*getattr(alert, f"{name}s"), *more}))
    alert.save()


def _strength(one: Found) -> dict[str, date | int | float]:
    """What the night says of it; it begins with its first case, not with the window that was looked at."""
    opened = Case.objects.filter(pk__in=one.cases).aggregate(first=TruncDate(Min("opened_at")))
    return {
        "first_day": max(one.first_day, opened["first"] or one.first_day),
        "last_day": one.last_day,
        "observed": one.observed,
        "expected": one.expected,
        "recurrence_days": one.recurrence_days,
    }


def _of_day(one: Found, day: date) -> dict[str, str | int | float]:
    return {
        "day": day.isoformat(),
        "observed": one.observed,
        "expected": round(one.expected, 2),
        "recurrence": round(one.recurrence_days, 1),
    }


def _keep_cases(alert: Alert, cases: Collection[int]) -> None:
    rows = [AlertCase(alert=alert, case_id=case) for case in cases]
    AlertCase.objects.bulk_create(rows, ignore_conflicts=True)


def _shape(one: Found) -> shapely.Geometry:
    """EPSG:4326."""
    if one.level == Alert.Level.CELL:
        return outline(list(one.units))
    table = Street if one.level == Alert.Level.STREET else Neighbourhood
    shapes = table.objects.filter(pk__in=one.units, geom__isnull=False).values_list(
        "geom", flat=True
    )
    union = shapely.union_all(
        [shapely.from_wkb(bytes(shape.wkb)) for shape in shapes if shape is not None]
    )
    if not union.is_empty:
        return union
    points = Case.objects.filter(pk__in=one.cases).values_list("geom", flat=True)
    return shapely.MultiPoint([(point.x, point.y) for point in points if point is not None])


def _named(one: Found, place: Place) -> str:
    if one.level == Alert.Level.NEIGHBOURHOOD and place.neighbourhood:
        return place.neighbourhood
    if one.level == Alert.Level.STREET:
        names = (
            Street.objects.filter(pk__in=one.units).order_by("name").values_list("name", flat=True)
        )
        return ", ".join([*names[:2], place.neighbourhood])[:200]
    return place.name or _("unnamed place")


def _messages(alert: Alert) -> Sequence[Message]:
    """For those who distribute the work of the department, and may see it."""
    held = Membership.objects.filter(
        department=alert.department_id, role="COORDINATOR", user__is_active=True
    )
    users = User.objects.filter(pk__in=held.values("user")).exclude(email="").order_by("pk")
    return [
        _message(alert, user)
        for user in users
        if visible_alerts(viewer_of(user)).filter(pk=alert.pk).exists()
    ]


def _message(alert: Alert, user: User) -> Message:
    with translation.override(user.language):
        where = settings.VIP_URL + reverse("alert", args=[alert.uid])
        body = _(
            "%(observed)d requests from %(first)s to %(last)s, where about %(expected)s would be usual: %(words)s."
        ) % {
            "observed": alert.observed,
            "first": formats.date_format(alert.first_day, "SHORT_DATE_FORMAT"),
            "last": formats.date_format(alert.last_day, "SHORT_DATE_FORMAT"),
            "expected": written(alert.expected, 2),
            "words": in_words(alert.recurrence_days),
        }
        subject = _("Something begins: %(place)s") % {"place": alert.name}
    return Message(
        key=f"alert:{alert.uid}:{user.pk}",
        transport=Message.Transport.EMAIL,
        recipient=user.email,
        subject=subject[:200],
        body=f"{body}\n\n{where}",
    )
