"""What is taken from free text, and what stays."""

import pytest

from cases.rules.scrub import scrubbed
from tests.unit.cases.scrub_texts import texts


@pytest.mark.parametrize(
    "text, left",
    [
        ("Beni 0532 111 22 33 ten arayın", "Beni ••• ten arayın"),
        ("Tel: +90 (532) 111-22-33.", "Tel: •••."),
        ("05321112233", "•••"),
        ("Bana a.b@posta.com.tr yazın", "Bana ••• yazın"),
        ("TC 12345678901", "TC •••"),
        ("TR33 0006 1005 1978 6457 8413 26 hesabı", "••• hesabı"),
        ("Adım Ayşe Yılmaz, çöp alınmıyor", "Adım •••, çöp alınmıyor"),
        ("ismim Çağrı ve kızgınım", "ismim ••• ve kızgınım"),
        ("adım attım düştüm", "adım attım düştüm"),
        ("10028 Sk no:9 önünde 3 çukur", "10028 Sk no:9 önünde 3 çukur"),
        ("Ada 1234 parsel 56, 2026-11-03", "Ada 1234 parsel 56, 2026-11-03"),
        ("27.8449, 39.5991", "27.8449, 39.5991"),
    ],
)
def test_scrubbed(text, left):
    assert scrubbed(text) == left


def measured() -> tuple[dict[str, tuple[int, int]], float, list[str]]:
    """Of each kind how many were hidden of how many; the share of texts of which nothing was taken
    that should stay; and those of which something was."""
    found: dict[str, list[int]] = {}
    spoiled = []
    made = texts()
    for one in made:
        left = scrubbed(one.text)
        rest = left
        for word in one.kept:  # a place may have a person's name, and keeps it
            rest = rest.replace(word, "")
        for word in one.hidden:
            parts = found.setdefault(one.kind, [0, 0])
            parts[1] += 1
            parts[0] += not any(piece in rest for piece in word.split() if len(piece) > 2)
        if not all(word in left for word in one.kept):
            spoiled.append(f"{one.text} → {left}")
    return {k: (a, b) for k, (a, b) in found.items()}, 1 - len(spoiled) / len(made), spoiled


def test_recall_and_precision_on_made_up_complaints():
    """The figures of docs/privacy.md. Names without any cue, and in small letters, are the limit."""
    by_kind, whole, spoiled = measured()
    recall = {kind: hidden / of for kind, (hidden, of) in by_kind.items()}
    for kind in ("phone", "email", "id", "iban", "plate"):
        assert recall[kind] >= 0.99, (kind, recall[kind])
    for kind in ("introduced", "ben", "kin", "title"):
        assert recall[kind] >= 0.97, (kind, recall[kind])
    assert recall["bare"] >= 0.35  # found by the list of given names alone
    assert whole >= 0.99, spoiled[:5]
    assert all(of >= 20 for _hidden, of in by_kind.values())
