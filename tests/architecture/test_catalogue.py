"""Every word on the screen has its Turkish."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.test_house import ROOMS, ROOT


def messages(po: str) -> dict[str, str]:
    """msgid → msgstr of a catalogue in msgfmt's normal form; plural forms count as one text."""
    found: dict[str, str] = {}
    current: list[str] | None = None
    entry: dict[str, list[str]] = {}

    def close() -> None:
        if "msgid" in entry:
            strings = [v for k, v in entry.items() if k.startswith("msgstr")]
            complete = all("".join(s) for s in strings)
            found["".join(entry["msgid"])] = "".join(strings[0]) if complete else ""
        entry.clear()

    fuzzy = False
    for line in [*po.splitlines(), ""]:
        if line.startswith("#~"):
            continue
        if line.startswith("#,") and "fuzzy" in line:
            fuzzy = True
        if line.startswith("msgid "):
            close()
        if line.startswith("msg"):
            name, _, text = line.partition(" ")
            current = entry.setdefault(name, [])
            current.append("" if fuzzy and name.startswith("msgstr") else text.strip()[1:-1])
        elif line.startswith('"') and current is not None:
            current.append(
                "" if fuzzy and entry.get("msgid") is not current else line.strip()[1:-1]
            )
        elif not line.strip():
            fuzzy = False
    close()
    found.pop("", None)
    return found


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "core"] + ["core"])
def test_turkish_catalogue_is_complete(room: str, tmp_path: Path):
    copy = tmp_path / room
    shutil.copytree(ROOT / room, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    (copy / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [ROOT / ".venv/bin/django-admin", "makemessages", "-l", "tr", "--no-location", "-v", "0"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
    )
    po = copy / "locale/tr/LC_MESSAGES/django.po"
    if not po.exists():
        return
    missing = [
        text for text, turkish in messages(po.read_text(encoding="utf-8")).items() if not turkish
    ]
    assert missing == []
