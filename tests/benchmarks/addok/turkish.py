"""A sensible Turkish plug-in for addok: what a competent integrator would write in a day."""

import re
import unicodedata

from addok.helpers import yielder

_REPLACED = [
    (re.compile(pattern, re.I), by)
    for pattern, by in (
        (r"\b(?:d|da|daire|dai)\s*[:.]\s*\d+\w?\b", " "),
        (r"\bdaire\s*\d+\b", " "),
        (r"\b(?:k|kat)\s*[:.]\s*\d+\b", " "),
        (r"\b\d+\.\s*kat\b", " "),
        (r"\b(?:i[çc]|iç|IÇ|İÇ)\s*kap[ıi]\s*(?:no)?\s*:?\s*\d+\b", " "),
        (r"(?<=\d)(?=[^\W\d]{2,})", " "),
        (r"(?<=[^\W\d]{2})no(?=[\s:.]*\d)", " no "),
        (r"\b(no|numara)\s*[:.]*\s*(?=\d)", r" no "),
        (r"\bN\s*:\s*(?=\d)", " no "),
        (r"\bno(?=\d)", " no "),
        (r"\bno (\d+)\s*/\s*\d+\b", r"no \1 "),
        (r"\bno (\d+)\s*[/\-]?\s*([a-f])\b", r"no \1\2 "),
        (r"\b(\d+)\s*numara(?:l[ıi])?\b", r" no \1 "),
    )
]
_TYPES = {
    "sk",
    "sok",
    "sokak",
    "sokagi",
    "cd",
    "cad",
    "cadde",
    "caddesi",
    "bl",
    "bul",
    "blv",
    "bulv",
    "bulvar",
    "bulvari",
    "meydan",
    "meydani",
    "meyd",
    "evleri",
    "evler",
    "evl",
}
_NUMBER = re.compile(r"^\d{1,4}[a-z]?$")


def _composed(text):
    return unicodedata.normalize("NFC", text).replace("i̇", "i") if isinstance(text, str) else text


def normalize_string(pipe):
    for text in pipe:
        yield _composed(text)


@yielder
def clean_query(query):
    # addok hands over an object whose characters are folded already; str() gives the text back.
    query = _composed(str(query))
    for pattern, by in _REPLACED:
        query = pattern.sub(by, query)
    return query


def flag_housenumber(tokens):
    tokens = list(tokens)
    marked = _marked(tokens)
    for i, token in enumerate(tokens):
        if token in ("no", "numara") and marked == i + 1:
            continue
        if i == marked:
            token.kind = "housenumber"
        yield token


def _marked(tokens):
    """The place of the house number: after its mark, after a type word, else the last free one."""

    def before_type(i):
        return i + 1 < len(tokens) and tokens[i + 1] in _TYPES

    numbers = [i for i, token in enumerate(tokens) if _NUMBER.match(token)]
    for i in numbers:
        if i and tokens[i - 1] in ("no", "numara"):
            return i
    after = [i for i in numbers if i and tokens[i - 1] in _TYPES and not before_type(i)]
    if after:
        return after[-1]
    late = [i for i in numbers if i > 1]
    return late[-1] if late and not before_type(late[-1]) else None


def rewrite_query(helper):
    """Scores against the normalised query instead of the raw one."""
    from addok.helpers.text import ascii as folded

    tokens = sorted([*helper.tokens, *helper.housenumbers], key=lambda t: t.position)
    known = [t for t in tokens if t.kind == "housenumber" or t.db_key]
    helper.query = folded(" ".join(str(t) for t in (known or tokens)))


def make_labels(_helper, result):
    if result.labels:
        return
    areas = [area for area in result._rawattr("mahalle") if area] or [None]
    city, context = result.city, result.context
    number = getattr(result, "housenumber", None)
    number = re.sub(r"[^\w]", "", number) if number else None
    out = []
    for name in result._rawattr("name"):
        street = f"{name} {number}" if number else name
        for area in areas:
            for parts in (
                (area, street, city, context),
                (area, street, city),
                (area, street),
                (street, city),
                (street, city, context),
                (street,),
            ):
                known = [part for part in parts if part]
                if known:
                    out.append(" ".join(known))
    result.labels = list(dict.fromkeys(out))
