"""The map's styles, letters and pictures: valid, served from here, legible to every eye."""

import gzip
import io
import itertools
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from cases.rules.request_type import ICONS
from gis_vip.web.themes import THEMES
from tests.colours import EYES, contrast, difference

ROOT = Path(__file__).resolve().parents[3]
TURKISH = "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZabcçdefgğhıijklmnoöprsştuüvyzÂâÎîÛû0123456789/-’₺"


def style_of(theme: str) -> Any:
    return Client().get(f"/maps/style/{theme}.json").json()


def path_of(url: str) -> str:
    """An address of this platform without its host."""
    assert url.startswith("http://testserver/")
    return url.removeprefix("http://testserver")


@pytest.mark.parametrize("theme", THEMES)
def test_every_style_is_valid(theme: str, tmp_path: Path):
    file = tmp_path / "style.json"
    file.write_bytes(Client().get(f"/maps/style/{theme}.json").content)
    assert file.stat().st_size < 6_000
    done = subprocess.run(
        [ROOT / "node_modules/.bin/gl-style-validate", file], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_validator_finds_a_fault(tmp_path: Path):
    wrong = style_of("light")
    wrong["layers"][1]["paint"]["fill-colour"] = "#fff"
    file = tmp_path / "style.json"
    file.write_text(json.dumps(wrong))
    done = subprocess.run([ROOT / "node_modules/.bin/gl-style-validate", file], capture_output=True)
    assert done.returncode == 1


@pytest.mark.django_db
def test_an_unknown_theme_is_not_found():
    assert Client().get("/maps/style/pink.json").status_code == 404


def fields(message: bytes) -> list[tuple[int, Any]]:
    """Number and value of each field of a protocol buffer."""
    found, at = [], 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    while at < len(message):
        tag = varint()
        value: Any = varint()
        if tag & 7 == 2:
            at, value = at + value, message[at : at + value]
        found.append((tag >> 3, value))
    return found


def letters_of(font: str, url: str) -> dict[int, dict[int, Any]]:
    found = {}
    for first in (0, 256, 8192):
        answer = Client().get(
            path_of(url).replace("{fontstack}", font).replace("{range}", f"{first}-{first + 255}")
        )
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        for _, stack in fields(answer.content):
            for number, value in fields(stack):
                if number == 3:
                    letter = dict(fields(value))
                    found[letter[1]] = letter
    return found


def test_every_font_of_the_styles_has_every_turkish_letter():
    for theme in THEMES:
        style = style_of(theme)
        fonts = {
            font
            for layer in style["layers"]
            if "text-font" in layer.get("layout", {})
            for font in layer["layout"]["text-font"]
        }
        assert fonts
        for font in fonts:
            letters = letters_of(font, style["glyphs"])
            for sign in TURKISH:
                letter = letters[ord(sign)]
                assert len(letter[2]) == (letter[3] + 6) * (letter[4] + 6)
                assert max(letter[2]) > 192, sign  # there is an inside
                assert letter[7] > 0


def test_letters_stand_on_one_line():
    """`top` and height say where a letter ends: x and H on the line, g below it."""
    letters = letters_of("Noto Sans Regular", style_of("light")["glyphs"])

    def foot(sign: str) -> int:
        letter = letters[ord(sign)]
        top = (letter[6] >> 1) ^ -(letter[6] & 1)
        return int(top - letter[4])

    assert foot("x") == foot("H") == foot("İ")
    assert foot("g") < foot("x") - 3
    assert foot("ş") < foot("x") - 3


def test_letters_are_sent_compressed_to_those_who_take_it():
    path = "/maps/glyphs/Noto Sans Bold/0-255.pbf"
    plain = Client().get(path)
    small = Client().get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) * 0.65


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/maps/glyphs/Comic/0-255.pbf",
        "/maps/glyphs/Noto Sans Bold/0-200.pbf",
        "/maps/glyphs/Noto Sans Bold/1-256.pbf",
        "/maps/glyphs/Noto Sans Bold/65536-65791.pbf",
        "/maps/glyphs/..%2fmap/0-255.pbf",
        "/maps/sprite@3x.png",
    ],
)
def test_what_is_not_there_is_not_found(path: str):
    assert Client().get(path).status_code == 404


def test_a_range_without_letters_is_empty():
    answer = Client().get("/maps/glyphs/Noto Sans Bold/12288-12543.pbf")
    assert (answer.status_code, answer.content) == (200, b"")


def test_pictures_lie_on_their_sheet_and_twice_as_large_on_the_other():
    style = style_of("light")
    base, _, query = style["sprite"].partition("?")
    sheets = {}
    for ratio, suffix in ((1, ""), (2, "@2x")):
        index = Client().get(f"{path_of(base)}{suffix}.json?{query}").json()
        sheet = Image.open(
            io.BytesIO(Client().get(f"{path_of(base)}{suffix}.png?{query}").content)
        ).convert("RGBA")
        for name, box in index.items():
            part = sheet.crop(
                (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
            )
            assert part.size == (box["width"], box["height"])
            assert part.getbbox() is not None, name
            assert box["pixelRatio"] == ratio
        sheets[ratio] = index
    assert sheets[1].keys() == sheets[2].keys()
    assert all(sheets[2][name]["width"] == 2 * sheets[1][name]["width"] for name in sheets[1])
    named = {
        name
        for found in re.findall(r'\["image","([a-z_-]+)"\]', json.dumps(style).replace(" ", ""))
        for name in [found]
    }
    assert "landmark" in named
    assert named <= sheets[1].keys()
    assert {"case", *(f"case-{icon}" for icon in ICONS)} <= sheets[1].keys()


@pytest.mark.parametrize("theme", THEMES)
def test_names_are_legible(theme: str):
    c = THEMES[theme]
    for text, ground in itertools.product(("text", "soft", "landmark"), ("halo", "land")):
        assert contrast(c[text], c[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_nobody_has_to_guess_by_colour(theme: str, eyes: str):
    c = THEMES[theme]
    pairs = {
        ("casing", "street"): 15,
        ("building", "land"): 5,
        ("building", "wall"): 10,
        ("district", "land"): 35,
        ("neighbourhood", "land"): 20,
    }

    def apart(a: str, b: str) -> float:
        return difference(c[a], c[b], eyes)

    for (a, b), least in pairs.items():
        assert apart(a, b) >= least, (a, b)
    # A street is seen by its edge where the ground is light, by itself where it is dark.
    assert max(apart("casing", "land"), apart("street", "land")) >= 15
