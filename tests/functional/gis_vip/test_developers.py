"""The portal of developers: its recipes run, its examples answer, its status is true, the description holds."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from core.models import Job
from gis_vip.web.developers import EXAMPLES, RECIPES
from tests.clients import make_client
from tests.factories import City, door, make_city

ROOT = Path(__file__).resolve().parents[3]
NODE = ROOT / ".venv" / "bin" / "node"
RUN = {
    ".sh": ["bash", "-eu"],
    ".py": [sys.executable],
    ".mjs": [str(NODE) if NODE.exists() else "node"],
}


@pytest.fixture
def town(transactional_db: None) -> City:
    with transaction.atomic():
        city = make_city()
        for n in range(30, 40):
            door(city.areas, number=n, at=(0.5 + n / 1000, 0.4), street="Uzun Sokak")
    return city


@pytest.mark.parametrize("name", [name for name, _title, run in RECIPES if run])
def test_a_recipe_runs(town: City, live_server: Any, name: str):
    _row, key = make_client(town)
    for secret in ("", key):
        done = subprocess.run(
            [*RUN[Path(name).suffix], str(ROOT / "gis_vip" / "recipes" / name)],
            env={**os.environ, "PORTAL": live_server.url, "KEY": secret},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.strip()


def test_the_portal_shows_every_recipe_and_example(db: None, city: City):
    with translation.override("en"):
        page = Client(headers={"Accept-Language": "en"}).get("/developers/").content.decode()
        titles = [str(title) for _name, title, _run in RECIPES]
    assert all(title in page for title in titles)
    for path, _title in EXAMPLES:
        assert path.replace("&", "&amp;") in page


@pytest.mark.parametrize("path", [path for path, _title in EXAMPLES])
def test_an_example_answers(city: City, path: str):
    answer = Client().get(path)
    needs_key = "cases/feed" in path
    assert answer.status_code == (403 if needs_key else 200), answer.content[:300]


def test_the_status_tells_when_nobody_works(db: None, city: City):
    Job.objects.all().delete()
    assert Client().get("/status/?f=json").json()["status"] == "ok"
    Job.objects.create(name="x", due_at=timezone.now() - timedelta(minutes=10))
    body = Client().get("/status/?f=json").json()
    assert (body["status"], body["parts"]) == (
        "degraded", {"database": True, "cache": True, "workers": False},
    )  # fmt: skip
    with translation.override("en"):
        page = Client(headers={"Accept-Language": "en"}).get("/status/").content.decode()
    assert "does not answer" in page
