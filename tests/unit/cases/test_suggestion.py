"""The type that a text speaks of."""

import pytest

from cases.rules.suggestion import TypeSuggester, words

CATALOGUE = {
    "cop": ["çöp alınm", "cop"],
    "konteyner": ["konteyner", "konteyner kirik"],
    "cukur": ["cukur", "yol bozuk"],
    "su": ["su", "su patla"],
    "kopek": ["kopek"],
    "kapak": ["kapağ"],
}
SUGGESTER = TypeSuggester(CATALOGUE)


def best(text: str) -> str | None:
    found = SUGGESTER.suggest(text)
    return found[0].code if found else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor", "cop"),
        ("ÇÖP ALINMIYOR", "cop"),
        ("ÇÖPLERİMİZ ALINMIYOR", "cop"),
        ("copler alinmamis", "cop"),
        ("copler", None),  # alone, the short stem `cop` must be the whole word
        ("Konteynerin kapağı kırık", "konteyner"),
        ("yolda ÇUKURLAR var", "cukur"),
        ("yolumuz çok bozuk", "cukur"),  # beside another word a short stem is enough
        ("yol çok bozuk", "cukur"),
        ("yolumuz", None),
        ("ana boruda su patladı", "su"),
        ("şube kapalı", None),
        ("kopeklerden korkuyoruz", "kopek"),
        ("KÖPEKLERDEN", "kopek"),
        ("başıboş köpeği alın", "kopek"),  # k becomes ğ before an ending
        ("kapaklar açık", "kapak"),  # a keyword that ends softly finds the hard one
        ("kapağı açık", "kapak"),
        ("merhaba", None),
        ("", None),
    ],
)
def test_best(text: str, code: str | None):
    assert best(text) == code


def test_scores_are_shares_best_first():
    found = SUGGESTER.suggest("çöp alınmıyor ve köpekler var")
    assert [s.code for s in found] == ["cop", "kopek"]
    assert sum(s.score for s in found) == pytest.approx(1.0)
    assert found[0].score > found[1].score > 0


def test_a_keyword_of_two_words_counts_only_as_a_whole():
    assert best("patladı") is None
    whole = SUGGESTER.suggest("su patladı, köpek")[0]
    part = SUGGESTER.suggest("su aktı, köpek")
    assert whole.code == "su"
    assert whole.score > next(s.score for s in part if s.code == "su")


def test_a_word_that_few_types_know_tells_more():
    shared = TypeSuggester({"a": ["park", "bank"], "b": ["park"], "c": ["park"]})
    assert shared.suggest("parkta bank")[0].code == "a"


def test_limit():
    assert len(SUGGESTER.suggest("çukur köpek konteyner", limit=2)) == 2


def test_equal_scores_keep_one_order():
    equal = TypeSuggester({"b": ["lamba"], "a": ["lamba"]})
    assert [s.code for s in equal.suggest("lamba")] == ["a", "b"]


def test_keywords_of_a_careless_administrator():
    """Not folded, empty, only signs: none of them may break or silence the others."""
    careless = TypeSuggester({"a": ["", "  ", "…"], "b": ["ÇUKUR"], "c": []})
    assert [s.code for s in careless.suggest("büyük çukur")] == ["b"]
    assert TypeSuggester({}).suggest("çukur") == []


def test_words_are_folded():
    assert words("Şu'nun 10028. SOKAĞI") == ["su", "nun", "10028", "sokagi"]
