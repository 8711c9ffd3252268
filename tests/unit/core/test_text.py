"""The normaliser: every trap that Turkish text has shown."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.rules.text import fold, key, lower, repair, title, unmarked, upper

TURKISH = "abcçdefgğhıijklmnoöprsştuüvyz ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ 0123456789"
turkish_text = st.text(alphabet=TURKISH, max_size=40)


def misread(text: str, really: str, read_as: str) -> str:
    return text.encode(really).decode(read_as, errors="strict")


def test_python_alone_would_split_the_capital_i():
    """What the normaliser is for: Python's lower case of İ is two characters."""
    assert "KARESİ".lower() == "karesi̇"
    assert len("İ".lower()) == 2
    assert fold("KARESİ") == fold("KARESİ".lower()) == fold("karesi") == "karesi"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ISPARTA", "isparta"),
        ("ısparta", "isparta"),
        ("İstanbul", "istanbul"),
        ("istanbul", "istanbul"),
        ("IĞDIR", "igdir"),
        ("ığdır", "igdir"),
        ("İĞNE ıĞ", "igne ig"),
        ("ŞÜKRÜ ÇÖĞÜŞ", "sukru cogus"),
        ("Hasan Basri Çantay", "hasan basri cantay"),
        ("kâğıt hâlâ Elâzığ îmân sükûn", "kagit hala elazig iman sukun"),
        ("Balıkesir’in", "balikesir'in"),
        ("Balıkesir‘in", "balikesir'in"),
        ("Balıkesir´in", "balikesir'in"),
        ("14/3", "14/3"),
        ("14/A Kat:2", "14/a kat:2"),
        ("café Ñandú Øster", "cafe nandu øster"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str):
    assert fold(text) == folded


def test_decomposed_letters():
    for letter in "çğıöşüÇĞİÖŞÜâîû":
        assert fold(unicodedata.normalize("NFD", letter)) == fold(letter)
    assert repair("S\u0327is\u0327li") == "Şişli"
    assert fold("I\u0307zmir") == "izmir"


@pytest.mark.parametrize(
    ("word", "read_as"),
    [(w, "latin-1") for w in ("Çağış", "ŞİRİN", "GÜMÜŞÇEŞME", "ığdır", "ÖĞÜT", "İÇMELER")]
    + [(w, "cp1254") for w in ("Çağrı", "İÇMELER", "gümüş")]
    + [(w, "cp1252") for w in ("Çağrı", "ĞÖKÇE", "ışık")],
)
def test_utf8_that_was_read_in_one_byte(word: str, read_as: str):
    spoilt = misread(word, "utf-8", read_as)
    assert spoilt != word
    assert repair(spoilt) == word
    assert fold(spoilt) == fold(word)


@pytest.mark.parametrize("word", ["ÞÝRÝN", "ýðdýr", "Paþaalaný", "ÐÜÞ"])
def test_windows_1254_that_was_read_as_latin_1(word: str):
    right = misread(word, "latin-1", "cp1254")
    assert repair(word) == right
    assert fold(word) == fold(right)
    # Unidecode would have made it `yodyr`.
    assert fold("ýðdýr") == "igdir"


def test_compatibility_letters_fold_to_lower_case_too():
    """`№`, `™`, full-width letters and ligatures decompose into capitals."""
    assert fold("№ 5") == "no 5"
    assert fold("Marka™") == "markatm"
    assert fold("ＡＴＡＴÜＲＫ") == "ataturk"
    assert fold("ℌ ﬁl") == "h fil"
    assert key("№ 5") == "no 5"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  Atatürk   Cad. ", "ataturk cad"),
        ("1. GÜNDOĞAN", "1 gundogan"),
        ("Mareşal Fevzi Çakmak (Eski)", "maresal fevzi cakmak eski"),
        ("Kâzım Karabekir Bulvarı No:12/A", "kazim karabekir bulvari no 12 a"),
        ("…", ""),
    ],
)
def test_key(text: str, stored: str):
    assert key(text) == stored


def test_cases_by_turkish_rules():
    assert upper("isparta ığdır istanbul") == "İSPARTA IĞDIR İSTANBUL"
    assert lower("ISPARTA İSTANBUL IĞDIR") == "ısparta istanbul ığdır"
    assert title("HASAN BASRİ ÇANTAY") == "Hasan Basri Çantay"
    assert title("IŞIKLAR 10028. SOKAK") == "Işıklar 10028. Sokak"
    assert title("5 EYLÜL-İLKBAHAR") == "5 Eylül-İlkbahar"


@given(turkish_text)
def test_turkish_cases_round_trip(text: str):
    assert lower(upper(lower(text))) == lower(text)
    assert upper(lower(upper(text))) == upper(text)


@given(turkish_text)
def test_one_key_for_every_writing_of_a_text(text: str):
    """Casing, normal form and mis-decoding do not change the key; neither do ASCII letters."""
    expected = fold(text)
    ascii_text = text.translate(str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU"))
    variants = [
        upper(text),
        lower(text),
        text.upper(),
        text.lower(),
        ascii_text,
        unicodedata.normalize("NFD", text),
        unicodedata.normalize("NFD", text.lower()),
        misread(text, "utf-8", "latin-1"),
        misread(text, "cp1254", "latin-1"),
    ]
    assert {fold(v) for v in variants} == {expected}
    assert expected.isascii()


@given(st.text(max_size=60))
@example("№ ™ ℌ ﬁ ＡＢ ´ ÃƒÂ¼ ǅ")
def test_fold_is_idempotent(text: str):
    once = fold(text)
    assert fold(once) == once
    assert key(key(text)) == key(text)


@given(st.text(max_size=60))
def test_a_key_holds_only_small_ascii_letters_digits_and_single_blanks(text: str):
    stored = key(text)
    assert stored == stored.strip()
    assert "  " not in stored
    assert all(c in "abcdefghijklmnopqrstuvwxyz0123456789 " for c in stored)


def test_marks_that_turn_the_direction_of_writing_go():
    assert unmarked("Gül\u202ekakoS\u2069 1\x00\n2\tİğ") == "GülkakoS 1\n2\tİğ"
