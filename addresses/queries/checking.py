"""Whether a worker is looking at a draft."""

from addresses.models import ChangeSet
from core.models import Job

JOB = "addresses.check_draft"


def key_of(change_set: ChangeSet) -> str:
    """One job for each version of a draft."""
    return f"{JOB}:{change_set.pk}:{change_set.version}"


def is_being_checked(change_set: ChangeSet) -> bool:
    """Whether its present version waits for a worker, or one has begun."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(key=key_of(change_set), state__in=states).exists()
