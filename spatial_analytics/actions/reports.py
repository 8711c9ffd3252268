"""Keeps reports and sends them by e-mail, to each recipient what that recipient may see."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from core.api.problems import InvalidInput
from notifications.actions.outbox import put_all
from notifications.models import Message
from spatial_analytics.actions.mornings import next_morning
from spatial_analytics.actions.rights import sight_for
from spatial_analytics.models import ReportSchedule, SavedReport
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.reports import FilledReport, fill
from spatial_analytics.queries.written_reports import as_text
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.reports import AskedReport, read_report

MOST_RECIPIENTS = 50


def filled(asked: AskedReport, viewer: Viewer, *, now: datetime) -> FilledReport:
    """The report as this person sees it; looks at figures about persons are written down. Raises NotForYou, also for whom
    only the public's figures are, BadQuestion."""
    if sight(viewer).public:
        raise NotForYou
    return fill(asked, viewer, lambda question: sight_for(question, viewer, now=now), now=now)


def kept_reports(viewer: Viewer) -> QuerySet[SavedReport]:
    """Their own, and those that are shared with an organisation that they have a role in."""
    bodies = Membership.objects.filter(user=viewer.user_id).values("organisation")
    return SavedReport.objects.filter(Q(owner=viewer.user_id) | Q(organisation__in=bodies))


def keep_report(
    *,
    title: str,
    code: str,
    query: Mapping[str, str],
    share: int | None,
    viewer: Viewer,
    now: datetime,
) -> SavedReport:
    """Raises InvalidInput, BadQuestion, KeyError, and PermissionDenied where it is to be shared with others' bodies."""
    asked = read_report(code, query, today=timezone.localdate(now))
    if not title.strip() or len(title) > 120:
        raise InvalidInput({"title": [_("A title of up to 120 letters.")]})
    if share and not Membership.objects.filter(user=viewer.user_id, organisation=share).exists():
        raise PermissionDenied
    return SavedReport.objects.create(
        title=title.strip(), code=code, query=urlencode(asked.query), owner_id=viewer.user_id,  # type: ignore[misc]
        organisation_id=share, created_at=now,
    )  # fmt: skip


def schedule_report(
    *, report: int, every: str, recipients: Iterable[str], viewer: Viewer, now: datetime
) -> ReportSchedule:
    """Recipients by user name. Raises SavedReport.DoesNotExist where it is another's, InvalidInput."""
    row = SavedReport.objects.get(pk=report, owner=viewer.user_id)
    names = {name.strip() for name in recipients if name.strip()}
    users = list(User.objects.filter(username__in=names, is_active=True))
    unknown = names - {user.username for user in users}
    if unknown or not names or len(names) > MOST_RECIPIENTS:
        raise InvalidInput(
            {
                "recipients": [
                    _("Not known: %(names)s") % {"names": ", ".join(sorted(unknown)) or "–"}
                ]
            }
        )
    if every not in ReportSchedule.Every.values:
        raise InvalidInput({"every": [_("This choice is not known. Nothing was changed.")]})
    with transaction.atomic():
        made = ReportSchedule.objects.create(
            report=row, every=every, next_at=next_morning(every, now)
        )
        made.recipients.set(users)
    return made


def change_schedule(pk: int, do: str, *, viewer: Viewer, now: datetime) -> None:
    """`pause`, `resume` or `delete` one's own. Raises DoesNotExist."""
    row = ReportSchedule.objects.get(pk=pk, report__owner=viewer.user_id)
    if do == "delete":
        row.delete()
        return
    row.paused = do == "pause"
    row.next_at = next_morning(row.every, now)
    row.save(update_fields=["paused", "next_at"])


def send_reports(*, now: datetime) -> int:
    """Puts what is due into the outbox; how many messages. A schedule that is sent twice sends once: the keys say when it was due."""
    due = ReportSchedule.objects.filter(
        paused=False, next_at__lte=now, report__owner__is_active=True
    )
    return sum(_send(row, now) for row in due.select_related("report__owner").order_by("pk"))


def _send(row: ReportSchedule, now: datetime) -> int:
    # Figures are asked before anything is written: see `spatial_analytics.facts`.
    key = f"report:{row.pk}:{row.next_at:%Y%m%d%H%M}"
    messages, without = [], []
    for user in row.recipients.order_by("pk"):
        message = _message(row, user, f"{key}:{user.pk}", now)
        if message is None:
            without.append(user.username)
        else:
            messages.append(message)
    owner = row.report.owner
    if without and owner.email:
        with translation.override(owner.language):
            body = _(
                "These recipients got nothing, because they may not see its figures or have no address: %(names)s"
            )
            messages.append(
                Message(
                    key=f"{key}:without",
                    transport=Message.Transport.EMAIL,
                    recipient=owner.email,
                    subject=row.report.title[:200],
                    body=body % {"names": ", ".join(without)},
                )
            )
    with transaction.atomic():
        held = ReportSchedule.objects.select_for_update(skip_locked=True).filter(
            pk=row.pk, next_at=row.next_at, paused=False
        )
        if not held.first():
            return 0
        put_all(messages)
        held.update(next_at=next_morning(row.every, now))
    return len(messages)


def _message(row: ReportSchedule, user: User, key: str, now: datetime) -> Message | None:
    """What this person may see of it; None: nothing."""
    if not user.is_active or not user.email:
        return None
    query = dict(parse_qsl(row.report.query))
    with translation.override(user.language):
        try:
            asked = read_report(row.report.code, query, today=timezone.localdate(now))
            found = filled(asked, viewer_of(user), now=now)
        except (NotForYou, BadQuestion, KeyError):
            return None
        where = settings.VIP_URL + reverse("report_page", args=[row.report.code])
        return Message(
            key=key,
            transport=Message.Transport.EMAIL,
            recipient=user.email,
            subject=row.report.title[:200],
            body=f"{row.report.title}\n{as_text(found)}\n\n{where}?{row.report.query}",
        )
