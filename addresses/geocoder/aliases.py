"""The form in which taught words are kept and compared."""

from addresses.geocoder.language import Pack
from addresses.geocoder.tokens import MARK, cut, readable

_LEAST = 2  # one word alone ("ev") would be everybody's
_LONGEST = 300


def key_of(text: str, pack: Pack) -> str:
    """The words and numbers of a text in their order, without marks and noise; "" if they are too
    few or too many to stand for one door.
    """
    words = [t.text for t in cut(readable(text)) if t.kind != MARK and t.text not in pack.noise]
    key = " ".join(words)
    return key if len(words) >= _LEAST and len(key) <= _LONGEST else ""
