"""The pages of thematic maps as a browser asks for them."""

import csv
import re

import pytest
from django.urls import reverse

from spatial_analytics.actions.homes import rebuild_homes
from spatial_analytics.models import HotspotRun
from tests.functional.spatial_analytics.conftest import text_of
from tests.integration.spatial_analytics.city import Town

pytestmark = pytest.mark.django_db


def test_choropleth_in_turkish_with_legend_and_table(client, town: Town):
    response = client.get(reverse("thematic"), {"days": "30"}, HTTP_ACCEPT_LANGUAGE="tr")
    assert response.status_code == 200
    text = text_of(response)
    assert "Başvurular 1.000 kişi başına" in text
    assert "genelde 3,60" in text
    assert "Batı 10,00 10" in text
    assert "2,00 – 6,00" in text
    assert response.content.decode().count("<tr data-area=") == 2


def test_choropleth_in_english(client, town: Town):
    response = client.get(reverse("thematic"), {"days": "30"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Requests per 1,000 residents" in text_of(response)
    assert "only those that may be public" in text_of(response)


def test_the_permalink_leads_to_the_same_page(client, town: Town):
    asked = {"level": "neighbourhood", "days": "90", "scheme": "equal", "classes": "3"}
    html = client.get(reverse("thematic"), asked).content.decode()
    link = re.search(r'id="permalink" href="\?([^"]+)"', html)
    again = client.get(f"{reverse('thematic')}?{link[1].replace('&amp;', '&')}")
    assert again.context["asked"] == client.get(reverse("thematic"), asked).context["asked"]


def test_map_and_table_and_csv_show_the_same_figures(client, town: Town):
    asked = {"level": "neighbourhood", "days": "30"}
    data = client.get(reverse("thematic_data"), asked).json()
    page = client.get(reverse("thematic"), asked)
    response = client.get(reverse("thematic_csv"), asked)
    text = response.getvalue().decode("utf-8-sig")
    rows = {row["area"]: row for row in csv.DictReader(text.splitlines())}
    assert response.headers["Content-Type"].startswith("text/csv")
    assert len(rows) == len(data["areas"]) == 3
    for area in data["areas"]:
        row = rows[area["name"]]
        assert row["n"] == str(area["n"])
        assert row["value"] == ("" if area["value"] is None else str(area["value"]))
        shown = next(a for a in page.context["found"].areas if a.id == area["id"])
        assert (shown.n, shown.value) == (area["n"], area["value"])
    without = next(area for area in data["areas"] if area["name"] == "Bahçe")
    assert without["colour"] == data["no_data"]


def test_a_name_that_a_spreadsheet_would_run_is_defused(client, town: Town):
    town.a.name = "=1+1"
    town.a.save()
    text = client.get(reverse("thematic_csv"), {"level": "neighbourhood"}).getvalue().decode()
    assert ",'=1+1," in text


def test_staff_count_what_is_not_public(client, town: Town, manager):
    asked = {"days": "30", "per": "none"}
    assert client.get(reverse("thematic_data"), asked).json()["total"] == 18
    client.force_login(manager)
    assert client.get(reverse("thematic_data"), asked).json()["total"] == 20


@pytest.mark.parametrize(
    ("page", "query", "field"),
    [
        ("thematic", {"days": "x"}, "days"),
        ("thematic", {"from": "2026-05-01", "to": "2026-04-01"}, "from"),
        ("thematic_csv", {"level": "planet"}, "level"),
        ("density", {"days": "0"}, "days"),
        ("hotspots", {"group": "one"}, "group"),
    ],
)
def test_a_bad_question_is_answered_with_its_field(client, town: Town, page, query, field):
    response = client.get(reverse(page), query, HTTP_ACCEPT_LANGUAGE="tr")
    assert response.status_code == 400
    assert f"“{field}” değeri kullanılamıyor" in text_of(response)


def test_bad_data_question_is_a_problem(client, town: Town):
    response = client.get(reverse("thematic_data"), {"classes": "50"})
    assert response.status_code == 400
    assert response.json() == {"status": 400, "field": "classes", "detail": "2 – 7"}


def test_density_page_and_its_tiles(client, town: Town):
    assert client.get(reverse("density"), {"days": "90"}).status_code == 200
    tile = client.get("/tiles/density/9/295/194.mvt?days=30")
    assert tile.status_code == 200
    assert tile.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert client.get("/tiles/density/9/295/194.mvt?days=abc").status_code == 400
    assert client.get("/tiles/choropleth/9/295/194.mvt?level=district").status_code == 200


PAGES = ["thematic", "density", "hotspots"]
FILES = ["thematic_export", "density_export", "hotspots_export"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_inline_code(client, run: HotspotRun, name):
    html = client.get(reverse(name)).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
    assert html.count("<h1") == 1
    for label in re.findall(r'<label for="([^"]+)"', html):
        assert f'id="{label}"' in html


@pytest.mark.parametrize("name", FILES)
def test_files_open_without_a_network(client, run: HotspotRun, name):
    response = client.get(reverse(name), {} if "hotspots" in name else {"days": "30"})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    html = response.content.decode()
    assert "L.map(" in html
    assert "Leaflet 1.9.4" in html
    assert "L.control.layers" in html
    assert 'class="vip-panel"' in html
    markup = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    assert not re.search(r"(?:src|href)\s*=", markup)
    assert not re.search(r"<(?:script|link)[^>]+(?:src|href)=", html)
    assert not re.search(r"""(?:src|href)\s*=\s*\\?["']?\s*https?:""", html)
    for found in re.findall(r"""(?:url\(|import\s|fetch\()\s*["']?(\S{0,12})""", html):
        assert not found.startswith(("http", "//")), found
    assert "tileLayer(" not in html.split("</head>")[1]


def test_files_hold_the_figures(client, run: HotspotRun):
    html = client.get(
        reverse("thematic_export"), {"days": "30"}, HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert '"Area": "Bat\\u0131"' in html
    assert '"Value": "10.00"' in html
    hot = client.get(reverse("hotspots_export"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert '"Expected": "3.50"' in hot
    assert "A simple mean does as well" in hot


def test_a_name_cannot_end_the_script(client, town: Town):
    town.west.name = "</script><script>alert(1)</script>"
    town.west.save()
    html = client.get(reverse("thematic_export"), {"days": "30"}).content.decode()
    assert "<script>alert(1)" not in html


def test_a_name_is_no_markup_in_the_popups_of_a_file(client, town: Town):
    town.west.name = "<img src=x onerror=alert(1)>"
    town.west.save()
    html = client.get(reverse("thematic_export"), {"days": "30"}).content.decode()
    assert "<img src=x" not in html
    assert re.search(r"(&|\\u0026)lt;img src=x onerror=alert\(1\)(&|\\u0026)gt;", html)


def test_the_file_of_neighbourhoods_is_made_in_turkish(client, town: Town, manager):
    client.force_login(manager)
    query = {"level": "neighbourhood", "days": "30"}
    answer = client.get(reverse("thematic_export"), query, HTTP_ACCEPT_LANGUAGE="tr")
    assert answer.status_code == 200


def test_a_district_without_population_has_that_of_its_neighbourhoods(client, town: Town):
    type(town.west).objects.update(population=None)
    rebuild_homes()
    after = client.get(reverse("thematic_data"), {"days": "30"}).json()
    assert {a["name"]: a["value"] for a in after["areas"]} == {
        "Batı": pytest.approx(10 * 1000 / 600), "Doğu": 2.0,
    }  # fmt: skip


def test_no_data_no_file(client, db):
    assert client.get(reverse("density_export")).status_code == 404
    assert client.get(reverse("hotspots_export")).status_code == 404


def test_export_command(town: Town, tmp_path):
    from django.core.management import CommandError, call_command

    file = tmp_path / "map.html"
    call_command("export_map", "choropleth", str(file), "--level", "neighbourhood")
    assert "Çınar" in file.read_text() or "\\u00c7\\u0131nar" in file.read_text()
    with pytest.raises(CommandError, match="no forecast yet"):
        call_command("export_map", "hotspots", str(file))
