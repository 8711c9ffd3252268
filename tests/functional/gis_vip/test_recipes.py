"""The recipes of the portal of developers are run as they stand there, against a server."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from gis_vip.web.developers import RECIPES
from tests.clients import make_client
from tests.factories import City, door, make_city

ROOT = Path(__file__).resolve().parents[3]
NODE = ROOT / ".venv" / "bin" / "node"
#: QGIS is no wheel: the system's Python has it.
RUN = {
    "read_qgis.py": ["/usr/bin/python3"],
    ".sh": ["bash", "-eu"],
    ".py": [sys.executable],
    ".mjs": [str(NODE) if NODE.exists() else "node"],
    ".R": ["Rscript", "--vanilla"],
}


@pytest.fixture
def town(transactional_db: None) -> City:
    with transaction.atomic():
        city = make_city()
        for n in range(30, 40):
            door(city.areas, number=n, at=(0.5 + n / 1000, 0.4), street="Uzun Sokak")
    return city


@pytest.mark.parametrize("name", [name for name, _title in RECIPES])
def test_a_recipe_runs(town: City, live_server: Any, name: str):
    _row, key = make_client(town)
    for secret in ("", key):
        done = subprocess.run(
            [*(RUN.get(name) or RUN[Path(name).suffix]), str(ROOT / "gis_vip" / "recipes" / name)],
            env={**os.environ, "PORTAL": live_server.url, "KEY": secret, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.strip() and "extent 0" not in done.stdout
        assert "Warning" not in done.stderr, done.stderr
