"""Recurring work of this room."""

from datetime import timedelta

from core.rules.handlers import Payload, Progress, job
from tiles.actions.versions import move_left_behind


@job("tiles.move_left_behind", every=timedelta(seconds=30), attempts=1)
def move_what_was_left_behind(payload: Payload, progress: Progress) -> Payload:
    """Versions of changes that were committed by a process that did not live to move them."""
    return {"changes": move_left_behind()}
