"""How likely two cases tell of the same thing: four shares whose sum anybody can check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# What each agreement is worth at its best; together 1.
PLACE, TYPE, TIME, WORDS = 0.40, 0.25, 0.10, 0.25
_SAME_GROUP = 0.6  # of TYPE
_STEM = 5  # Turkish words are compared by their beginnings: konteyneri, konteynerler
_LEAST = 3


@dataclass(frozen=True)
class Told:
    """What is compared of a case. `words` are its folded text without its number and its place."""

    type: int | None
    group: int | None
    opened_at: datetime
    words: str


@dataclass(frozen=True)
class Likeness:
    """`score` is 0 to 1, the sum of the four shares. `common` are words that both have."""

    place: float
    type: float
    time: float
    words: float
    metres: float
    days: int
    same_type: bool
    same_group: bool
    common: tuple[str, ...]

    @property
    def score(self) -> float:
        return self.place + self.type + self.time + self.words


def compare(a: Told, b: Told, metres: float, *, within_m: float, within_days: float) -> Likeness:
    """`metres` apart; at `within_m` metres or `within_days` days nothing is left of the share."""
    same_type = a.type is not None and a.type == b.type
    same_group = a.group is not None and a.group == b.group
    days = abs((a.opened_at - b.opened_at).total_seconds()) / 86_400
    ours, theirs = stems(a.words), stems(b.words)
    both = [stem for stem in ours if stem in theirs]
    share = 2 * len(both) / (len(ours) + len(theirs)) if both else 0.0
    return Likeness(
        place=PLACE * max(0.0, 1 - metres / within_m),
        type=TYPE * (1.0 if same_type else _SAME_GROUP if same_group else 0.0),
        time=TIME * max(0.0, 1 - days / within_days),
        words=WORDS * share,
        metres=metres,
        days=round(days),
        same_type=same_type,
        same_group=same_group,
        common=tuple(ours[stem] for stem in both),
    )


def stems(text: str) -> dict[str, str]:
    """Beginning → word, of the words of a folded text that say something; numbers do not."""
    words = (w for w in text.split() if len(w) >= _LEAST and not w[0].isdigit())
    return {w[:_STEM]: w for w in words}


def without(text: str, others: Iterable[str]) -> str:
    """A folded text without the words of other folded texts: what is left besides number and place."""
    gone = {w for other in others for w in other.split()}
    return " ".join(w for w in text.split() if w not in gone)
