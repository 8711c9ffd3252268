"""What layers check their filters with. Each gives the value that a text means, or raises ValueError."""

import re
from collections.abc import Callable
from datetime import date


def yes(text: str) -> bool:
    """`1`: a filter that is there or not."""
    if text != "1":
        raise ValueError(text)
    return True


def number(text: str) -> int:
    """An id, or another whole number."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


def day(text: str) -> date:
    """A day as YYYY-MM-DD, of this century or the last."""
    # Of the forms that ISO 8601 has, the one that everybody reads; of days, those that one can count on from.
    if not re.fullmatch(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words."""

    def check(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return check
