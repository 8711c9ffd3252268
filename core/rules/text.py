"""The one normaliser: every search key, at write time and at query time, is made here.

Python and PostgreSQL disagree about the Turkish İ, ı, I and i, browsers lower-case İ to two code
points, and files arrive mis-decoded. A key is therefore always made by `fold` and stored beside
the text; Turkish text is never compared in any other way.
"""

import re
import unicodedata

_LETTERS = "çğıöşüÇĞİÖŞÜ"
# Text in windows-1254 that was read as latin-1.
_MISREAD_1254 = str.maketrans("ýþðÝÞÐ", "ışğİŞĞ")


def _misread_utf8() -> dict[str, str]:
    """UTF-8 bytes of Turkish letters as they look when read by a one-byte encoding."""
    table: dict[str, str] = {}
    for letter in _LETTERS:
        for encoding in ("cp1254", "cp1252", "latin-1"):
            try:
                table[letter.encode().decode(encoding)] = letter
            except UnicodeDecodeError:
                continue
    return table


_UTF8 = _misread_utf8()
_UTF8_PATTERN = re.compile("|".join(map(re.escape, sorted(_UTF8, key=len, reverse=True))))
_UTF8_SIGNS = frozenset("ÃÄÅ")
_FOLD = str.maketrans(
    "ıİIşŞğĞçÇöÖüÜâÂîÎûÛ’‘`´",
    "iiissggccoouuaaiiuu''''",
)
_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_PLACES = {
    letter: 256 + place for place, letter in enumerate("aâbcçdefgğhıiîjklmnoöpqrsştuüûvwxyz")
}
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def upper(text: str) -> str:
    """Upper case by Turkish rules (i → İ, ı → I)."""
    return text.translate(_UPPER).upper()


def lower(text: str) -> str:
    """Lower case by Turkish rules (I → ı, İ → i)."""
    return text.translate(_LOWER).lower()


def in_order(text: str) -> tuple[int, ...]:
    """A key for sorting what people read by the Turkish alphabet: Ç after C, not after Z."""
    return tuple(_PLACES.get(letter, ord(letter)) for letter in lower(text))


def title(text: str) -> str:
    """Each word capitalised by Turkish rules: `HASAN BASRİ ÇANTAY` → `Hasan Basri Çantay`."""
    return re.sub(r"[^\W\d_]+", lambda m: upper(m[0][:1]) + lower(m[0][1:]), text)


def repair(text: str) -> str:
    """Composes decomposed letters and undoes the usual mis-decodings of Turkish text."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if not _UTF8_SIGNS.isdisjoint(text):
        text = _UTF8_PATTERN.sub(lambda m: _UTF8[m[0]], text)
    return text.translate(_MISREAD_1254)


def fold(text: str) -> str:
    """One ASCII-like key for every casing, diacritic, normalisation and mis-decoding of a text.

    Punctuation and blanks are kept: parsers need them. Use `key` for names that are compared.
    """
    if text.isascii():
        return text.replace("`", "'").lower()
    text = unicodedata.normalize("NFKD", repair(text).translate(_FOLD))
    if text.isascii():
        return text.lower()
    # Compatibility letters (№, ™, full-width ones) decompose into capitals: lower case comes last.
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


def key(text: str) -> str:
    """The stored search key of a name: folded, punctuation as single blanks, no edges."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


# Line feeds and tabs may stay. The others turn the direction of writing, or are no letters at all.
_MARKS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def unmarked(text: str) -> str:
    """What somebody wrote, without characters that make it look like something else."""
    return _MARKS.sub("", text)


def is_uid(text: str | None) -> bool:
    """Whether it can be the uid of a record, with or without dashes."""
    digits = (text or "").replace("-", "").lower()
    return len(digits) == 32 and all(c in "0123456789abcdef" for c in digits)
