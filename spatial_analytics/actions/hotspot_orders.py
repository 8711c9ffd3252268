"""Orders to learn anew, from the page; apart from the learning itself, whose libraries are large."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from core.actions.jobs import cancel, enqueue
from core.models import Job

FORECAST = "spatial_analytics.forecast_hotspots"
RUNNING = (Job.State.WAITING, Job.State.RUNNING)


def may_order(viewer: Viewer) -> bool:
    """Whoever sees all figures may have them learned anew."""
    return viewer.may(Permission.SEE_ANALYTICS) and viewer.counts_everything


def order(viewer: Viewer, *, now: datetime) -> Job:
    """Learns all forecasts anew; the order that runs already, if there is one. Raises PermissionDenied."""
    if not may_order(viewer):
        raise PermissionDenied
    return running() or enqueue(name=FORECAST, payload={}, key=f"hotspots:{now:%Y%m%d%H%M}")


def running() -> Job | None:
    """The order or nightly run that is under way."""
    return Job.objects.filter(name=FORECAST, state__in=RUNNING).order_by("-pk").first()


def newest() -> Job | None:
    """The last one, however it ended."""
    return Job.objects.filter(name=FORECAST).order_by("-pk").first()


def refusal(group: int | None) -> dict[str, Any] | None:
    """Why the last night that tried made no forecast of a group, or of all types: code, reason, facts."""
    key = str(group or "*")
    told = Job.objects.filter(name=FORECAST, result__skipped__has_key=key).order_by("-pk").first()
    return dict(told.result["skipped"][key]) if told and told.result else None


def stop(viewer: Viewer, *, now: datetime) -> bool:
    """Cancels what runs: what was stored stays. Raises PermissionDenied."""
    if not may_order(viewer):
        raise PermissionDenied
    job = running()
    return job is not None and cancel(job_id=job.pk, now=now)
