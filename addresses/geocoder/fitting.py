"""Fits the weights to texts whose right door is known, and says what that would change.

How much a candidate's value changes with a weight is found by asking again with that weight changed
a little: whatever the search does with it, the value stays what the search makes of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from addresses.geocoder.answer import Answer
from addresses.geocoder.language import load
from addresses.geocoder.names import NameIndex
from addresses.geocoder.ranking import Evidence, Found
from addresses.geocoder.register import Register
from addresses.geocoder.search import Search, search
from addresses.geocoder.tokens import readable
from addresses.geocoder.weights import LIMITS, LINEAR, in_use, trying

PRECISION = 0.998  # of the answers that are called sure
_STEP = 1e-6
_RIVALS = 4  # of a right candidate, that it is compared with
_SHARES = (1.0, 0.5, 0.25, 0.1)  # of the way from the weights in use to the fitted ones
# A weight becomes this many times smaller or larger at most: what a file lacks it cannot tell.
_FARTHEST = 2.0
_REFUSALS = 20  # texts without a door, so that they can tell when an answer is not sure
_LIMIT_STEPS = {"tie": (-0.01, 0.0, 0.01, 0.03), "sure": (-0.05, 0.0, 0.05)}
Progress = Callable[[], None]


@dataclass(frozen=True)
class Labelled:
    """A text and the door (row id) that it means; None where it means no door of the register."""

    text: str
    door: int | None


@dataclass(frozen=True)
class Outcome:
    """Shares of the texts. `sure`: of category A or B, and not ambiguous. `covered`: the largest
    share of sure answers, the surest first, of which 99.8 % are right.
    """

    right: float
    wrong: float
    sure: float
    sure_right: float
    covered: float

    def no_worse_than(self, other: "Outcome") -> bool:
        return (
            self.right >= other.right
            and self.wrong <= other.wrong
            and self.covered >= other.covered
            and self.sure_right >= min(other.sure_right, PRECISION)
        )

    @property
    def order(self) -> tuple[float, ...]:
        """Of two outcomes the one whose order is greater is better."""
        return (self.right - self.wrong, self.sure_right >= PRECISION, self.covered, self.sure)


@dataclass(frozen=True)
class Judged:
    """How one text was answered: enough to add it up with others."""

    right: bool
    wrong: bool
    sure: bool
    rank: tuple[int, float]  # the surest first


@dataclass(frozen=True)
class _Watched(Search):
    """A search that keeps the candidates that it composed its answer from."""

    seen: list[list[Found]] = field(default_factory=list)

    def _compose(self, found: list[Found], evidence: Evidence) -> Answer:
        self.seen.append(found)
        return super()._compose(found, evidence)


class Fitter:
    """Fits weights to texts about one register."""

    def __init__(self, index: NameIndex, register: Register, progress: Progress) -> None:
        self._index = index
        self._register = register
        self._progress = progress

    def judge(self, texts: Sequence[Labelled]) -> list[Judged]:
        """How the texts are answered with the weights in use."""
        return [self._judged(one) for one in texts]

    def fit(self, texts: Sequence[Labelled]) -> dict[str, float]:
        """Weights under which these texts are answered better than now; {} where none are found."""
        best: dict[str, float] = {}
        order = outcome(self.judge(texts)).order
        for tried in self._tries(texts):
            with trying(tried):
                found = outcome(self.judge(texts)).order
            if found > order:
                best, order = tried, found
        refusals = sum(one.door is None for one in texts)
        for name in LIMITS:
            if name == "sure" and refusals < _REFUSALS:
                continue
            start = in_use()[name]
            for step in _LIMIT_STEPS[name]:
                tried = {**best, name: round(start + step, 4)}
                if not step or not 0.0 < tried[name] < 1.0:
                    continue
                with trying(tried):
                    found = outcome(self.judge(texts)).order
                if found > order:
                    best, order = tried, found
        return best

    def _tries(self, texts: Sequence[Labelled]) -> Iterator[dict[str, float]]:
        """Weights on the way from those in use to those that part right from wrong best."""
        fitted = self._parted(texts)
        now = in_use()
        for share in _SHARES if fitted else ():
            yield {
                name: round(now[name] + share * (value - now[name]), 4)
                for name, value in fitted.items()
            }

    def _parted(self, texts: Sequence[Labelled]) -> dict[str, float]:
        """The weights by which right candidates lie above wrong ones most clearly (a logistic
        regression on their differences); {} where the texts do not tell.
        """
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        pairs, shares = [], []
        for one in texts:
            differences = self._differences(one)
            pairs += differences
            shares += [1 / len(differences) for _ in differences]
        if not pairs:
            return {}
        table = np.array(pairs)
        told = np.abs(table).max(axis=0) > _STEP  # weights that some pair depends on
        model = LogisticRegression(fit_intercept=False, C=10.0)
        model.fit(
            np.vstack([table, -table])[:, told],
            np.repeat([1, 0], len(table)),
            sample_weight=np.tile(shares, 2),
        )
        found = np.zeros(len(told))
        found[told] = model.coef_[0]
        now, kept = in_use(), dict[str, float]()
        rest, known_of = found[1:], told[1:]
        # What a street's own agreement is worth is the measure: 1. Where all candidates agree in it
        # the weights keep their sum.
        unit = found[0]
        if not told[0]:
            held = sum(
                abs(now[name]) for name, known in zip(LINEAR, known_of, strict=True) if known
            )
            unit = np.abs(rest).sum() / held if held else 0.0
        if unit <= 0.0:
            return {}
        for name, value, known in zip(LINEAR, rest / unit, known_of, strict=True):
            # A weight keeps its sign: a penalty that helps is chance.
            if known and value * now[name] > 0.0:
                least, most = sorted((now[name] / _FARTHEST, now[name] * _FARTHEST))
                kept[name] = float(min(max(value, least), most))
        return kept

    def _differences(self, one: Labelled) -> list[list[float]]:
        """What a right candidate has over each of its best rivals: by the street's own agreement,
        then by each of the linear weights.
        """
        self._progress()
        values = self._values(one.text)
        if one.door not in values:
            return []
        slopes: list[dict[int, float]] = []
        now = in_use()
        for name in LINEAR:
            with trying({name: now[name] + _STEP}):
                moved = self._values(one.text)
            slopes.append(
                {door: (moved[door] - v) / _STEP for door, v in values.items() if door in moved}
            )

        def told(door: int) -> list[float]:
            terms = [slope.get(door, 0.0) for slope in slopes]
            rest = sum(now[name] * term for name, term in zip(LINEAR, terms, strict=True))
            return [values[door] - rest, *terms]

        rivals = sorted((d for d in values if d != one.door), key=lambda d: -values[d])[:_RIVALS]
        mine = told(one.door)
        return [[a - b for a, b in zip(mine, told(rival), strict=True)] for rival in rivals]

    def _values(self, text: str) -> dict[int, float]:
        """The values of the candidates of a text by door; streets without one by their negative id."""
        clean = readable(text)
        values: dict[int, float] = {}
        for language in self._index.languages:
            watched = _Watched(self._index, self._register, load(language), 5, None, None)
            watched.run(clean)
            for found in watched.seen:
                for f in found:
                    door = f.door.row.address_id if f.door else None
                    key = door if door is not None else -f.ranked.document.street_id
                    values[key] = max(f.value, values.get(key, f.value))
        return values

    def _judged(self, one: Labelled) -> Judged:
        self._progress()
        answer = search(one.text, self._index, self._register)
        best = answer.best
        door = best.address_id if best is not None else None
        sure = answer.category in ("A", "B") and not answer.ambiguous
        order = "ABC".find(answer.category or " ")
        rank = (order + answer.ambiguous if order >= 0 else 9, -best.score if best else 0.0)
        return Judged(door == one.door, door not in (None, one.door), sure, rank)


def outcome(judged: Sequence[Judged]) -> Outcome:
    """The outcome of texts together; at least one."""
    count = len(judged)
    sure = [j for j in judged if j.sure]
    right, covered = 0, 0
    for place, one in enumerate(sorted(sure, key=lambda j: j.rank), 1):
        right += one.right
        if right >= PRECISION * place:
            covered = place
    return Outcome(
        right=sum(j.right for j in judged) / count,
        wrong=sum(j.wrong for j in judged) / count,
        sure=len(sure) / count,
        sure_right=sum(j.right for j in sure) / len(sure) if sure else 1.0,
        covered=covered / count,
    )


@dataclass(frozen=True)
class Fitted:
    """What cross-validation found: `before` and `after` on the same texts, each answered under
    weights that were fitted without it; `weights` are those of all texts.
    """

    before: Outcome
    after: Outcome
    weights: Mapping[str, float]


def cross_validated(fitter: Fitter, texts: Sequence[Labelled], folds: int, seed: int) -> Fitted:
    """Fits with one fold of the doors left out at a time, then to all texts. A door's texts are all
    in one fold, texts without a door each in any. Raises ValueError where there are fewer doors than
    folds.
    """
    from sklearn.model_selection import GroupKFold

    groups = [one.door or -place for place, one in enumerate(texts, 1)]
    doors = len({one.door for one in texts if one.door is not None})
    if doors < folds:
        raise ValueError(
            _("%(doors)s doors are too few for %(folds)s folds.") % {"doors": doors, "folds": folds}
        )
    before = outcome(fitter.judge(texts))
    judged: list[Judged] = []
    parting = GroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    for learn, test in parting.split(texts, groups=groups):
        figures = fitter.fit([texts[i] for i in learn])
        with trying(figures):
            judged += fitter.judge([texts[i] for i in test])
    return Fitted(before, outcome(judged), fitter.fit(texts))
