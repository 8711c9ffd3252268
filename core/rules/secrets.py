"""Personal data at rest: authenticated encryption, and a blind index to find an exact value by.

Pure functions over a key of 32 random bytes (base64url). The blind index is an HMAC under a key
derived from the same secret, so that equal values can be found without being readable.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()


def encrypt(secret: str, text: str) -> str:
    """Ciphertext as URL-safe text."""
    return (
        Fernet(base64.urlsafe_b64encode(_derived(secret, "encrypt")))
        .encrypt(text.encode())
        .decode()
    )


def decrypt(secret: str, ciphertext: str, *, seconds: int | None = None) -> str:
    """The text again. Raises `cryptography.fernet.InvalidToken` for another key, altered data, or what
    is older than `seconds` (None: it holds for ever)."""
    return (
        Fernet(base64.urlsafe_b64encode(_derived(secret, "encrypt")))
        .decrypt(ciphertext.encode(), ttl=seconds)
        .decode()
    )


def blind_index(secret: str, text: str) -> str:
    """64 hexadecimal digits, equal for equal texts under one key."""
    return hmac.new(_derived(secret, "index"), text.encode(), hashlib.sha256).hexdigest()
