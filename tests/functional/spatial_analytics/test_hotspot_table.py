"""The hexagons of a forecast as a table, the shapes of its areas, and the file of its map."""

import re
from datetime import timedelta

import h3.api.basic_int as h3
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.urls import reverse
from django.utils import timezone

from spatial_analytics.folium_export.maps import hotspot_page
from spatial_analytics.models import HotspotArea, HotspotCell, HotspotRun
from spatial_analytics.rules.outlines import outline

pytestmark = pytest.mark.django_db

CELLS = [h3.latlng_to_cell(39.65, 27.80 + 0.01 * n, 9) for n in range(30)]


@pytest.fixture
def run(db) -> HotspotRun:
    """Thirty cells; of some it is known how many came, of some their dwellings."""
    start = timezone.localdate() - timedelta(days=7)
    made = HotspotRun.objects.create(
        created_at=timezone.now(), data_from="2025-01-01", data_to="2025-12-31", horizon_start=start,
        resolution=9, method="stack", code_version="1", scores={},
    )  # fmt: skip
    for n, cell in enumerate(CELLS):
        HotspotCell.objects.create(
            run=made, h3=cell, expected=30.0 - n, usual=20.0 - n / 2, p_any=0.5, p_unusual=0.034,
            lower=0, upper=60 - n, rank_share=(n + 1) / 30, distinct=1.0, happened=n % 4,
            dwellings=1000.0 if n < 3 else None, emerging="NEW" if n == 4 else "",
        )  # fmt: skip
    HotspotArea.objects.create(
        run=made, rank=1, name="Çarşı", cells=CELLS[:1], expected=9.0, usual=4.0, trend=1.3,
        geom=GEOSGeometry(memoryview(shapely.to_wkb(outline(CELLS[:1]))), srid=4326),
    )  # fmt: skip
    return made


def shown(client, **asked) -> list[list[str]]:
    """The lines of the table: index of the cell, then its figures."""
    html = client.get(reverse("hotspot_table"), asked, HTTP_ACCEPT_LANGUAGE="tr").content.decode()
    lines = re.findall(r'<tr><th scope="row"><a [^>]*data-cell="(\w+)".*?</tr>', html)
    rows = re.findall(r'<tr><th scope="row"><a.*?</tr>', html)
    return [
        [cell, *re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for cell, row in zip(lines, rows, strict=True)
    ]


def test_the_table_is_paged_and_begins_with_what_is_shown(client, run: HotspotRun):
    first, second = shown(client), shown(client, page=2)
    assert [len(first), len(second)] == [25, 5]
    assert [int(row[0], 16) for row in first + second] == CELLS
    assert first[0][1:6] == ["30,00", "20,00", "%50", "%3,4", "0 – 60"]
    rates = shown(client, show="per_100")
    assert [row[1] for row in rates] == ["3,00", "2,90", "2,80"]  # only of those that have it
    assert [row[1] for row in shown(client, show="emerging")] == ["yeni"]


def test_it_sorts_both_ways_and_tells_nothing_by_its_order(client, run: HotspotRun):
    rises = shown(client, sort="upper") + shown(client, sort="upper", page=2)
    falls = shown(client, sort="-upper") + shown(client, sort="-upper", page=2)
    assert [row[0] for row in rises] == [row[0] for row in falls][::-1]
    came = shown(client, show="happened") + shown(client, show="happened", page=2)
    assert [row[1] for row in came] == ["3"] * 7 + ["1 ya da 2"] * 15 + ["0"] * 8
    few = [CELLS.index(int(row[0], 16)) for row in came if row[1] == "1 ya da 2"]
    assert few == sorted(few)  # ones and twos by what is expected, not apart
    assert client.get(reverse("hotspot_table"), {"sort": "rank"}).status_code == 400


def test_a_box_holds_the_cells_that_the_map_shows(client, run: HotspotRun):
    inside = {int(row[0], 16) for row in shown(client, bbox="27.79,39.6,27.815,39.7")}
    assert set(CELLS[:2]) <= inside <= set(CELLS[:3])  # and at most their neighbours
    assert shown(client, bbox="20,10,21,11") == []
    assert client.get(reverse("hotspot_table"), {"bbox": "1,2,3"}).status_code == 400


def test_a_line_leads_to_its_cell_on_the_map(client, run: HotspotRun):
    html = client.get(reverse("hotspot_table")).content.decode()
    assert f"show=expected&amp;cell={CELLS[0]:x}#14/39.6" in html
    assert f"{reverse('hotspot_cells', args=['csv'])}?run={run.pk}&amp;weeks=1" in html


def test_an_area_has_a_shape_and_a_way_to_the_map(client, run: HotspotRun):
    (area,) = client.get(reverse("hotspot_area_shapes")).json()["features"]
    shape = shapely.geometry.shape(area["geometry"])
    assert (area["id"], area["properties"]["name"]) == (1, "Çarşı")
    assert area["bbox"] == pytest.approx(shape.bounds)
    html = client.get(reverse("hotspot_areas")).content.decode()
    assert f"?run={run.pk}&amp;area=1" in html


def test_the_file_of_the_map_has_the_classes_of_the_page(run: HotspotRun):
    rows = [
        {"h3": cell, "expected": 100.0 - n, "p_any": 0.5, "lower": 0, "upper": 9}
        for n, cell in enumerate(sorted(h3.grid_disk(CELLS[0], 6))[:100])
    ]
    html = hotspot_page(rows, title="Title", accuracy=["Measured."], lines=[])
    panel = re.search(r'<details class="vip-panel" open>.*?</ul>', html)
    assert panel
    least = re.findall(r"</i>(.*?)</li>", panel[0])
    assert [re.sub(r"\D+", " ", item).split() for item in least[:4]] == [
        ["100", "00", "1"], ["96", "00", "5"], ["91", "00", "10"], ["76", "00", "25"],
    ]  # fmt: skip
    assert len(least) == 5
    colours = re.findall(r'"colour": "(#\w+)"', html)
    assert [colours.count(c) for c in ("#063f37", "#2a8a76", "#57ad97", "#8fcbb9", "#c3e4d9")] == [
        1, 4, 5, 15, 75,
    ]  # fmt: skip
    assert "<p>Measured.</p></details>" in html
