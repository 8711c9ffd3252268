"""Takes from free text what names or reaches a person, as far as rules can find it. Pure."""

import re

_MARK = "•••"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_IBAN = re.compile(r"\bTR\s?\d{2}(\s?\d){22}\b", re.IGNORECASE)
# A Turkish telephone number however it is spaced, and a national number of eleven digits.
_PHONE = re.compile(
    r"(?<![\d/])(\+\s?90|0090|0)?[\s./()-]*[2-58]\d{2}[\s./()-]*\d{3}[\s./-]*\d{2}[\s./-]*\d{2}(?!\d)"
)
_NATIONAL_ID = re.compile(r"(?<!\d)[1-9]\d{10}(?!\d)")
# "adım Ayşe Yılmaz", "ismim …": the words that follow and begin with a capital.
_NAME = re.compile(
    r"\b((?:benim\s+)?(?:adım|ismim|ad[ıi]\s*soyad[ıi]m?)\s*:?\s+)([A-ZÇĞİÖŞÜ]\w+(?:\s+[A-ZÇĞİÖŞÜ]\w+){0,2})",
    re.IGNORECASE,
)


def scrubbed(text: str) -> str:
    """The text with telephone numbers, e-mail addresses, national and account numbers, and names
    that introduce themselves, replaced by dots. Names that stand by themselves are not found."""
    for pattern in (_EMAIL, _IBAN, _NATIONAL_ID, _PHONE):
        text = pattern.sub(_MARK, text)
    return _NAME.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    """The key word may be written in any case; a name begins with a capital."""
    words = found[2].split()
    named = []
    for word in words:
        if not word[0].isupper():
            break
        named.append(word)
    if not named:
        return found[0]
    rest = found[2].split()[len(named) :]
    return found[1] + " ".join([_MARK, *rest])
