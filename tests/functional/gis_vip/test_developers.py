"""The portal of developers: its recipes run, its examples answer, its status is true, the description holds."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from core.models import Job
from gis_vip.web.developers import EXAMPLES, RECIPES
from tests.factories import City


def test_the_portal_shows_every_recipe_and_example(db: None, city: City):
    with translation.override("en"):
        page = Client(headers={"Accept-Language": "en"}).get("/developers/").content.decode()
        titles = [str(title) for _name, title in RECIPES]
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
