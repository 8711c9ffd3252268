"""An SMS as telephones take it: GSM 03.38 where its letters suffice, else UCS-2; long ones in parts.

The library's own splitting may cut through a letter of two codes, and takes the grave accent for
another sign; this one keeps letters whole.
"""

from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberType
from smpplib.consts import SMPP_ENCODING_DEFAULT as GSM
from smpplib.consts import SMPP_ENCODING_ISO10646 as UCS2
from smpplib.gsm import gsm_encode

# Octets of a text in one piece, and of a part behind its header.
_ROOM = {GSM: (160, 153), UCS2: (140, 134)}
_NO_GSM = frozenset("`\x1b")  # what `gsm_encode` takes for something else
_MOBILE = frozenset([PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE])


def mobile_region(number: str) -> str:
    """The country (ISO 3166) of a number in E.164 that may be a mobile telephone's; else empty."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.number_type(parsed) not in _MOBILE:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""


def parts_of(text: str, reference: int) -> tuple[int, list[bytes]]:
    """The coding and the octets of each part. Parts of one `reference` belong together on the telephone:
    sent again under it, they make one text again."""
    coding, letters = _letters(text)
    whole, room = _ROOM[coding]
    if sum(map(len, letters)) <= whole:
        return coding, [b"".join(letters)]
    bodies = list(_filled(letters, room))
    header = bytes([5, 0, 3, reference % 256, len(bodies) % 256])
    return coding, [header + bytes([n % 256]) + body for n, body in enumerate(bodies, 1)]


def _letters(text: str) -> tuple[int, list[bytes]]:
    if not _NO_GSM & set(text):
        try:
            return GSM, [gsm_encode(letter) for letter in text]
        except UnicodeError:
            pass
    return UCS2, [letter.encode("utf-16-be", "replace") for letter in text]


def _filled(letters: list[bytes], room: int) -> Iterator[bytes]:
    part = b""
    for letter in letters:
        if len(part) + len(letter) > room:
            yield part
            part = b""
        part += letter
    yield part
