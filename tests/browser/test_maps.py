"""The maps draw what they should, from this host alone."""

import re

import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def test_the_city_map_shows_basemap_and_cases(visit):
    person = visit()
    page = person.go("/map/")
    person.screen("map")
    assert {f["name"] for f in person.features("district-names")} >= {
        "Karesi",
        "Balya",
        "Dursunbey",
    }
    assert sum(f["count"] for f in person.features("case-clusters")) > 10
    f = person.portal.facts
    page.evaluate(
        """([lon, lat]) => { const box = document.getElementById('map'); delete box.dataset.ready;
            box.map.jumpTo({center: [lon, lat], zoom: 17.2}); }""",
        [f["lon"], f["lat"]],
    )
    person.map_is_drawn()
    assert f["street"] in {x["name"] for x in person.features("street-fill")}
    assert len(person.features("buildings")) > 10
    assert f["number"] in {x["label"] for x in person.features("door-numbers")}
    assert re.search(r"#17\.\d*/", page.url)
    person.screen("map-doors")
    person.is_content()


def test_the_map_of_a_day_asks_for_that_day(visit):
    person = visit()
    page = person.go("/map/?as_of=2019-05-01")
    person.map_is_drawn()
    assert page.input_value("#as-of") == "2019-05-01"
    tiles = "document.getElementById('map').map.getSource('register').tiles[0]"
    assert page.evaluate(tiles).endswith(".mvt?as_of=2019-05-01")
    assert "Karesi" in {f["name"] for f in person.features("district-names")}
    page.fill("#as-of", "")
    page.dispatch_event("#as-of", "change")
    page.wait_for_function("() => !location.search.includes('as_of')")
    assert page.evaluate(tiles).endswith(".mvt")
    person.is_content()


def test_cases_follow_their_filter(visit):
    person = visit()
    f = person.portal.facts
    page = person.go(f"/map/#13.5/{f['lat']:.4f}/{f['lon']:.4f}")
    shown = len(person.features("case-points"))
    assert shown
    page.evaluate("delete document.getElementById('map').dataset.ready")
    page.uncheck("input[name=open_only]")
    page.wait_for_timeout(300)
    person.map_is_drawn()
    assert len(person.features("case-points")) > shown * 3
    assert "state=all" in page.url
    person.is_content()


@pytest.mark.parametrize("page_name", ["choropleth", "density"])
def test_thematic_pages_have_map_and_legend(visit, page_name):
    person = visit()
    page = person.go(f"/maps/{page_name}/")
    assert page.locator(".legend li").count() >= 3
    person.screen(page_name)
    person.is_content()


def test_dark_and_print(visit):
    person = visit(color_scheme="dark")
    page = person.go("/map/")
    person.screen("map-dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="light", media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.locator(".top").is_hidden()
    person.is_content()


def test_a_picture_of_areas_has_their_colours(visit):
    """What is joined to the shapes in the browser is in the picture too."""
    person = visit()
    page = person.go("/maps/choropleth/?level=district&days=365")
    person.map_is_drawn()
    shown = page.evaluate(
        """() => { const map = document.getElementById('map').map;
            const answer = map.getPaintProperty('areas', 'fill-color');
            return [...new Set(answer.filter((v) => typeof v === 'string' && v.startsWith('#')))]; }"""
    )
    assert len(shown) >= 3
    with page.expect_download(timeout=90_000) as handed:
        page.click("[data-do=picture]")
    picture = Image.open(handed.value.path()).convert("RGB")
    seen = {c for n, c in picture.getcolors(10_000_000) or [] if n > 500}

    # From far away the areas are opaque: the colours of the legend are those of the map.
    drawn = [
        colour
        for colour in shown
        if any(
            max(abs(a - b) for a, b in zip(c, bytes.fromhex(colour[1:]), strict=True)) <= 3
            for c in seen
        )
    ]
    assert len(drawn) >= 3, (shown, len(seen))
    person.is_content()
