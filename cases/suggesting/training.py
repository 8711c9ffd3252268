"""Fits a model to texts of known type, and measures it on texts that it has not seen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from cases.suggesting.features import counts, weigh
from cases.suggesting.model import SURE, TypeModel, softmax

Floats = NDArray[np.float64]
_FEATURES_MAX = 40_000
_FEW = 2  # a feature of fewer texts is chance
_STRENGTH = 1.0
# The last part of the training texts tells how sure the scores may be.
_CALIBRATION = 0.1
_BINS = 10


@dataclass(frozen=True)
class Measured:
    """On unseen texts. `calibration_error` is the mean gap between a chance and how often it came
    true; of those that the model is sure of, `sure_right` are right."""

    texts: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    dont_know: float
    sure_right: float

    def as_json(self) -> dict[str, Any]:
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def fit(texts: Sequence[str], types: Sequence[str]) -> TypeModel:
    """A calibrated model. The texts are in order of time: the last ones calibrate. Raises ValueError
    for fewer than two types."""
    if len(set(types)) < 2:
        raise ValueError("a model needs two types at least")
    cut = max(1, int(len(texts) * (1 - _CALIBRATION)))
    rough = _fitted(texts[:cut], types[:cut], 1.0)
    known = [i for i in range(cut, len(texts)) if types[i] in set(rough.classes)]
    temperature = _temperature(rough, [texts[i] for i in known], [types[i] for i in known])
    return _fitted(texts, types, temperature)


def _fitted(texts: Sequence[str], types: Sequence[str], temperature: float) -> TypeModel:
    found = [counts(text) for text in texts]
    in_texts = Counter(name for one in found for name in one)
    common = [n for n, count in in_texts.most_common(_FEATURES_MAX) if count >= _FEW]
    # As smooth as the usual definition: a feature of every text keeps a weight.
    idf = {n: float(np.log((1 + len(texts)) / (1 + in_texts[n])) + 1) for n in common}
    classes = sorted(set(types))
    if len(classes) < 2:
        raise ValueError("a model needs two types at least")
    seen, truth = _matrix(found, idf), np.array([classes.index(t) for t in types])
    plain, lifted = _plain(seen, truth), _lifted(seen, truth)
    weights, intercept = ((a + b) / 2 for a, b in zip(plain, lifted, strict=True))
    return TypeModel(
        classes, idf, weights.astype(np.float16), intercept.astype(np.float32), temperature
    )


# Seldom types count as much as common ones.
def _machine() -> LinearSVC:
    return LinearSVC(C=_STRENGTH, class_weight="balanced", random_state=0)


def _plain(seen: csr_matrix, truth: NDArray[np.int_]) -> tuple[Floats, Floats]:
    """Weights (features, types) and intercepts (types,) of a linear machine."""
    model = _machine().fit(seen, truth)
    weights, intercept = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # one line parts two
        weights, intercept = np.hstack([-weights, weights]), np.array([-intercept[0], intercept[0]])
    return weights, intercept


def _lifted(seen: csr_matrix, truth: NDArray[np.int_]) -> tuple[Floats, Floats]:
    """The same of one whose features are lifted by how much oftener a type's texts have them than others:
    the log-ratio of naive Bayes (Wang and Manning 2012). It errs where the plain one does not."""
    types = int(truth.max()) + 1
    weights, intercept = np.empty((seen.shape[1], types)), np.empty(types)
    has = seen.astype(bool).astype(np.float32)
    for at in range(types):
        own = truth == at
        share = [(has[part].sum(axis=0).A1 + 1) / (part.sum() + 2) for part in (own, ~own)]
        ratio = np.log(share[0]) - np.log(share[1])
        ratio /= np.abs(ratio).mean() + 1e-9
        model = _machine().fit(seen @ diags(ratio), own)
        weights[:, at], intercept[at] = ratio * model.coef_[0], model.intercept_[0]
    return weights, intercept


def _matrix(found: Sequence[Counter[str]], idf: dict[str, float]) -> csr_matrix:
    column = {name: i for i, name in enumerate(idf)}
    rows, columns, values = [], [], []
    for row, one in enumerate(found):
        for name, value in weigh(one, idf).items():
            rows.append(row)
            columns.append(column[name])
            values.append(value)
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(idf)), dtype=np.float32)


def _temperature(model: TypeModel, texts: Sequence[str], types: Sequence[str]) -> float:
    """What the scores are divided by, so that chances come true as often as they say."""
    if not texts:
        return 1.0
    scores = np.array([model.scores(text) for text in texts], dtype=np.float64)
    truth = np.array([model.classes.index(t) for t in types])

    def surprise(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))
        return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-4, 3), method="bounded").x))


def measure(model: TypeModel, texts: Sequence[str], types: Sequence[str]) -> Measured:
    """How the model does on texts that it was not fitted to."""
    chances = np.array([model.chances(text) for text in texts])
    return measured([model.classes[i] for i in chances.argmax(axis=1)], chances.max(axis=1), types)


def measured(
    guessed: Sequence[str], sureness: NDArray[np.float64], types: Sequence[str]
) -> Measured:
    right = np.array([g == t for g, t in zip(guessed, types, strict=True)])
    sure = sureness >= SURE
    bins = np.minimum((sureness * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(sureness[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    return Measured(
        texts=len(types),
        accuracy=float(right.mean()),
        macro_f1=float(f1_score(types, guessed, average="macro", zero_division=0)),
        calibration_error=float(sum(gaps)),
        dont_know=float(1 - sure.mean()),
        sure_right=float(right[sure].mean()) if sure.any() else 0.0,
    )


def cross_validated(texts: Sequence[str], types: Sequence[str], *, folds: int = 5) -> Measured:
    """For texts without a time: every one is guessed by a model that has not seen it."""
    guessed, sureness = [""] * len(texts), np.zeros(len(texts))
    split = StratifiedKFold(folds, shuffle=True, random_state=0)
    for seen, unseen in split.split(texts, types):
        np.random.default_rng(0).shuffle(seen)
        model = fit([texts[i] for i in seen], [types[i] for i in seen])
        for i in unseen:
            chances = model.chances(texts[i])
            guessed[i], sureness[i] = model.classes[int(chances.argmax())], float(chances.max())
    return measured(guessed, sureness, types)
