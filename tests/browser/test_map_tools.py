"""The map page: layers, legend, what is found, measuring, table, paper, two periods; by mouse, by
keyboard, on a phone."""

import csv
import io
import json
import re
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from geopy.distance import geodesic
from PIL import Image

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

MAP = "document.getElementById('map').map"
MM = 72 / 25.4


def near(person: Any, zoom: float = 17.2) -> Any:
    """The map at a door that is known."""
    f = person.portal.facts
    return person.go(f"/map/#{zoom}/{f['lat']:.6f}/{f['lon']:.6f}")


def settle(person: Any, page: Any) -> None:
    """Waits until the map has drawn what was asked for just now."""
    page.evaluate("delete document.getElementById('map').dataset.ready")
    page.evaluate(f"{MAP}.triggerRepaint()")
    person.map_is_drawn()


def shown(page: Any) -> list[str]:
    return page.eval_on_selector_all("#layers input:checked", "boxes => boxes.map(b => b.value)")


def is_accessible(page: Any) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def sentence(page: Any) -> str:
    return page.inner_text("#map > [role=status].hidden-visually")


def test_what_the_map_waits_for_is_asked_for_once_and_at_once(visit):
    person = visit()
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    page = person.go("/map/")
    assert len([url for url in asked if "/maps/style/" in url]) == 1
    assert not [url for url in asked if "dark.json" in url]
    assert page.evaluate("performance.getEntriesByName('map-drawn').length") == 1
    names = {url.split("?")[0].rsplit("/", 1)[-1] for url in asked}
    assert {"sprite.json", "sprite.png", "0-255.pbf", "256-511.pbf"} <= names
    person.is_content()


def test_layers_theme_and_place_stand_in_the_address(visit):
    first = visit()
    page = near(first)
    assert "buildings" in shown(page)
    page.uncheck("#layers input[value=buildings]")
    page.check("#layers input[value=density]")
    page.select_option("[data-do=theme]", "emergency")
    page.select_option("#group", "yol")
    settle(first, page)
    assert first.features("buildings") == []

    second = visit()
    again = second.go(page.url.removeprefix(first.portal.url))
    assert shown(again) == shown(page)
    assert "density" in shown(again)
    assert "buildings" not in shown(again)
    assert again.input_value("#group") == "yol"
    assert again.input_value("[data-do=theme]") == "emergency"
    assert again.evaluate(f"{MAP}.getZoom()") == pytest.approx(17.2)
    colour = f"{MAP}.getPaintProperty('land', 'fill-color')"
    assert again.evaluate(colour) == page.evaluate(colour) == "#f6f7f7"
    second.features("street-fill")
    first.is_content()
    second.is_content()


def test_the_first_choice_leaves_the_address_alone(visit):
    person = visit()
    page = person.go("/map/")
    page.uncheck("#layers input[value=parcels]")
    assert "layers=" in page.url
    page.check("#layers input[value=parcels]")
    assert "layers=" not in page.url


@pytest.mark.parametrize("theme", ["dark", "print", "emergency"])
def test_a_theme_keeps_what_is_drawn(visit, theme):
    person = visit()
    page = near(person, 14.3)
    before = page.evaluate(f"{MAP}.getStyle().layers.map(l => l.id)")
    page.select_option("[data-do=theme]", theme)
    page.wait_for_function(f"theme => {MAP}.getStyle().name.endsWith(theme)", arg=theme)
    settle(person, page)
    assert page.evaluate(f"{MAP}.getStyle().layers.map(l => l.id)") == before
    assert person.features("buildings")
    assert person.features("case-points")
    person.screen(f"map-{theme}-near")
    person.is_content()


def test_the_legend_follows_layers_and_zoom(visit):
    person = visit(locale="en-GB", extra_http_headers={"Accept-Language": "en"})
    page = person.go("/map/")
    legend = page.locator("#legend")
    assert "Border of a district" in legend.inner_text()
    assert "Building" not in legend.inner_text()
    f = person.portal.facts
    page.evaluate(
        f"([lon, lat]) => {MAP}.jumpTo({{center: [lon, lat], zoom: 17}})", [f["lon"], f["lat"]]
    )
    settle(person, page)
    page.wait_for_function("() => document.getElementById('legend').innerText.includes('Building')")
    assert "Mosque" in legend.inner_text()
    page.uncheck("#layers input[value=buildings]")
    page.wait_for_function(
        "() => !document.getElementById('legend').innerText.includes('Building')"
    )
    person.is_content()


def test_a_click_tells_everything_that_lies_there(visit):
    person = visit()
    person.sign_in("santral")
    page = near(person, 14)
    script = f"""() => {{
        const map = {MAP}, box = document.getElementById('map').getBoundingClientRect();
        const f = map.queryRenderedFeatures({{layers: ['case-points']}})
            .filter(f => f.properties.number).map(f => ({{f, p: map.project(f.geometry.coordinates)}}))
            .find(({{p}}) => p.x > 60 && p.y > 120 && p.x < box.width - 80 && p.y < box.height - 80);
        return [box.x + f.p.x, box.y + f.p.y, f.f.properties.number]; }}"""
    x, y, number = page.evaluate(script)
    page.mouse.click(x, y)
    found = page.locator(".found")
    assert number in found.inner_text()
    assert person.portal.facts["neighbourhood"] in found.inner_text() or "Mahalle" in (
        found.inner_text()
    )
    assert found.locator(f"a[href='/console/cases/{number}/']").count() == 1
    is_accessible(page)
    person.is_content()


def test_the_keyboard_moves_finds_and_comes_back(visit):
    person = visit()
    page = near(person)
    page.focus("#map canvas.maplibregl-canvas")
    assert "Enter" in sentence(page)
    before = page.evaluate(f"{MAP}.getCenter().lat")
    page.keyboard.press("ArrowUp")
    page.wait_for_function(
        f"before => {MAP}.getCenter().lat > before && !{MAP}.isMoving()", arg=before
    )
    page.wait_for_function(
        "district => document.querySelector('#map > [role=status].hidden-visually')"
        ".textContent.includes(district)",
        arg=person.portal.facts["district"],
    )
    zoom = page.evaluate(f"{MAP}.getZoom()")
    page.keyboard.press("+")
    page.wait_for_function(f"zoom => {MAP}.getZoom() >= zoom + 0.99", arg=zoom)
    settle(person, page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".found")
    assert page.evaluate("document.activeElement.className") == "found"
    assert person.portal.facts["district"] in page.inner_text(".found")
    page.keyboard.press("Escape")
    page.wait_for_selector(".found", state="detached")
    assert page.evaluate("document.activeElement.className") == "maplibregl-canvas"
    person.is_content()


def test_distances_and_areas_are_those_of_the_ellipsoid(visit):
    person = visit(locale="en-GB", extra_http_headers={"Accept-Language": "en"})
    page = person.go("/map/#12/39.65/27.88")
    page.click("[data-do=measure]")
    corners = [(620, 300), (1000, 330), (900, 620)]
    box = page.locator("#map").bounding_box()
    places = [
        page.evaluate(
            f"([x, y]) => {MAP}.unproject([x, y]).toArray()", [x - box["x"], y - box["y"]]
        )
        for x, y in corners
    ]
    for x, y in corners:
        page.mouse.click(x, y)
        page.wait_for_timeout(400)  # two clicks at once would be a double one
    told = page.inner_text(".measure-result")
    length, area = (float(number) for number in re.findall(r"([\d.]+) km", told))
    true = sum(geodesic(a[::-1], b[::-1]).km for a, b in pairwise(places))
    assert length == pytest.approx(true, rel=2e-4)
    wkt = ",".join(f"{lon} {lat}" for lon, lat in [*places, places[0]])
    of_postgis = person.portal.manage(
        "shell", "-v", "0", "-c",
        "from django.db import connection\nc = connection.cursor()\n"
        f"c.execute(\"SELECT ST_Area('POLYGON(({wkt}))'::geography)\")\nprint(c.fetchone()[0])",
    )  # fmt: skip
    assert area == pytest.approx(float(of_postgis) / 1e6, rel=1e-3)

    page.focus("#map canvas.maplibregl-canvas")
    page.keyboard.press("Backspace")
    assert "area" not in page.inner_text(".measure-result")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    page.keyboard.press("Enter")
    assert "area" in page.inner_text(".measure-result")
    page.keyboard.press("Escape")
    assert page.locator(".measure-result").is_hidden()
    assert page.get_attribute("[data-do=measure]", "aria-pressed") == "false"
    assert not page.evaluate(f"Boolean({MAP}.getSource('measure'))")
    person.is_content()


def test_the_table_has_what_the_map_shows(visit):
    person = visit()
    page = near(person)
    drawn = page.evaluate(
        f"""() => [...new Set({MAP}.queryRenderedFeatures({{layers: ['street-fill']}})
            .map(f => f.properties.name))].sort()"""
    )
    page.click("[data-do=table]")
    dialog = page.locator("dialog[open]")
    dialog.locator("select").select_option("streets")
    rows = dialog.locator("tbody tr")
    names = rows.locator("td:first-child").all_inner_texts()
    assert sorted(set(names)) == drawn
    head = dialog.locator("thead th").first
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    up = rows.locator("td:first-child").all_inner_texts()
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert rows.locator("td:first-child").all_inner_texts() == up[::-1]
    with page.expect_download() as handed:
        dialog.locator("[data-do=csv]").click()
    text = Path(handed.value.path()).read_text(encoding="utf-8-sig")
    written = list(csv.reader(io.StringIO(text)))
    assert sorted(row[0] for row in written[1:]) == sorted(names)
    is_accessible(page)
    page.keyboard.press("Escape")
    assert page.locator("dialog").count() == 0
    person.is_content()


@pytest.mark.parametrize("scale", [500, 5000, 250_000])
def test_a_scale_is_true_on_paper(visit, scale):
    """A known distance, measured on the map as the sheet draws it: 100 mm in each direction."""
    person = visit()
    page = person.go("/map/")
    lat, lon = 39.648, 27.882
    metres = scale / 10
    zoom = page.evaluate(
        "async ([scale, lat]) => (await import('/static/vip/map/sheet.js')).zoomFor(scale, lat)",
        [scale, lat],
    )
    page.evaluate(
        f"([lon, lat, zoom]) => {MAP}.jumpTo({{center: [lon, lat], zoom}})", [lon, lat, zoom]
    )
    for bearing in (0, 90):
        ends = [
            geodesic(meters=metres / 2).destination((lat, lon), turn)
            for turn in (bearing, bearing + 180)
        ]
        pixels = page.evaluate(
            f"""ends => {{ const [a, b] = ends.map(e => {MAP}.project(e));
                return Math.hypot(a.x - b.x, a.y - b.y); }}""",
            [[end.longitude, end.latitude] for end in ends],
        )
        assert pixels * 25.4 / 96 == pytest.approx(100, rel=0.003)


def content_of(pdf: bytes) -> str:
    """What the page draws, in clear."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b" Do" in text:
            return text.decode("latin-1")
    raise AssertionError("no page content")


def test_a_sheet_of_paper_is_made_at_scale(visit):
    person = visit()
    scripts: list[str] = []
    person.page.on("request", lambda request: scripts.append(request.url))
    page = near(person)
    page.click("[data-do=paper]")
    is_accessible(page)
    form = page.locator("dialog[open]")
    form.locator("[name=title]").fill("Çağış ile Işıklar: ŞĞÜÖİ")
    form.locator("[name=paper]").select_option("A3")
    form.locator("[name=lies]").select_option("landscape")
    form.locator("[name=scale]").select_option("2000")
    with page.expect_download(timeout=90_000) as handed:
        form.locator(".primary").click()
    assert handed.value.suggested_filename.endswith(".pdf")
    # What is loaded for it comes under names with a hash too, and no module comes twice.
    modules = [url.rsplit("/", 1)[-1] for url in scripts if re.search(r"\.m?js$", url)]
    assert {name.split(".")[0] for name in modules} >= {"sheet", "pdf", "pdf-lib", "fontkit"}
    assert [name for name in modules if not re.search(r"\.[0-9a-f]{12}\.m?js$", name)] == []
    assert len(modules) == len(set(modules))
    pdf = Path(handed.value.path()).read_bytes()
    clear = pdf.decode("latin-1")
    width, height = (
        float(n) for n in re.search(r"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+)", clear).groups()
    )
    assert (width / MM, height / MM) == pytest.approx((420, 297), abs=0.01)
    assert "/Lang (tr)" in clear
    assert "/Marked true" in clear
    assert "/DisplayDocTitle true" in clear
    title = "Çağış ile Işıklar: ŞĞÜÖİ".encode("utf-16-be").hex().upper()
    assert f"FEFF{title}" in clear
    drawn = content_of(pdf)
    # The picture lies as large as its pixels are at 200 dpi and more, or the scale would not hold.
    sides = [
        tuple(map(float, found)) for found in re.findall(r"([\d.]+) 0 0 ([\d.]+) 0 0 cm", drawn)
    ]
    across, down = max(sides)
    pixels = re.search(
        r"/Subtype /Image[^>]*?/Width (\d+)\s*/Height (\d+)[^>]*?DCTDecode", clear, re.DOTALL
    )
    assert pixels
    dpi = [int(n) / (side / 72) for n, side in zip(pixels.groups(), (across, down), strict=True)]
    assert dpi == pytest.approx([200, 200], rel=0.002)
    assert across / MM == pytest.approx(400, abs=0.01)
    # A bar of 50 m is 25 mm long here, of 20 m 10 mm: the longest round one of at most 45 mm.
    assert f"{25 * MM:.3f}"[:6] in drawn
    for kind in ("H1", "Figure", "P"):
        assert drawn.count(f"/{kind} <</MCID") >= 1
    assert drawn.count("BDC") + drawn.count("BMC") == drawn.count("EMC")
    page.keyboard.press("Escape")
    person.is_content()


def test_a_picture_has_the_size_of_the_screen_and_a_source_line(visit):
    person = visit()
    page = near(person)
    box = page.locator("#map").bounding_box()
    with page.expect_download(timeout=90_000) as handed:
        page.click("[data-do=picture]")
    picture = Image.open(handed.value.path()).convert("RGB")
    ratio = 200 / 96
    assert picture.width == pytest.approx(box["width"] * ratio, abs=3)
    foot = picture.height - box["height"] * ratio
    assert foot == pytest.approx(26 * ratio, abs=3)
    line = picture.crop((0, picture.height - int(foot) + 3, picture.width, picture.height))
    assert min(line.convert("L").getdata()) < 90  # something is written there
    colours = picture.crop((0, 0, picture.width, int(box["height"]))).getcolors(1_000_000)
    assert colours is None or len(colours) > 50
    person.is_content()


def test_two_periods_stand_side_by_side(visit):
    person = visit()
    page = person.go("/map/")
    page.uncheck("#layers input[value=cases]")
    page.click("[data-do=compare]")
    page.wait_for_selector(".map-second")
    second = "document.querySelector('.map-second').map"
    page.wait_for_function(f"() => {second}.loaded() && {second}.areTilesLoaded()")
    tiles = [page.evaluate(f"{one}.getSource('density').tiles[0]") for one in (MAP, second)]
    left, right = (dict(re.findall(r"(from|to)=([\d-]+)", url)) for url in tiles)
    assert left == {
        "from": page.input_value("[name=left-from]"), "to": page.input_value("[name=left-to]"),
    }  # fmt: skip
    assert right["from"] > left["to"]

    def counts(one: str) -> dict[str, int]:
        seen = page.evaluate(
            f"{one}.queryRenderedFeatures({{layers: ['density-hexagons']}}).map(f => f.properties)"
        )
        return {hexagon["h3"]: hexagon["cases"] for hexagon in seen}

    page.wait_for_function(
        f"() => {second}.queryRenderedFeatures({{layers: ['density-hexagons']}}).length > 0"
    )
    assert counts(second) != counts(MAP)
    # Both stand on the same place, wherever it is moved.
    page.evaluate(f"{MAP}.jumpTo({{center: [27.9, 39.6], zoom: 9.5}})")
    page.wait_for_function(f"() => Math.abs({second}.getZoom() - 9.5) < 1e-6")
    # The slider is the keyboard's as well.
    slider = page.locator(".swipe")
    cut = "getComputedStyle(document.querySelector('.map-second')).clipPath"
    before = page.evaluate(cut)
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert slider.input_value() == "60"
    assert page.evaluate(cut) != before
    person.screen("map-two-periods")
    is_accessible(page)
    # The other layer.
    page.select_option("#compared", "cases")
    page.wait_for_function(f"() => {second}.getSource('cases')?.tiles?.[0].includes('from=')")
    assert "cases" in shown(page) and "density" not in shown(page)
    # The comparison stands in the address.
    page.fill("[name=left-to]", "2026-01-31")
    page.goto(page.url)
    page.wait_for_selector(".map-second")
    assert (page.input_value("#compared"), page.input_value("[name=left-to]")) == (
        "cases",
        "2026-01-31",
    )
    page.click("[data-do=compare]")
    assert "compare=" not in page.url
    assert page.locator(".map-second").count() == 0
    person.is_content()


def test_who_may_not_see_a_layer_is_not_offered_it(visit):
    public = visit()
    offered = "boxes => boxes.map(b => b.value)"
    seen = public.go("/map/").eval_on_selector_all("#layers input", offered)
    assert {"quality", "work_orders", "service_areas"}.isdisjoint(seen)
    inside = visit()
    inside.sign_in("yonetici")
    seen = inside.go("/map/").eval_on_selector_all("#layers input", offered)
    assert {"quality", "work_orders", "service_areas"} <= set(seen)
    for name in ("quality", "work_orders", "service_areas"):
        inside.page.check(f"#layers input[value={name}]")
    settle(inside, inside.page)
    drawn = inside.page.evaluate(f"{MAP}.getStyle().layers.map(l => l.id)")
    assert {"quality-points", "work-points", "service-edges"} <= set(drawn)
    inside.is_content()


def test_a_layer_without_a_drawing_gets_a_plain_one(visit):
    """The tile service tells of a layer that the page has no drawing for."""
    person = visit()
    page = person.page

    def renamed(route: Any) -> None:
        answer = route.fetch()
        page_text = answer.text().replace('"id": "hotspots"', '"id": "streets_of_the_future"')
        route.fulfill(response=answer, body=page_text)

    page.route(re.compile(r"/map/$"), renamed)
    page.route("**/tiles/streets_of_the_future/**", lambda route: route.fulfill(status=204))
    person.go("/map/")
    page.check("#layers input[value=streets_of_the_future]")
    assert page.evaluate(f"{MAP}.getLayer('streets_of_the_future-plain').type") == "fill"
    person.is_content()


def test_the_map_on_a_phone(visit):
    person = visit(**PHONE)
    page = person.go("/map/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#map").bounding_box()["height"] > 350
    handle = page.locator("#handle")
    assert handle.is_visible()
    assert not page.locator("#find").is_visible()
    handle.tap()
    assert page.locator("#find").is_visible()
    page.locator("#layers input[value=parcels]").tap()
    assert "layers=" in page.url
    is_accessible(page)
    person.screen("map-phone")
    handle.tap()
    assert not page.locator("#find").is_visible()
    is_accessible(page)
    person.is_content()


def test_the_map_page_is_accessible_in_both_languages(visit):
    for language in ("tr", "en"):
        person = visit(locale=language, extra_http_headers={"Accept-Language": language})
        page = person.go("/map/")
        assert page.get_attribute("html", "lang") == language
        is_accessible(page)
        layers = json.loads(page.inner_text("#map-layers") or page.text_content("#map-layers"))
        assert {layer["id"] for layer in layers} >= {"boundaries", "cases", "density"}
        person.is_content()
