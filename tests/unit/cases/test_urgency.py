"""How pressing a message is, and which words said so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.questions import URGENCIES, Level
from cases.rules.urgency import Urgency, decide_urgency, urgency_by_words


@pytest.mark.parametrize(
    ("text", "level", "because"),
    [
        ("Binada gaz kokusu var", "EMERGENCY", ("gaz", "kokusu")),
        ("ÇÖP KONTEYNERİ YANIYOR", "EMERGENCY", ("yaniyor",)),
        ("Sokak lambası yanmıyor", "NORMAL", ()),
        ("Elektrik teli koptu, yere düştü", "EMERGENCY", ("teli", "koptu")),
        ("Ağaç devrilmek üzere, tehlikeli", "HIGH", ("tehlikeli", "devrilmek", "uzere")),
        ("Yangın yok, sadece is var", "NORMAL", ()),
        (
            "Yaralı bulunmuyor",
            "EMERGENCY",
            ("yarali",),
        ),  # a denial by verb ending is not seen
        ("Tehlikeli değil ama çirkin", "NORMAL", ()),
        ("Yangın söndü", "NORMAL", ()),
        ("Yangın çıktı. Yaralı yok.", "EMERGENCY", ("yangin",)),
        (
            "Acelesi yok, müsait olduğunuzda bakın",
            "LOW",
            ("acelesi", "yok", "musait", "oldugunuzda"),
        ),
        ("Parkta bank istiyoruz", "NORMAL", ()),
        ("Gazetede okuduk, kokoreç satılıyor", "NORMAL", ()),
        ("Sokak lambası gündüz yanıyor", "NORMAL", ()),
        ("Yangın merdiveni paslı", "NORMAL", ()),
        ("Yeni açılan park çok güzel oldu", "NORMAL", ()),
        ("Acil bakılsın", "HIGH", ("acil",)),
        ("Su basıncı düşük", "NORMAL", ()),
        ("", "NORMAL", ()),
    ],
)
def test_words(text: str, level: str, because: tuple[str, ...]):
    found = urgency_by_words(text)
    assert (found.level, set(found.because)) == (level, set(because))


def test_the_highest_of_words_type_and_answers_wins():
    high, low = Level("HIGH", "answer.blocked = yes"), Level("LOW")
    assert decide_urgency("çukur var", high) == Urgency("HIGH", "ANSWERS")
    assert decide_urgency("yangın var", high).source == "WORDS"
    assert decide_urgency("tehlikeli", Level("EMERGENCY")) == Urgency("EMERGENCY", "TYPE")
    assert decide_urgency("bank istiyoruz", low) == Urgency("LOW", "TYPE")
    assert decide_urgency("bank kırık, tehlikeli", low).level == "HIGH"
    assert decide_urgency("bank", None) == Urgency()
    told = Urgency("HIGH", "MODEL", ("x",))
    assert decide_urgency("bank", None, by_model=told) == told


@given(st.text(alphabet="yangınvrokteli. değ", max_size=60))
def test_any_text_has_one_of_the_levels(text: str):
    found = urgency_by_words(text)
    assert found.level in URGENCIES
    assert bool(found.because) == bool(found.source)
