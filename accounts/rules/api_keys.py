"""What a key looks like, and what of it is kept."""

import hashlib
import secrets

PREFIX = "vip_"  # by which those who look for leaked secrets know it
_LENGTH_MAX = 100


def new_key() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """A key has 256 bits of chance: nobody finds it from a plain hash."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def looks_like_key(text: str) -> bool:
    return text.startswith(PREFIX) and len(text) <= _LENGTH_MAX and text.isascii()
