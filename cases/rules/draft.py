"""What somebody wants to report, before it is a case. Every channel ends in one of these."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# No sign that would make a mail server see several addresses or a name beside the address.
_PART = r"[^@\s,;:<>()\[\]\"\\\x00-\x1f\x7f-\x9f.]+"
_EMAIL = re.compile(
    rf"(?=[^@]{{1,64}}@){_PART}(?:\.{_PART})*@{_PART}(?:\.{_PART})*\.[^\W_][\w-]*[^\W_]"
)


@dataclass(frozen=True)
class Contact:
    full_name: str = ""
    phone: str = ""  # E.164 once it is checked
    email: str = ""
    language: str = ""  # in which to write to them, of settings.LANGUAGES; empty: not said

    @property
    def anonymous(self) -> bool:
        return not (self.phone or self.email or self.full_name)


@dataclass(frozen=True)
class Draft:
    """`lon`/`lat` in EPSG:4326; `external_id` is the sender's own id or an idempotency key.

    `answers` answer the questions of `request_type`, by name. `suggested` says that the type was a
    suggestion to which the sender agreed. Who cannot be `asked`, such as a file, need not answer.
    """

    description: str
    channel: str
    external_id: str
    place_text: str = ""
    lon: float | None = None
    lat: float | None = None
    address_id: int | None = None  # a door that the sender chose from a list
    request_type: str = ""
    kind: str = ""
    contact: Contact = Contact()
    opened_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    suggested: bool = False
    asked: bool = True


def looks_like_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))
