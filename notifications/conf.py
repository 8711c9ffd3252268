"""Figures of this room."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Conf:
    subscriptions_most: int = 20  # of one person or client
    # Tries of one message: after 1, 2, 4 … minutes, then each day; the last comes after some days.
    tries: int = 12
    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(days=1)
    # Nobody has taken anything for so long and letters are dead: the subscription is switched off.
    silent: timedelta = timedelta(days=7)
    kept: timedelta = timedelta(days=30)
    # One run of the worker.
    gathered: int = 500  # of one subscription and topic
    sent: int = 200
    sent_of_one: int = 20
    at_once: int = 10
    claimed: timedelta = timedelta(minutes=10)
    # Two secrets sign for so long after a rotation.
    overlap: timedelta = timedelta(days=1)
    overlap_most: timedelta = timedelta(days=30)
    replay_most: int = 10_000  # numbers
    # SMS.
    sms_seconds: float = 20.0  # until a gateway has answered
    sms_parts: int = 10  # of one text, at most; each is paid for
    sms_told: timedelta = timedelta(days=4)  # for so long a gateway tells what became of one


CONF = Conf()
