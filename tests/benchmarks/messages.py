"""Invented messages with an address in them, and messages without one: span and door are known.

The same seed makes the same messages from the same doors. They are one author's idea of how people
write; texts of citizens are harder.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from core.rules.text import fold, lower

_PARTS = Path(__file__).parent / "data" / "messages_tr.yaml"
_STYLES = ("tweets", "chats", "mails", "calls")
_KEYS = {"a": "sqz", "e": "wrd", "i": "ouı", "n": "bmh", "r": "etf", "l": "kşö", "k": "jli"}


class DoorName(NamedTuple):
    """A door of the register in the words of its address."""

    address_id: int
    district: str
    neighbourhood: str
    street: str
    number: str


@dataclass(frozen=True)
class Message:
    """`start` and `end` are the place's span in the text; `address_id` is None where none is named."""

    text: str
    style: str
    noise: str
    address_id: int | None = None
    start: int = 0
    end: int = 0


def messages(doors: Sequence[DoorName], *, seed: int, count: int) -> Iterator[Message]:
    """Messages that name a door."""
    parts, rng = _parts(), random.Random(seed)
    for _ in range(count):
        door, style = rng.choice(doors), rng.choice(_STYLES)
        noise, address = _written(door, rng)
        frame = rng.choice(parts[style]).replace("{a}", "\0")
        text = _fill(frame, parts, rng)
        if noise in ("lower", "ascii", "capitals"):
            text = _cased(text, noise)
        start = text.index("\0")
        yield Message(
            text.replace("\0", address), style, noise, door.address_id, start, start + len(address)
        )


def without_door(*, seed: int, count: int) -> Iterator[Message]:
    """Messages that name no door, with numbers that are none's."""
    parts, rng = _parts(), random.Random(seed)
    for _ in range(count):
        yield Message(_fill(rng.choice(parts["vague"]), parts, rng), "vague", "none")


def _parts() -> dict[str, Any]:
    return dict(yaml.safe_load(_PARTS.read_text(encoding="utf-8")))


def _fill(frame: str, parts: dict[str, Any], rng: random.Random) -> str:
    values = {
        "{c}": lambda: rng.choice(parts["complaints"]),
        "{n}": lambda: rng.choice(parts["people"]),
        "{t}": lambda: f"05{rng.randint(30, 55)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}",
        "{d}": lambda: f"{rng.randint(1, 28)}.{rng.randint(1, 12):02d}.{rng.randint(2023, 2026)}",
        "{r}": lambda: str(rng.randint(10_000, 999_999)),
        "{k}": lambda: str(rng.randint(2, 90)),
    }
    for key, value in values.items():
        while key in frame:
            frame = frame.replace(key, value(), 1)
    return frame


def _written(door: DoorName, rng: random.Random) -> tuple[str, str]:
    """How somebody writes the address, and what was done to it."""
    name, _, kind = door.street.rpartition(" ")
    short = {
        "Sokak": ["Sok.", "Sk.", "sk", "sokağı", "Sokak", "sokak"],
        "Caddesi": ["Cad.", "Cd.", "cad", "Caddesi", "cd"],
    }.get(kind, [kind])
    street = f"{name} {rng.choice(short)}"
    area = f"{door.neighbourhood} {rng.choice(['Mah.', 'Mh.', 'mahallesi', 'mah', 'Mahallesi'])}"
    number = rng.choice(["No:{}", "no {}", "No: {}", "no:{}", "numara {}", "No.{}"]).format(
        door.number
    )
    city = rng.choice(["/Balıkesir", "", "", ""])
    district = rng.choice([f" {door.district}{city}", f", {door.district}", f" {door.district}"])
    noise = rng.choice(
        ["plain", "plain", "no_district", "no_district", "order", "lower", "ascii", "capitals",
         "typo", "bare_number", "unit", "commas"]
    )  # fmt: skip
    text = f"{area} {street} {number}{district}"
    match noise:
        case "no_district":
            text = f"{area} {street} {number}"
        case "order":
            text = f"{door.district} {area} {street} {number}"
        case "typo":
            text = f"{area} {_typo(street, rng)} {number}{district}"
        case "bare_number":
            text = f"{area} {street} {door.number}"
        case "unit":
            text = f"{area} {street} {number} D:{rng.randint(1, 4)}{district}"
        case "commas":
            text = f"{area}, {street}, {number},{district.lstrip(',')}"
        case "lower" | "ascii" | "capitals":
            text = _cased(text, noise)
    return noise, text


def _cased(text: str, noise: str) -> str:
    if noise == "capitals":
        return text.replace("i", "İ").upper()
    return lower(text) if noise == "lower" else fold(text)


def _typo(text: str, rng: random.Random) -> str:
    """One letter wrong, in the longest word if it has five letters or more."""
    word = max(text.split(), key=len)
    places = [i for i, c in enumerate(word) if i and c in _KEYS]
    if len(word) < 5 or not places:
        return text
    at = rng.choice(places)
    return text.replace(word, word[:at] + rng.choice(_KEYS[word[at]]) + word[at + 1 :], 1)
