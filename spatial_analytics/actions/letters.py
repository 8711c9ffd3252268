"""The weekly letter about hotspots, to those who want it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from core.web.numbers import written
from notifications.actions.outbox import put_all
from notifications.models import Message
from spatial_analytics.actions.mornings import next_morning
from spatial_analytics.models import Alert, HotspotReader, HotspotRun, ReportSchedule
from spatial_analytics.queries.accuracy import accuracy_lines
from spatial_analytics.queries.alerts import visible_alerts
from spatial_analytics.queries.hotspots import areas_of, latest_run
from spatial_analytics.queries.recurrence import in_words
from spatial_analytics.queries.sharing import has_figures

AREAS_TOLD = 10
ALERTS_TOLD = 10


def has_letter(viewer: Viewer) -> bool:
    """Whether somebody gets it."""
    return HotspotReader.objects.filter(user=viewer.user_id).exists()


def set_letter(viewer: Viewer, wanted: bool, *, now: datetime) -> bool:
    """Begins or ends it; False for whom it is not for. Raises InvalidInput for who has no address to send it to."""
    if viewer.user_id is None or not has_figures(viewer):
        return False
    if wanted:
        if not User.objects.filter(pk=viewer.user_id).exclude(email="").exists():
            reason = _(
                "Your account has no e-mail address to send it to. The administrators of your organisation"
                " enter one; then ask for the letter again."
            )
            raise InvalidInput({"wanted": [reason]})
        HotspotReader.objects.get_or_create(
            user_id=viewer.user_id,
            defaults={"next_at": next_morning(ReportSchedule.Every.WEEK, now)},
        )
    else:
        HotspotReader.objects.filter(user=viewer.user_id).delete()
    return True


def send_letters(*, now: datetime) -> int:
    """Puts what is due into the outbox; how many. Sent twice it is sent once: the key says when it was due."""
    due = HotspotReader.objects.filter(next_at__lte=now, user__is_active=True)
    return sum(_send(row, now) for row in due.select_related("user").order_by("pk"))


def _send(row: HotspotReader, now: datetime) -> int:
    message = _message(row, now)
    with transaction.atomic():
        held = HotspotReader.objects.select_for_update(skip_locked=True).filter(
            pk=row.pk, next_at=row.next_at
        )
        if not held.first():
            return 0
        put_all([message] if message else [])
        held.update(next_at=next_morning(ReportSchedule.Every.WEEK, now))
    return 1 if message else 0


def _message(row: HotspotReader, now: datetime) -> Message | None:
    """As this person may see it; None for who may not, or has no address, and before the first forecast."""
    user, run = row.user, latest_run()
    viewer = viewer_of(user)
    if run is None or not user.email or not has_figures(viewer):
        return None
    with translation.override(user.language):
        parts = [*_forecast(run), "", *_alerts(user, now)]
        subject = _("Hotspots of the week from %(day)s") % {
            "day": formats.date_format(run.horizon_start, "SHORT_DATE_FORMAT")
        }
    return Message(
        key=f"hotspots:{user.pk}:{row.next_at:%Y%m%d%H%M}",
        transport=Message.Transport.EMAIL,
        recipient=user.email,
        subject=subject[:200],
        body="\n".join(parts),
    )


def _forecast(run: HotspotRun) -> list[str]:
    lines = [_("Where most requests are expected:")]
    for area in areas_of(run).order_by("rank")[:AREAS_TOLD]:
        facts = {
            "place": area.name or _("unnamed place"),
            "expected": written(area.expected, 1),
            "usual": "–" if area.told is None else written(area.told, 1),
        }
        lines.append(_("- %(place)s: %(expected)s expected, %(usual)s usual") % facts)
    lines += ["", _("How far to trust it:"), *accuracy_lines(run.scores)]
    return [*lines, settings.VIP_URL + reverse("hotspots")]


def _alerts(user: User, now: datetime) -> list[str]:
    since = timezone.localdate(now) - timedelta(days=7)
    rows = visible_alerts(viewer_of(user)).filter(raised_on__gte=since)
    if not rows.exists():
        return [_("Nothing new stood out in the last week.")]
    lines = [_("What began in the last week:")]
    lines += [_alert(alert) for alert in rows.order_by("-recurrence_days", "pk")[:ALERTS_TOLD]]
    return [*lines, settings.VIP_URL + reverse("alerts")]


def _alert(alert: Alert) -> str:
    facts = {
        "place": alert.name,
        "observed": alert.observed,
        "expected": written(alert.expected, 2),
        "words": in_words(alert.recurrence_days),
    }
    return _("- %(place)s: %(observed)d requests, %(expected)s usual; %(words)s") % facts
