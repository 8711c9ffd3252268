"""Large reports as files: ordered, written by a worker, forgotten after days."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from accounts.models import MembershipEvent
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from core.actions.jobs import enqueue
from core.rules.handlers import Progress
from spatial_analytics.actions.reports import filled
from spatial_analytics.conf import CONF
from spatial_analytics.models import FigureRight, ReportFile
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.reports import FilledReport
from spatial_analytics.rules.reports import AskedReport, read_report

JOB = "spatial_analytics.write_report"
#: The report, its form: its bytes.
Writer = Callable[[FilledReport, str], bytes]


def too_large(found: FilledReport, form: str) -> bool:
    """Whether a worker should write it."""
    lines = sum(len(table.lines) for table in found.tables)
    return lines > (CONF.report_lines_on_paper if form == "pdf" else CONF.report_lines)


def order_file(
    asked: AskedReport, form: str, name: str, *, viewer: Viewer, now: datetime
) -> ReportFile:
    """One for the same report, form and person: asked for again within minutes it is the same one."""
    query = urlencode(asked.query)
    language = translation.get_language() or "tr"
    with transaction.atomic():
        same = ReportFile.objects.filter(
            owner=viewer.user_id, code=asked.report.code, query=query, form=form, language=language,
            created_at__gt=now - CONF.report_file_same,
        )  # fmt: skip
        standing = same.order_by("-created_at").first()
        if standing and still_told(standing, viewer):
            return standing
        row = ReportFile.objects.create(
            owner_id=viewer.user_id, code=asked.report.code, query=query, form=form,  # type: ignore[misc]
            language=language, name=name, created_at=now,
        )  # fmt: skip
        row.job = enqueue(name=JOB, payload={"file": row.pk}, key=f"{JOB}:{row.uid}")
        row.save(update_fields=["job"])
    return row


def still_told(row: ReportFile, viewer: Viewer) -> bool:
    """Whether no role of the owner and no right to figures has changed since it was ordered. Where one has, what is
    written may be more than is told now: it is ordered anew."""
    since = row.created_at
    rights = FigureRight.objects.filter(Q(granted_at__gt=since) | Q(ended_at__gt=since))
    roles = MembershipEvent.objects.filter(user=row.owner_id, at__gt=since)
    return not (sight(viewer).public or rights.exists() or roles.exists())


def write_file(pk: int, write: Writer, progress: Progress, *, now: datetime) -> None:
    """With the rights that its owner has now. Runs twice without harm."""
    row = ReportFile.objects.select_related("owner").filter(pk=pk, body=None, refused=False).first()
    if row is None:
        return
    asked = read_report(
        row.code, dict(parse_qsl(row.query)), today=timezone.localdate(row.created_at)
    )
    with translation.override(row.language):
        progress(0.1)
        try:
            found = filled(asked, viewer_of(row.owner), now=now)
        except NotForYou:
            ReportFile.objects.filter(pk=pk).update(refused=True)
            return
        progress(0.4)
        body = write(found, row.form)
    ReportFile.objects.filter(pk=pk).update(body=body)


def forget_files(*, now: datetime) -> int:
    return ReportFile.objects.filter(created_at__lt=now - CONF.report_file_kept).delete()[0]
