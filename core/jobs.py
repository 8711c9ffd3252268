"""The Celery application. Two tasks only: run what is due, and sweep for what the broker lost."""

from celery import Celery
from django.conf import settings
from django.utils import timezone

from core.actions import jobs

app = Celery("gis_vip", broker=settings.CELERY_BROKER_URL)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # A sweep that could not start before the next one is due is of no use any more.
    beat_schedule={
        "sweep": {"task": "core.jobs.sweep", "schedule": 2.0, "options": {"expires": 2}}
    },
)


@app.task
def sweep() -> int:
    """Enqueues recurring jobs and runs everything that is due."""
    now = timezone.now()
    jobs.schedule_recurring(now=now)
    return jobs.run_due(now=now)
