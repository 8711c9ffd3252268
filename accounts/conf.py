"""Figures of this room."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Conf:
    # Known keys are kept so long by a process: a revoked one may live on for it, not longer.
    known_seconds: float = 5.0
    known_most: int = 10_000
    # What a new client may have where the city gave its organisation nothing else.
    rate_per_minute: int = 300
    burst: int = 60
    daily_quota: int = 50_000
    # Most that the city can give.
    rate_most: int = 60_000
    quota_most: int = 100_000_000
    # Open data without a key, by address; and a person's key.
    open_per_minute: int = 120
    open_burst: int = 60
    person_per_minute: int = 600
    person_burst: int = 120
    # Keys and tokens.
    key_days: int = 365
    key_days_most: int = 730
    overlap_days_most: int = 30
    keys_most: int = 10  # living ones of a client
    clients_most: int = 50  # of an organisation
    token_seconds: int = 900
    notice_days: tuple[int, ...] = (30, 7, 1)
    usage_days: int = 30


CONF = Conf()
