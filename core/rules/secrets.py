"""Personal data at rest: authenticated encryption, and a blind index to find an exact value by.

Pure functions over a key of 32 random bytes (base64url). The blind index is an HMAC under a key
derived from the same secret, so that equal values can be found without being readable.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


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


def veiled(secret: str, purpose: str, numbers: Iterable[int]) -> list[str]:
    """For each number 32 hexadecimal digits that lead nowhere without the secret; the same under one purpose."""
    blocks = b"".join(n.to_bytes(8, "big") + bytes(8) for n in numbers)
    sealed = _cipher(secret, purpose).encryptor().update(blocks).hex()
    return [sealed[i : i + 32] for i in range(0, len(sealed), 32)]


def unveiled(secret: str, purpose: str, text: str) -> int | None:
    """The number again; None for what was not made with this secret and purpose."""
    try:
        block = bytes.fromhex(text)
    except ValueError:
        return None
    if len(block) != 16:
        return None
    plain = _cipher(secret, purpose).decryptor().update(block)
    return int.from_bytes(plain[:8], "big") if plain[8:] == bytes(8) else None


def _cipher(secret: str, purpose: str) -> Cipher[modes.ECB]:
    # One block for each number, all of them different: what makes ECB weak does not occur.
    return Cipher(algorithms.AES(_derived(secret, f"veil:{purpose}")), modes.ECB())  # noqa: S305
