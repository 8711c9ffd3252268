"""A trained model: what it suggests, how sure it is, and which words counted."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cases.suggesting.features import counts, features, weigh, words_of

_REASONS = 4
SURE = 0.5  # a less likely suggestion is left to a person: "don't know"


@dataclass(frozen=True)
class Suggested:
    """`sureness` is a calibrated chance, 0 to 1; `because` the words that counted most."""

    code: str
    sureness: float
    because: tuple[str, ...] = ()


class TypeModel:
    """Linear in the features of a text. Cost of a suggestion grows with its length."""

    def __init__(
        self,
        classes: Sequence[str],
        idf: dict[str, float],
        weights: NDArray[np.float16],
        intercept: NDArray[np.float32],
        temperature: float,
    ) -> None:
        """`weights` is (features, classes), in the order of `idf`."""
        self.classes = list(classes)
        self.idf = idf
        self._weights, self._intercept = weights, intercept
        self._temperature = temperature
        self._row = {name: i for i, name in enumerate(idf)}

    def scores(self, text: str) -> NDArray[np.float32]:
        """What speaks for each class (classes,), before it is made a chance."""
        return self._scores(weigh(counts(text), self.idf))

    def _scores(self, weighed: dict[str, float]) -> NDArray[np.float32]:
        if not weighed:
            return self._intercept.copy()
        rows = self._weights[[self._row[name] for name in weighed]].astype(np.float32)
        values = np.fromiter(weighed.values(), np.float32, len(weighed))
        return np.asarray(values @ rows + self._intercept, dtype=np.float32)

    def chances(self, text: str) -> NDArray[np.float64]:
        """The calibrated chance of each class (classes,)."""
        return self._chances(self.scores(text))

    def _chances(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        return softmax(scores.astype(np.float64) / self._temperature)

    def suggest(self, text: str, limit: int = 5) -> list[Suggested]:
        """The likeliest types, best first; the best one with its reasons. Nothing for a text that
        has no word that the model knows."""
        weighed = weigh(counts(text), self.idf)
        if not weighed:
            return []
        chances = self._chances(self._scores(weighed))
        best = np.argsort(-chances)[:limit]
        return [
            Suggested(
                self.classes[i],
                float(chances[i]),
                self._because(text, weighed, int(i)) if n == 0 else (),
            )
            for n, i in enumerate(best)
        ]

    def _because(self, text: str, weighed: dict[str, float], chosen: int) -> tuple[str, ...]:
        """The words whose features spoke most for a class, against the mean of all."""
        words = words_of(text)
        said: dict[str, float] = defaultdict(float)
        for name, places in features(words):
            if name in weighed:
                row = self._weights[self._row[name]].astype(np.float32)
                share = weighed[name] * float(row[chosen] - row.mean()) / len(places)
                for place in places:
                    said[words[place]] += share
        ranked = sorted(said.items(), key=lambda item: -item[1])
        return tuple(word for word, value in ranked[:_REASONS] if value > 0)

    def save(self, path: Path) -> None:
        head = {"classes": self.classes, "temperature": self._temperature}
        np.savez_compressed(
            path,
            head=np.array(json.dumps(head)),
            names=np.array(list(self.idf)),
            idf=np.array(list(self.idf.values()), dtype=np.float32),
            weights=self._weights,
            intercept=self._intercept,
        )

    @classmethod
    def load(cls, path: Path) -> "TypeModel":
        """Reads what `save` wrote. Raises OSError and ValueError for a file that is none."""
        with np.load(path, allow_pickle=False) as file:
            head: dict[str, Any] = json.loads(str(file["head"]))
            idf = dict(zip(file["names"].tolist(), file["idf"].tolist(), strict=True))
            return cls(
                head["classes"], idf, file["weights"], file["intercept"], head["temperature"]
            )


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances out of scores, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
