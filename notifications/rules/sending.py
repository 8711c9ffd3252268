"""Whose gateway sends an SMS, and why a message did not leave."""

from typing import NamedTuple


class Account(NamedTuple):
    """Where, as whom, and which sender the telephone shows."""

    host: str
    port: int | None
    user: str
    password: str
    sender: str
    tls: bool = False


class Unsent(Exception):
    """The text says why, and names nobody. `final`: another try cannot help. `alone`: others may go all the same;
    otherwise the server itself is at fault, and is left in peace until the next run."""

    def __init__(self, reason: str, *, final: bool, alone: bool = True) -> None:
        super().__init__(reason)
        self.final = final
        self.alone = alone


class NotConfigured(Unsent):
    """Messages of this transport leave nowhere."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, final=True)


def unsure(reason: str) -> Unsent:
    """The text went out and nobody said that it was taken. A second SMS costs and disturbs: one that
    may have arrived is not sent again."""
    words = f"No answer ({reason}): it may have been sent, so it is not sent again."
    return Unsent(words, final=True, alone=False)
