"""A check at once, or, of a large set, by a worker: pages and callers do not wait for minutes."""

from datetime import datetime
from typing import Any

from django.utils import translation

from accounts.models import User
from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotAllowed, NotNow, Stale
from addresses.actions.publication import check, may_check
from addresses.conf import CONF
from addresses.models import ChangeSet
from addresses.queries.checking import JOB, key_of
from core.actions.jobs import enqueue
from core.models import Job
from core.rules.handlers import Payload, Progress


def check_soon(change_set: ChangeSet, *, viewer: Viewer, now: datetime) -> dict[str, Any] | None:
    """The report (see `publication.check`), or None for a set so large that a worker looks at it:
    `queries.checking` says when it has. Raises NotNow and NotAllowed."""
    if change_set.changes.count() <= CONF.checked_at_once or viewer.user_id is None:
        return check(change_set, viewer=viewer, now=now)
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    may_check(change_set, viewer)
    payload = {
        "change_set": change_set.pk,
        "version": change_set.version,
        "user": viewer.user_id,
        "language": translation.get_language() or "",
    }
    job = enqueue(name=JOB, payload=payload, key=key_of(change_set))
    # Checked before in this version: the register may have changed since.
    Job.objects.filter(pk=job.pk).exclude(state__in=(Job.State.WAITING, Job.State.RUNNING)).update(
        state=Job.State.WAITING, due_at=now, attempt=0, error="", finished_at=None, payload=payload
    )
    return None


def work(payload: Payload, progress: Progress, *, now: datetime) -> Payload:
    """The job's work. A draft that somebody changed meanwhile is left alone."""
    change_set = ChangeSet.objects.filter(pk=payload["change_set"]).first()
    user = User.objects.filter(pk=payload["user"]).first()
    if change_set is None or change_set.version != payload["version"]:
        return {"outcome": "changed"}
    progress(0.1)
    try:
        with translation.override(payload["language"] or None):
            report = check(change_set, viewer=viewer_of(user), now=now)
    except (Stale, NotNow, NotAllowed) as error:
        return {"outcome": type(error).__name__}
    return {"outcome": "checked", "problems": len(report["problems"])}
