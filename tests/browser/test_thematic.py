"""Thematic maps in front of a manager: a question answered, kept, and handed on."""

import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def choose(page, name: str, value: str) -> None:
    """A choice shows itself at once."""
    with page.expect_navigation():
        page.select_option(f"#question [name={name}]", value)


def painted(person: Any, path: str) -> Page:
    """The page of a map, once its areas have their colours."""
    page = person.go(path)
    page.wait_for_selector("#map[data-painted]")
    return page


def test_which_neighbourhoods_complain_most_about_rubbish_and_is_it_getting_better(visit):
    """Per resident, this year against last year: with the mouse, from the start page to a slide."""
    person = visit(viewport={"width": 1440, "height": 900})
    person.sign_in("mudur")
    page = person.page
    page.goto(person.portal.url + "/")
    began = time.monotonic()
    page.click(".top a:has-text('Tematik haritalar')")
    choose(page, "level", "neighbourhood")
    choose(page, "period", "year")
    rubbish = page.locator("#group option", has_text="Temizlik").first.get_attribute("value")
    choose(page, "group", rubbish)
    choose(page, "compare", "year")
    person.map_is_drawn()
    page.wait_for_selector("#map[data-painted]")
    with page.expect_download(timeout=90_000) as handed:
        page.click("[data-do=picture]")
    assert time.monotonic() - began < 30
    assert page.evaluate("document.getElementById('map').map.getZoom()") > 6  # of the whole city
    rows = page.locator("#areas tbody tr")
    assert rows.count() > 20
    head = page.locator("#areas thead").inner_text()
    assert "Şimdi" in head
    assert "Önce" in head
    first = rows.first.locator("td").all_inner_texts()
    assert float(first[0].replace(".", "").replace(",", ".")) > 0
    slide = Image.open(handed.value.path())
    shown = page.evaluate(
        "[document.getElementById('map').clientWidth, document.getElementById('map').clientHeight]"
    )
    # Title above, source below.
    assert slide.height / slide.width > shown[1] / shown[0] + 0.05
    person.screen("thematic")
    person.is_content()


def test_streets_in_the_colour_of_their_most_frequent_request(visit):
    person = visit()
    person.sign_in("mudur")
    f = person.portal.facts
    page = painted(
        person, f"/maps/choropleth/?level=street&show=primary&days=365#15/{f['lat']}/{f['lon']}"
    )
    page.wait_for_timeout(1500)
    drawn = page.evaluate(
        "document.getElementById('map').map.queryRenderedFeatures({layers: ['areas']}).map((f) => f.id)"
    )
    told = page.evaluate(
        "fetch(document.getElementById('map').dataset.url).then((r) => r.json()).then((a) => a.areas.map((s) => s.id))"
    )
    assert set(drawn) & set(told)
    assert page.locator("#legend li").count() >= 2
    person.screen("primary-streets")
    person.is_content()


def test_primary_and_bivariate_maps_of_neighbourhoods(visit):
    person = visit()
    person.sign_in("mudur")
    page = painted(person, "/maps/choropleth/?level=neighbourhood&show=primary&days=365")
    person.screen("primary")
    assert page.locator("#areas tbody tr").count() > 20
    page = painted(person, "/maps/choropleth/?level=neighbourhood&show=bivariate&days=365")
    person.screen("bivariate")
    assert page.locator(".bivariate rect").count() == 9
    page = painted(person, "/maps/choropleth/?level=cell&per=none&days=365")
    page.wait_for_timeout(1000)
    assert person.features("areas")
    person.is_content()


def test_from_a_district_to_its_neighbourhoods_and_requests(visit):
    person = visit()
    person.sign_in("mudur")
    page = painted(person, "/maps/choropleth/?days=365")
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.55)
    links = page.locator(".maplibregl-popup a")
    links.first.wait_for()
    names = links.all_inner_texts()
    assert names == ["Mahalleleri", "Listemdekiler"]
    assert "/console/" in links.nth(1).get_attribute("href")
    assert "opened_from=" in links.nth(1).get_attribute("href")
    with page.expect_navigation():
        links.first.click()
    assert "level=neighbourhood" in page.url
    assert "district=" in page.url
    # There, where the district lies: what has a figure fills the map.
    person.map_is_drawn()
    page.wait_for_selector("#map[data-painted]")
    west, south, east, north = page.get_attribute("#map", "data-bounds").split(",")
    shown = page.evaluate("document.getElementById('map').map.getBounds().toArray().flat()")
    assert shown[0] < float(west) < float(east) < shown[2]
    assert shown[3] - shown[1] < 1.5 * (float(north) - float(south)) or (
        shown[2] - shown[0] < 1.5 * (float(east) - float(west))
    )
    # And by keyboard, from the table.
    page.locator("#areas a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "level=street" in page.url
    person.is_content()


def test_a_map_is_kept_with_a_note_on_it(visit):
    person = visit(bypass_csp=True)
    person.sign_in("mudur")
    page = painted(person, "/maps/choropleth/?days=365#10/39.6/27.9")
    page.click("#keep summary")
    page.fill("#map-title", "Bizim harita")
    page.fill("#mark", "Buraya bakın")
    page.press("#mark", "Enter")
    assert page.locator("#marks li").count() == 1
    with page.expect_navigation():
        page.click("#save button.primary")
    person.map_is_drawn()
    page.wait_for_selector("#map[data-painted]")
    page.wait_for_timeout(800)
    assert [m["text"] for m in person.features("mark-points")] == ["Buraya bakın"]
    assert page.locator("#note").inner_text().startswith("Bizim harita")
    faults = Axe().run(page).response["violations"]
    assert [v["id"] for v in faults if v["impact"] in ("serious", "critical")] == []
    page.goto(person.portal.url + "/maps/saved/")
    assert "Bizim harita" in page.locator("tbody").inner_text()
    # And those that the city asks for by name.
    assert "Birincil istek ve şikâyet haritası" in page.locator("tbody").inner_text()
    person.is_content()


def test_two_periods_at_a_slider(visit):
    person = visit()
    person.sign_in("mudur")
    page = painted(
        person, "/maps/choropleth/?level=neighbourhood&per=none&period=year&compare=year"
    )
    page.click("[data-do=compare]")
    page.wait_for_selector(".map-second canvas")
    page.wait_for_timeout(1500)
    now, before = page.evaluate(
        """[document.getElementById('map').map, document.querySelector('.map-second').map]
            .map((m) => JSON.stringify(m.getPaintProperty('areas', 'fill-color')))"""
    )
    assert now != before
    person.screen("thematic-two-periods")
    page.click("[data-do=compare]")
    assert page.locator(".map-second").count() == 0
    person.is_content()


def test_on_a_phone_without_a_mouse(visit):
    person = visit(**PHONE)
    page = painted(person, "/maps/choropleth/?days=365")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    person.screen("thematic-phone")
    assert page.locator("#legend li").first.is_visible()
    # The map comes after its title, before choices and table.
    places = [page.locator(f"{one}").bounding_box()["y"] for one in ("h1", "#map", "#question")]
    assert places == sorted(places)
    assert places[1] < PHONE["viewport"]["height"]
    person.go("/maps/hotspots/").wait_for_selector(".map[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    person.is_content()
