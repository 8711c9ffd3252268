"""What may be kept as the evidence of a change: by its first bytes, never by its name."""

import re

from addresses.conf import CONF

# The first bytes of each kind, and the endings that go with it; the first one is ours.
_KINDS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (b"%PDF-", ("pdf",)),
    (b"\xff\xd8\xff", ("jpg", "jpeg")),
    (b"\x89PNG\r\n\x1a\n", ("png",)),
    (b"PK\x03\x04", ("zip",)),
)
HEAD = 8  # bytes that tell the kind
KINDS = "PDF, JPEG, PNG, ZIP"
ENDINGS = ",".join(f".{ending}" for _head, endings in _KINDS for ending in endings)
MEGABYTES = CONF.evidence_bytes // 1024**2
_NAME_MAX = 120
# Separators of folders, control characters, and marks that turn the direction of writing.
_UNFIT = re.compile('[\x00-\x1f\x7f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069"<>|:*?]')


def endings(head: bytes) -> tuple[str, ...]:
    """The endings of a file that begins like this; none if it is no evidence."""
    return next((found for start, found in _KINDS if head.startswith(start)), ())


def named(name: str, fitting: tuple[str, ...]) -> str:
    """The name under which it is offered for download: no folders, and an ending that is true."""
    bare = _UNFIT.sub("", re.split(r"[/\\]", name)[-1]).strip(" .") or "evidence"
    stem, dot, ending = bare.rpartition(".")
    if dot and stem and ending.lower() in fitting:
        return f"{stem[:_NAME_MAX]}.{ending.lower()}"
    return f"{bare[:_NAME_MAX]}.{fitting[0]}"
