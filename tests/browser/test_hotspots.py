"""Forecasts and alerts as a manager and a coordinator use them."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import PHONE
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser

# Two forecasts over the cells of the city's own cases, of three weeks ago and of today, and an alert.
_MADE = """
import json
from collections import Counter
from datetime import timedelta
import h3.api.basic_int as h3
from django.utils import timezone
from cases.models import Case
from spatial_analytics.actions.alerts import store_found
from spatial_analytics.models import HotspotArea, HotspotCell, HotspotRun
from spatial_analytics.rules.alerts import Found
from spatial_analytics.rules.outlines import outline
from django.contrib.gis.geos import GEOSGeometry
import shapely

HotspotRun.objects.all().delete()
now, today = timezone.now(), timezone.localdate()
cells = Counter(h3.cell_to_parent(c, 9) for c in Case.objects.exclude(h3_10=None).values_list("h3_10", flat=True))
ordered = [cell for cell, _ in cells.most_common()]
each = {"value": 0.31, "low": 0.29, "high": 0.33}
score = {"hit_rate_5": each, "pai_5": each, "hit_rate_1": each, "pai_1": each, "pei_5": 0.6, "pei_1": 0.4, "deviance": 0.4, "bias": 1.0}
scores = {
    "methods": {"mean_52": score, "stack": score}, "chosen": "stack", "best_simple": "mean_52", "best_learned": "stack",
    "gain": {"value": 0.0, "low": -0.01, "high": 0.01}, "simple_as_good": True, "test_weeks": 26, "cells": len(ordered),
    "test_from": "2026-01-01", "test_to": "2026-06-01", "calibration_worst": 0.05,
    "calibration_beyond_chance": 0.0, "calibration": [
        {"cells": 900, "said": 0.05, "happened": 0.06, "error": 0.01}, {"cells": 900, "said": 0.2, "happened": 0.25, "error": 0.06},
        {"cells": 900, "said": 0.6, "happened": 0.58, "error": 0.04},
    ],
}
for back in (21, 0):
    start = today - timedelta(days=back)
    run = HotspotRun.objects.create(
        created_at=now - timedelta(days=back), data_from=start - timedelta(days=400), data_to=start - timedelta(days=1),
        horizon_start=start, resolution=9, method="learned", code_version="2",
        scores=scores | ({"then": {"1": {"cases": 40, "caught": 12, "expected": 41.0, "hit_rate_5": 0.3}}} if back else {}),
    )
    HotspotCell.objects.bulk_create(
        HotspotCell(run=run, weeks=1, h3=cell, expected=cells[cell] / 10, usual=cells[cell] / 12, p_any=0.5, p_unusual=0.03,
                    lower=0, upper=9, rank_share=(n + 1) / len(ordered), distinct=cells[cell] / 11,
                    happened=cells[cell] % 5 if back else None, emerging="NEW" if n == 0 else "",
                    because={"ordinary": 0.3, "parts": [["recent", 2.0, {"recent": 1.5, "usual": 0.7}]], "counts": [0, 1, 3]})
        for n, cell in enumerate(ordered)
    )
    HotspotArea.objects.create(
        run=run, rank=1, name="Çarşı", geom=GEOSGeometry(memoryview(shapely.to_wkb(outline(ordered[:1]))), srid=4326),
        cells=ordered[:1], expected=9.0, usual=4.0, trend=1.3, streets=["Akasya Caddesi"], buildings=14,
    )
body = Counter(Case.objects.filter(state__in=["ROUTED", "ACCEPTED", "NEW"], h3_10__isnull=False,
               request_type__sensitive=False).values_list("department_id", flat=True)).most_common(1)[0][0]
of = list(Case.objects.filter(department=body, h3_10__isnull=False, request_type__sensitive=False).order_by("-pk")[:5])
found = Found(level="CELL", group=None, units=(h3.cell_to_parent(of[0].h3_10, 9),), cases=tuple(c.pk for c in of),
              first_day=today - timedelta(days=6), last_day=today - timedelta(days=1), observed=5, expected=0.4, recurrence_days=200.0)
store_found([found], day=today - timedelta(days=1), now=now)
lat, lon = h3.cell_to_latlng(ordered[0])
print(json.dumps({"lat": lat, "lon": lon, "cases": len(of)}))
"""


@pytest.fixture(scope="module")
def made(portal) -> dict[str, float]:
    return json.loads(portal.manage("shell", "-v", "0", "-c", _MADE).splitlines()[-1])


@pytest.fixture
def manager(visit, made):
    person = visit(bypass_csp=True)
    person.sign_in("mudur")
    return person


def drawn(person, path: str):
    page = person.go(path)
    page.wait_for_selector('.map[data-ready="1"]')
    return page


def test_a_hexagon_says_how_many_and_why(manager, made):
    page = drawn(manager, f"/maps/hotspots/#13/{made['lat']}/{made['lon']}")
    page.wait_for_function("Number(document.getElementById('map').dataset.hexes) > 0")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".maplibregl-popup-content svg")
    told = page.locator(".maplibregl-popup-content").inner_text()
    assert "son dört haftası" in told
    assert "%50" in told
    manager.screen("hotspots")


def test_enter_opens_the_hexagon_in_the_middle(manager, made):
    page = drawn(manager, f"/maps/hotspots/#13/{made['lat']}/{made['lon']}")
    page.wait_for_function("Number(document.getElementById('map').dataset.hexes) > 0")
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".maplibregl-popup-content svg")


def test_a_hexagon_without_reasons_says_so(manager, made):
    newest = (
        "from spatial_analytics.models import HotspotRun;"
        " cells = HotspotRun.objects.order_by('-created_at')[0].cells; "
    )
    manager.portal.manage("shell", "-v", "0", "-c", newest + "cells.update(because=None)")
    try:
        page = drawn(manager, f"/maps/hotspots/#13/{made['lat']}/{made['lon']}")
        page.wait_for_function("Number(document.getElementById('map').dataset.hexes) > 0")
        page.locator("#map canvas").focus()
        page.keyboard.press("Enter")
        told = page.locator(".maplibregl-popup-content")
        told.get_by_text("yalnızca en yüksek altıgenler için tutulur").wait_for()
    finally:
        because = "{'ordinary': 0.3, 'parts': [['recent', 2.0, {}]], 'counts': [0, 1, 3]}"
        manager.portal.manage("shell", "-v", "0", "-c", f"{newest}cells.update(because={because})")


@pytest.mark.parametrize("device", [{}, PHONE, {"color_scheme": "dark"}])
def test_the_box_of_a_hexagon_can_be_read_to_its_end(visit, made, device):
    person = visit(bypass_csp=True, **device)
    person.sign_in("mudur")
    page = drawn(person, f"/maps/hotspots/#13/{made['lat']}/{made['lon']}")
    page.wait_for_function("Number(document.getElementById('map').dataset.hexes) > 0")
    page.locator("#map canvas").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".maplibregl-popup-content svg")
    page.locator(".maplibregl-popup-content svg").scroll_into_view_if_needed()
    seen = """name => { const edge = document.querySelector('#map').getBoundingClientRect();
        const {top, bottom} = document.querySelector(name).getBoundingClientRect();
        return top >= edge.top && bottom <= edge.bottom; }"""
    assert page.evaluate(seen, ".maplibregl-popup-content")
    assert page.evaluate(seen, ".maplibregl-popup-content svg")
    ground = "getComputedStyle(document.querySelector('.maplibregl-popup-content')).backgroundColor"
    assert (page.evaluate(ground) == "rgb(255, 255, 255)") is ("color_scheme" not in device)
    assert not faults_of(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".maplibregl-popup-content", state="detached")


def test_the_table_beside_the_map_sorts_and_leads_to_a_hexagon(manager, made):
    page = drawn(manager, "/maps/hotspots/")
    lines = page.locator("#cells-part tbody a")
    lines.first.wait_for()
    first = lines.first.get_attribute("data-cell")
    page.locator("#cells-part thead a", has_text="Beklenen").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#cells-part [aria-sort=ascending]")
    assert "Beklenen" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_selector("#cells-part [aria-sort=descending]")
    page.locator(f"#cells-part [data-cell='{first}']").click()
    page.wait_for_function(
        "document.getElementById('map').map.queryRenderedFeatures({layers: ['chosen-cell']}).length"
    )
    page.wait_for_function("document.getElementById('map').map.getZoom() >= 13")
    page.get_by_role("link", name="Bütün altıgenler").click()
    page.locator("#cells tbody a").first.click()
    page.wait_for_selector('.map[data-ready="1"]')
    page.wait_for_function(
        "document.getElementById('map').map.queryRenderedFeatures({layers: ['chosen-cell']}).length"
    )
    manager.is_content()


def test_an_area_of_the_list_is_outlined_on_the_map(manager):
    page = manager.go("/maps/hotspots/areas/")
    page.get_by_role("link", name="Çarşı").click()
    page.wait_for_selector('.map[data-ready="1"]')
    page.wait_for_function(
        "document.getElementById('map').map.queryRenderedFeatures({layers: ['chosen-area']}).length"
    )
    page.wait_for_function("document.getElementById('map').map.getZoom() > 13")


def test_the_button_that_stops_the_learning_keeps_the_focus(manager):
    job = "from core.models import Job; jobs = Job.objects.filter(key='browser:focus'); "
    manager.portal.manage(
        "shell", "-v", "0", "-c",
        job + "Job.objects.create(name='spatial_analytics.forecast_hotspots', key='browser:focus',"
        " state='RUNNING', progress=0.4, message='first')",
    )  # fmt: skip
    try:
        page = drawn(manager, "/maps/hotspots/")
        page.get_by_role("button", name="Durdur").focus()
        told = "document.querySelector('#learning [role=status]').textContent"
        manager.portal.manage("shell", "-v", "0", "-c", job + "jobs.update(message='second')")
        page.wait_for_function(f"{told}.includes('second')")
        assert page.evaluate("document.activeElement.value") == "stop"
    finally:
        manager.portal.manage("shell", "-v", "0", "-c", job + "jobs.delete()")


def test_a_picture_says_what_it_shows_and_how_far_to_trust_it(manager):
    page = drawn(manager, "/maps/hotspots/")
    with page.expect_download(timeout=90_000) as handed:
        page.click("[data-do=picture]")
    picture = Image.open(handed.value.path()).convert("RGB")
    box = page.locator("#map").bounding_box()
    ratio = picture.width / box["width"]
    # Above the map a title, the figure with its days, and what was measured in as many lines as it needs.
    assert picture.height > (box["height"] + 26 + 54 + 3 * 20 - 1) * ratio
    left, top = picture.width - int(400 * ratio), picture.height - int(180 * ratio)
    corner = picture.crop((left, top, *picture.size))
    assert (6, 63, 55) in {colour for _n, colour in corner.getcolors(1_000_000)}  # of the best 1 %


def test_the_file_of_the_map_leaves_a_phone_its_map(visit, made, tmp_path: Path):
    person = visit(**PHONE)
    page = person.page
    file = tmp_path / "map.html"
    file.write_bytes(page.request.get(person.portal.url + "/maps/hotspots/map.html").body())
    page.goto(file.as_uri())
    panel = page.locator(".vip-panel")
    assert panel.bounding_box()["height"] < 90
    panel.locator("summary").first.click()
    box = panel.bounding_box()
    assert box["x"] + box["width"] <= 390
    assert box["height"] < 844 / 2
    person.is_content()


def test_the_slider_goes_back_to_what_then_happened(manager):
    page = drawn(manager, "/maps/hotspots/")
    loads = []
    page.on("request", lambda one: loads.append(one.url) if one.is_navigation_request() else None)
    page.locator("#past").focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_selector("#then")
    assert len(loads) == 1  # for the last of the steps alone
    assert "40 başvuru geldi" in page.locator("main").inner_text()
    assert page.locator("#show").input_value() == "happened"


def test_an_area_is_shown_from_its_name(manager):
    page = drawn(manager, "/maps/hotspots/")
    page.get_by_role("button", name="Çarşı").click()
    page.wait_for_function("document.getElementById('map').map.getZoom() > 13")


def test_an_alert_is_found_judged_and_counted(manager, made):
    page = drawn(manager, "/alerts/")
    page.wait_for_selector('#map[data-alerts="1"]')
    assert not faults_of(page)
    assert page.locator(".map-legend li").count() == 2
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.scroll'))"
    )
    page.locator("#alerts tbody a").first.click()
    page.wait_for_selector('.map[data-ready="1"]')
    assert page.locator(".map-legend li").count() == 2
    page.get_by_text("Aynı bilgiler tablo olarak").click()
    assert page.locator("#days tbody tr").count() == page.locator("svg.trend rect").count()
    assert "rastlantıyla böyle bir küme yaklaşık 7 ayda bir" in page.locator("main").inner_text()
    manager.screen("alert")
    page.get_by_role("radio", name="gerçek").check()
    page.get_by_role("button", name="Sakla").click()
    page.wait_for_selector(".notice.good")
    page = drawn(manager, "/alerts/?state=judged")
    assert (
        "%100" in page.locator("main").inner_text() or "100 %" in page.locator("main").inner_text()
    )


@pytest.mark.parametrize(
    "path",
    [
        "/maps/hotspots/", "/maps/hotspots/areas/", "/maps/hotspots/table/", "/maps/hotspots/reporting/",
        "/alerts/",
    ],
)  # fmt: skip
def test_a_phone_shows_all_of_it(visit, made, path: str):
    person = visit(bypass_csp=True, **PHONE)
    person.sign_in("mudur")
    page = person.go(path)
    assert page.evaluate("document.documentElement.scrollWidth <= screen.width + 1")
    assert not faults_of(page)


@pytest.mark.parametrize("device", [{}, PHONE])
def test_the_model_card_can_be_read(visit, made, device):
    person = visit(bypass_csp=True, **device)
    person.sign_in("mudur")
    page = person.go("/maps/hotspots/")
    page.get_by_role("link", name="Nasıl ölçüldü").click()
    page.wait_for_selector("svg.calibration")
    assert page.locator("svg.calibration circle + line").count() == 2
    assert page.get_by_text("25,0 ± 6,0").is_visible()
    assert page.get_by_text("bu kadar az haftada şans").first.is_visible()
    person.screen("hotspot-card", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= screen.width + 1")
    assert not faults_of(page)


def test_an_alert_fits_a_phone(visit, made):
    person = visit(bypass_csp=True, **PHONE)
    person.sign_in("mudur")
    page = person.go("/alerts/?state=all")
    page.locator("#alerts tbody a").first.click()
    page.wait_for_selector("svg.trend")
    assert page.evaluate("document.documentElement.scrollWidth <= screen.width + 1")
    assert not faults_of(page)
