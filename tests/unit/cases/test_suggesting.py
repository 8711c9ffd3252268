"""The learned suggestion: features, a model that is written and read, what it says of itself."""

from collections import Counter

import numpy as np
import pytest

from cases.suggesting.features import counts, weigh, words_of
from cases.suggesting.model import TypeModel
from cases.suggesting.training import cross_validated, fit, measure, measured

ABOUT = {
    "cop": ["çöpler alınmıyor", "konteyner taşmış çöp kokuyor", "çöp kamyonu gelmedi"],
    "su": ["su akmıyor", "borudan su sızıyor", "sular kesik", "musluktan su gelmiyor"],
    "yol": ["yolda çukur var", "asfalt bozuk", "kaldırım taşı kırık", "yol çöktü"],
}
WHERE = ["bizim sokakta", "okulun önünde", "üç gündür", "mahallede", "yine", "lütfen bakın", ""]


def texts() -> tuple[list[str], list[str]]:
    rows = [
        (f"{a} {text} {b}".strip(), code)
        for a in WHERE
        for b in WHERE
        for code, some in ABOUT.items()
        for text in some
    ]
    np.random.default_rng(1).shuffle(rows)  # type: ignore[arg-type]
    return [r[0] for r in rows], [r[1] for r in rows]


def test_words_are_folded_and_figures_left_out():
    assert words_of("ÇÖP 14. Sokak'ta") == words_of("çöp sokak'ta")


def test_words_and_pieces_have_length_one_each():
    found = counts("çöpler alınmıyor")
    weighed = weigh(found, dict.fromkeys(found, 1.5))
    for kind in "wc":
        assert sum(v * v for n, v in weighed.items() if n[0] == kind) == pytest.approx(1)
    assert weigh(Counter(), {"w cop": 1.0}) == {}


@pytest.fixture(scope="module")
def model() -> TypeModel:
    return fit(*texts())


def test_it_knows_what_it_has_learned_and_says_why(model: TypeModel):
    best = model.suggest("Sokağımızda ÇÖPLER alınmıyor")[0]
    assert best.code == "cop" and best.sureness > 0.5
    assert "copler" in best.because
    assert model.suggest("musluktan sular akmıyor")[0].code == "su"


def test_chances_are_chances(model: TypeModel):
    chances = model.chances("yolda su var")
    assert chances.sum() == pytest.approx(1) and (chances >= 0).all()


@pytest.mark.parametrize("text", ["", "   ", "12345", "🗑️", "שלום", "\x00", "qqqq zzzz"])
def test_what_it_has_never_heard_suggests_nothing(model: TypeModel, text: str):
    assert model.suggest(text) == []


def test_a_file_gives_the_same_model(model: TypeModel, tmp_path):
    model.save(tmp_path / "m.npz")
    again = TypeModel.load(tmp_path / "m.npz")
    for text in ("çöp kokuyor", "asfalt", "su"):
        assert np.allclose(again.scores(text), model.scores(text))
        assert again.suggest(text) == model.suggest(text)


def test_a_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "m.npz"
    path.write_bytes(b"no model")
    with pytest.raises((OSError, ValueError)):
        TypeModel.load(path)


def test_it_is_measured_on_what_it_has_not_seen():
    some, types = texts()
    found = measure(fit(some[:300], types[:300]), some[300:], types[300:])
    assert found.texts == len(some) - 300
    assert found.accuracy > 0.95 and found.macro_f1 > 0.95
    assert cross_validated(some, types, folds=3).macro_f1 > 0.95


def test_two_types_are_enough_and_one_is_not():
    some, types = texts()
    two = [(t, c) for t, c in zip(some, types, strict=True) if c != "yol"]
    assert set(fit([t for t, _c in two], [c for _t, c in two]).classes) == {"cop", "su"}
    with pytest.raises(ValueError, match="two types"):
        fit(["a", "b"], ["x", "x"])


def test_the_figures_are_what_they_say():
    found = measured(["a", "a", "b", "b"], np.array([0.9, 0.9, 0.6, 0.2]), ["a", "b", "b", "a"])
    assert (found.accuracy, found.dont_know) == (0.5, 0.25)
    assert found.sure_right == pytest.approx(2 / 3)
    assert found.calibration_error == pytest.approx(0.4 * 0.5 + 0.4 * 0.25 + 0.2 * 0.25)
