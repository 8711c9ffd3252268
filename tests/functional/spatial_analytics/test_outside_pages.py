"""A manager defines an outside indicator, brings a table in, looks at it, imports it, and takes it back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from tests.factories import City

pytestmark = pytest.mark.django_db
TABLE = "Mahalle kodu;Dönem;Değer\nN-A;2026-01;1.234,5\nN-B;2026-01;7\n<b>x</b>;2026-01;8\n"


@pytest.fixture
def manager(as_) -> Client:
    return as_("manager")


def define(client: Client, city: City, **more: str) -> OutsideIndicator:
    form = {
        "code": "su", "name": "Su tüketimi", "name_en": "Water use", "unit": "m³", "decimals": "1",
        "direction": "more_is_worse", "level": "neighbourhood", "step": "month", "together": "sum",
        "organisation": str(city.bodies["a"].pk), "audience": "staff", "origin": "Su idaresi",
    }  # fmt: skip
    answer = client.post(reverse("outside_new"), form | more)
    assert answer.status_code == 302, answer.context["form"].errors
    return OutsideIndicator.objects.get(code=(form | more)["code"])


def upload(client: Client, row: OutsideIndicator, data: bytes | str = TABLE) -> OutsideImport:
    sent = SimpleUploadedFile("su.csv", data.encode() if isinstance(data, str) else data)
    answer = client.post(reverse("outside_indicator", args=[row.code]), {"data": sent})
    assert answer.status_code == 302, answer.content.decode()
    return OutsideImport.objects.latest("pk")


def move(client: Client, came: OutsideImport, name: str, **data: str):
    return client.post(reverse("outside_move", args=[came.uid, name]), data)


def page(client: Client, came: OutsideImport) -> str:
    return client.get(reverse("outside_file", args=[came.uid])).content.decode()


CHOSEN = {"column-0": "code", "column-1": "period", "column-2": "value"}


def test_from_the_table_to_the_map_and_back(manager: Client, city: City):
    row = define(manager, city)
    came = upload(manager, row)
    with translation.override("en"):
        manager.cookies["django_language"] = "en"
        text = page(manager, came)
        assert "1,234.5" in text and "Hasan Basri Çantay" in text
        assert "Import 2 values" in text and "1 row is refused" in text
        assert "The register has no such code." in text
        assert "&lt;b&gt;x&lt;/b&gt;" in text and "<b>x</b>" not in text
    assert OutsideValue.objects.count() == 0
    assert move(manager, came, "preview", **CHOSEN).status_code == 302
    assert move(manager, came, "import", **CHOSEN).status_code == 302
    assert move(manager, came, "import", **CHOSEN).status_code == 302  # a second click
    assert OutsideValue.objects.count() == 2
    query = {"indicator": "su", "by": "neighbourhood", "from": "2026-01-01", "to": "2026-01-31"}
    told = manager.get(reverse("figures_data"), query).json()
    assert [r["value"] for r in told["rows"]] == [1234.5, 7]
    assert told["indicator"]["name"] == "Water use" and told["indicator"]["unit"] == "m³"
    assert "Source: Su idaresi" in told["notes"]
    drawn = manager.get(
        reverse("thematic_data"),
        {"indicator": "su", "level": "neighbourhood", "per": "none"}
        | {k: query[k] for k in ("from", "to")},
    ).json()
    assert {a["name"]: a["value"] for a in drawn["areas"] if a["value"] is not None} == {
        "Hasan Basri Çantay": 1234.5, "Paşaalanı": 7,
    }  # fmt: skip
    assert drawn["unit"] == "m³"
    # Another indicator is chosen in a form that has a group, a level and a way of painting of the one before.
    left_over = {"indicator": "su", "group": "1", "level": "cell", "show": "primary"}
    assert manager.get(reverse("thematic"), left_over).status_code == 200
    assert manager.get(reverse("thematic_data"), left_over).status_code == 400
    assert '<option value="su"' in manager.get(reverse("thematic")).content.decode()
    assert "su.csv" in manager.get(reverse("outside_indicator", args=["su"])).content.decode()
    assert move(manager, came, "undo").status_code == 302
    assert OutsideValue.objects.count() == 0
    assert manager.get(reverse("figures_data"), query).json()["rows"] == []


def test_turkish_and_english(manager: Client, city: City):
    row = define(manager, city)
    came = upload(manager, row)
    for language, words in (
        ("tr", ["Sütunlarda ne var?", "2 değeri aktar", "1.234,5", "Ocak 2026", "Kayıtta böyle bir kod yok."]),
        ("en", ["What is in the columns?", "Import 2 values", "1,234.5", "January 2026"]),
    ):  # fmt: skip
        manager.cookies["django_language"] = language
        text = page(manager, came)
        for word in words:
            assert word in text, (language, word)
        listed = manager.get(reverse("outside")).content.decode()
        assert {"tr": "Su tüketimi", "en": "Water use"}[language] in listed


def test_what_is_wrong_is_said_on_the_page(manager: Client, city: City):
    row = define(manager, city)
    manager.cookies["django_language"] = "en"
    path = reverse("outside_indicator", args=["su"])
    assert manager.post(path).status_code == 422
    empty = manager.post(path, {"data": SimpleUploadedFile("x.csv", b"PK\x03\x04")})
    assert empty.status_code == 422 and "The spreadsheet cannot be read." in empty.content.decode()
    large = SimpleUploadedFile("x.csv", b"x" * (CONF.outside_bytes + 1))
    assert manager.post(path, {"data": large}).status_code == 422
    came = upload(manager, row)
    twice = move(manager, came, "preview", **(CHOSEN | {"column-1": "code"}))
    assert twice.status_code == 422
    assert "Two columns cannot be the same thing." in twice.content.decode()
    none = move(manager, came, "import", **{"column-0": "code"})
    assert none.status_code == 422 and "Which column holds the value?" in none.content.decode()
    assert OutsideValue.objects.count() == 0
    taken = manager.post(reverse("outside_new"), {"code": "opened", "name": "x"})
    assert taken.status_code == 422 and "This code is taken." in taken.content.decode()
    assert move(manager, came, "delete").status_code == 302
    assert not OutsideImport.objects.exists()


def test_an_indicator_is_given_to_no_body_that_is_not_ones_own(manager: Client, city: City):
    row = define(manager, city)
    form = {"code": "su", "name": "x", "decimals": "0", "direction": "neutral", "level": "city",
            "step": "day", "together": "mean", "audience": "public", "organisation": str(city.bodies["b"].pk)}  # fmt: skip
    assert manager.post(reverse("outside_edit", args=["su"]), form).status_code == 422
    form["organisation"] = str(city.bodies["a"].pk)
    move(manager, upload(manager, row), "import", **CHOSEN)
    assert manager.post(reverse("outside_edit", args=["su"]), form).status_code == 302
    row.refresh_from_db()
    assert (row.level, row.step, row.together) == ("neighbourhood", "month", "sum")
    assert (row.name, row.audience, row.version) == ("x", "public", 2)
