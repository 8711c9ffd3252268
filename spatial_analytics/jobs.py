"""Recurring work of this room."""

from datetime import timedelta

from django.utils import timezone

from core.rules.handlers import Payload, Progress, job
from spatial_analytics.actions import outside
from spatial_analytics.actions.density import fold, rebuild
from spatial_analytics.actions.homes import refresh_homes
from spatial_analytics.actions.hotspot_orders import FORECAST
from spatial_analytics.actions.letters import send_letters
from spatial_analytics.actions.report_files import JOB, forget_files, write_file
from spatial_analytics.actions.reports import send_reports
from spatial_analytics.facts.copying import renew
from spatial_analytics.web.report_files import written_as


@job(FORECAST, every=timedelta(days=1), attempts=2, lease=timedelta(hours=2))
def forecast_hotspots(payload: Payload, progress: Progress) -> Payload:
    """Nightly: the coming weeks' hotspots, of all types and of every group; and what came of former forecasts.
    Where a history is too short that is told, not failed."""
    # The libraries of the models are large: no other process than the one that forecasts has them.
    from spatial_analytics.actions.forecast import forecast_all

    return forecast_all(payload.get("groups"), progress, now=timezone.now())


@job("spatial_analytics.send_hotspot_letters", every=timedelta(minutes=15), attempts=2)
def send_hotspot_letters(payload: Payload, progress: Progress) -> Payload:
    """Letters that are due, into the outbox."""
    return {"messages": send_letters(now=timezone.now())}


@job("spatial_analytics.scan_emergence", every=timedelta(days=1), attempts=2)
def scan_emergence(payload: Payload, progress: Progress) -> Payload:
    """Nightly: alerts of what begins. A city with too short a history is told so, not failed."""
    from spatial_analytics.actions.emergence import scan_night
    from spatial_analytics.hotspots.events import UnusableHistory

    try:
        done = scan_night(now=timezone.now(), tell=progress)
    except UnusableHistory as error:
        return {"skipped": error.code, "reason": str(error)}
    return {"found": done.found, "alerts": done.new, "left_out": done.left_out}


@job("spatial_analytics.fold_density", every=timedelta(minutes=1), attempts=1)
def fold_density(payload: Payload, progress: Progress) -> Payload:
    """Adds the log of changes to the counts of the density map."""
    return {"changes": fold()}


@job("spatial_analytics.rebuild_density", attempts=2, lease=timedelta(hours=1))
def rebuild_density(payload: Payload, progress: Progress) -> Payload:
    """Counts all cases anew; stops where it is cancelled."""
    return {"counts": rebuild(progress=progress)}


@job("spatial_analytics.refresh_homes", every=timedelta(minutes=30), attempts=2)
def refresh_cell_homes(payload: Payload, progress: Progress) -> Payload:
    """Residents and dwellings of the cells, where the register has changed."""
    rows = refresh_homes()
    return {"rows": rows} if rows is not None else {}


@job("spatial_analytics.refresh_facts", every=timedelta(minutes=10), attempts=1)
def refresh_facts(payload: Payload, progress: Progress) -> Payload:
    """Makes the columnar copy anew where much lies over it, and forgets what every copy has seen."""
    return {"made": renew()}


@job(outside.JOB, attempts=2)
def import_outside(payload: Payload, progress: Progress) -> Payload:
    """A large table of outside values."""
    return outside.work(payload, progress, now=timezone.now())


@job("spatial_analytics.forget_outside_drafts", every=timedelta(days=1), attempts=2)
def forget_outside_drafts(payload: Payload, progress: Progress) -> Payload:
    """Deletes files that were never imported."""
    return {"drafts": outside.forget_drafts(now=timezone.now())}


@job("spatial_analytics.send_reports", every=timedelta(minutes=15), attempts=2)
def send_due_reports(payload: Payload, progress: Progress) -> Payload:
    """Kept reports that are due, into the outbox."""
    return {"messages": send_reports(now=timezone.now())}


@job(JOB, attempts=2)
def write_report(payload: Payload, progress: Progress) -> Payload:
    """A large report, for whoever ordered it."""
    write_file(payload["file"], written_as, progress, now=timezone.now())
    return {}


@job("spatial_analytics.forget_reports", every=timedelta(hours=6), attempts=1)
def forget_reports(payload: Payload, progress: Progress) -> Payload:
    """Files of reports that were kept long enough."""
    return {"files": forget_files(now=timezone.now())}
