"""What happens to an address on its way: casing, encodings, abbreviations, errors of typing."""

import random
import unicodedata
from pathlib import Path
from typing import Any

import yaml

from core.rules.text import lower, upper

FORMS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "queries_tr.yaml").read_text(encoding="utf-8")
)
_ASCII = str.maketrans("çğıöşüÇĞİÖŞÜâÂ", "cgiosuCGIOSUaA")
_READ_AS_LATIN = str.maketrans("ışğİŞĞ", "ýþðÝÞÐ")  # windows-1254 that was read as latin-1
CASES = (
    "lower_ascii", "upper_tr", "upper_py", "upper_ascii", "lower_tr", "js_lower", "nfd", "moji1254",
    "mojiutf8",
)  # fmt: skip


def to_ascii(text: str) -> str:
    return text.translate(_ASCII)


def recase(text: str, how: str) -> str:
    """The text in one of `CASES`; unchanged for any other word."""
    match how:
        case "upper_tr":
            return upper(text)
        case "upper_py":  # blind to the language: i → I, ı → I
            return text.upper()
        case "upper_ascii":
            return to_ascii(text).upper()
        case "lower_ascii":
            return to_ascii(text).lower()
        case "lower_tr":
            return lower(text)
        case "js_lower":  # what browsers make of proper capitals: İ → i + U+0307, I → i
            return upper(text).lower()
        case "nfd":
            return unicodedata.normalize("NFD", text)
        case "moji1254":
            return text.translate(_READ_AS_LATIN)
        case "mojiutf8":
            return text.encode().decode("latin-1")
    return text


def misspelt(word: str, rng: random.Random) -> str:
    """One error: a key beside, a letter left out, two in the wrong order, one twice, one too many."""
    at, chance = rng.randrange(len(word)), rng.random()
    near = FORMS["keyboard"].get(lower(word[at]))
    if chance < 0.35 and near:
        return word[:at] + rng.choice(near) + word[at + 1 :]
    if chance < 0.6:
        return word[:at] + word[at + 1 :]
    if chance < 0.8 and at < len(word) - 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if chance < 0.9:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice("aeiıoöuülrkmnstyz") + word[at:]


def with_errors(parts: dict[str, str], count: int, rng: random.Random) -> dict[str, str] | None:
    """The parts with this many errors in words of names of four letters and more; None where there
    is no such word. Numbers stay as they are.
    """
    parts, done = dict(parts), 0
    for _ in range(60):
        name = rng.choice(["mn", "sn", "sn", "mn", "ic"])
        words = parts[name].split()
        places = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if not places:
            continue
        at = rng.choice(places)
        wrong = misspelt(words[at], rng)
        if wrong == words[at] or len(wrong) < 3:
            continue
        words[at] = wrong
        parts[name] = " ".join(words)
        done += 1
        if done == count:
            return parts
    return None


def abbreviated(name: str, rng: random.Random) -> str:
    """The name with one of its titles or persons shortened, if it has one."""
    for whole, short in FORMS["abbreviations"].items():
        if f" {whole} " in f" {name} ":
            return f" {name} ".replace(f" {whole} ", f" {rng.choice(short)} ").strip()
    return name


def in_words(number: int) -> str:
    """The number as it is said, below 1,000."""
    names, out = FORMS["number_names"], []
    hundreds, rest = divmod(number, 100)
    if hundreds:
        out += [*([names["ones"][hundreds]] if hundreds > 1 else []), "yüz"]
    if rest >= 10:
        out.append(names["tens"][rest // 10])
    if rest % 10 or not number:
        out.append(names["ones"][rest % 10])
    return " ".join(out)


def ordinal_in_words(number: int) -> str:
    """`yüz yirmi beşinci`."""
    said = in_words(number)
    if said.endswith("dört"):
        return said[:-4] + "dördüncü"
    vowel = next(c for c in reversed(said) if c in "aıoueiöü")
    ending = {
        "a": "ıncı", "ı": "ıncı", "e": "inci", "i": "inci", "o": "uncu", "u": "uncu", "ö": "üncü",
        "ü": "üncü",
    }[vowel]  # fmt: skip
    return said + (ending[1:] if said[-1] in "aıoueiöü" else ending)
