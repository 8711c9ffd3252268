"""A dashboard as a manager uses it: filters by click, keys, arranging, the meeting, a phone."""

import csv
import io
import re

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser
TITLES = "[...document.querySelectorAll('figure.chart h2')].map((h) => h.textContent)"


def drawn(page, tile: int) -> None:
    """The tile has come into view and is drawn."""
    page.locator(f"#tile-{tile}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#tile-{tile}[data-drawn] .canvas svg")


def whole(page, tile: int = 0) -> int:
    return int(page.locator(f"#tile-{tile} .big").inner_text().split()[0].replace(".", ""))


@pytest.fixture
def manager(visit):
    person = visit()
    person.sign_in("mudur")
    return person


def opened(person, slug: str):
    page = person.go(f"/dashboards/{slug}/")
    page.wait_for_selector("body[data-ready]")
    return page


def test_a_click_on_a_bar_filters_every_tile_and_the_address(manager):
    page = opened(manager, "mayor")
    everything = whole(page)
    drawn(page, 6)  # requests by group of types
    bars = page.locator("#tile-6 tbody a")
    name, value = (
        bars.first.text_content(),
        int(page.get_attribute("#tile-6 tbody td", "data-value")),
    )
    box = page.locator("#tile-6 .canvas").bounding_box()
    page.wait_for_timeout(600)  # the bars have grown to their length
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.wait_for_url(re.compile(r"\?group=\d+$"))
    page.wait_for_selector(".chip")
    assert name in page.locator(".chip").inner_text()
    assert whole(page) == value < everything
    assert page.locator("#bar-group option:checked").text_content() == name
    assert page.locator("#tile-6 tr.chosen th a").text_content() == name
    assert bars.count() > 5  # the others are still there to be chosen
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(500)
    manager.screen("dashboard-filtered", full_page=True)
    page.go_back()
    page.wait_for_selector(".chip", state="detached")
    assert whole(page) == everything
    page.go_forward()
    page.wait_for_selector(".chip")
    page.click(".chip")
    page.wait_for_selector(".chip", state="detached")
    assert "group" not in page.url
    manager.is_content()


def test_a_filter_is_set_without_loading_the_page_again(manager):
    page = opened(manager, "mayor")
    page.evaluate("document.body.dataset.same = '1'")
    before = whole(page)
    page.select_option("#when", "30")
    page.wait_for_url(re.compile("days=30"))
    page.wait_for_function(f"() => {TITLES}.length && !document.querySelector('[aria-busy]')")
    page.wait_for_function(
        "(n) => document.querySelector('#tile-0 .big').firstChild.textContent.trim() !== n",
        arg=f"{before:,}".replace(",", "."),
    )
    assert 0 < whole(page) < before
    page.select_option("#compare", "previous")
    page.wait_for_selector("#tile-0 .tag")
    assert re.search(r"[+−]?%\d", page.locator("#tile-0 .tag").inner_text())
    assert page.evaluate("document.body.dataset.same") == "1"
    # The permalink says the same without a script having been there before.
    told = page.locator("#tile-0 .big").inner_text()
    page.reload()
    assert page.locator("#tile-0 .big").inner_text() == told
    manager.is_content()


def test_the_keys_read_the_bars_and_filter(manager):
    page = opened(manager, "mayor")
    drawn(page, 6)
    canvas = page.locator("#tile-6 .canvas")
    first = page.locator("#tile-6 tbody tr").first
    canvas.focus()
    page.keyboard.press("ArrowRight")
    told = page.inner_text("#told")
    assert told == f"{first.locator('th').text_content()}, {first.locator('td').text_content()}"
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#told") != told
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"group=\d+"))
    page.wait_for_selector("#tile-6 tr.chosen", state="attached")
    assert page.evaluate("document.activeElement.matches('#tile-6 .canvas')")
    # The same by the table alone.
    page.locator("#tile-6 summary").first.press("Enter")
    page.locator("#tile-6 tbody a").nth(0).press("Enter")
    page.wait_for_function(
        "() => document.querySelector('#tile-6 tr.chosen th a') === document.activeElement"
    )
    manager.is_content()


def test_every_kind_of_chart_is_drawn_with_its_table(manager):
    found = set()
    for slug in ("mayor", "department", "quality", "utility", "manager", "channels"):
        page = opened(manager, slug)
        for tile in range(page.locator("figure.chart").count()):
            figure = page.locator(f"#tile-{tile}")
            if figure.locator(".canvas").count():
                drawn(page, tile)
                assert figure.locator("svg path").count() > 0
                found.add(figure.get_attribute("data-kind"))
                assert figure.locator("table thead th").count() > 1
        manager.screen(f"dashboard-{slug}", full_page=True)
    assert found == {
        "figure", "bar", "line", "pie", "calendar", "funnel", "box", "gauge", "multiples", "stacked",
    }  # fmt: skip
    manager.is_content()


def test_a_chart_is_taken_along_as_picture_and_table(manager):
    page = opened(manager, "mayor")
    drawn(page, 6)
    with page.expect_download() as picture:
        page.click("#tile-6 [data-take=png]")
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as drawing:
        page.click("#tile-6 [data-take=svg]")
    assert page.locator("#tile-6 h2").inner_text() in drawing.value.path().read_text()
    with page.expect_download() as table:
        page.click("#tile-6 [data-take=csv]")
    rows = list(csv.reader(io.StringIO(table.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == page.locator("#tile-6 tr").count()
    assert sum(int(row[1]) for row in rows[1:-1]) == int(rows[-1][1]) == whole(page)
    manager.is_content()


def test_the_meeting_shows_one_tile_after_the_other(manager):
    page = opened(manager, "mayor")
    page.keyboard.press("f")
    page.wait_for_selector(".meeting")
    for hidden in (".top", "#bar", ".foot"):
        assert page.locator(hidden).is_hidden()
    assert page.locator("figure.chart:visible").count() == 1
    assert page.locator(".meeting-foot output").inner_text().endswith(" 1 / 12")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("#tile-4 .canvas svg")
    assert page.locator("figure.chart:visible").get_attribute("id") == "tile-4"
    box = page.locator("#tile-4 .canvas").bounding_box()
    assert box["width"] > 1100
    assert box["height"] > 500
    page.wait_for_timeout(600)
    manager.screen("dashboard-meeting")
    page.keyboard.press("ArrowLeft")
    assert page.locator("figure.chart:visible").get_attribute("id") == "tile-3"
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not(.meeting)")
    assert page.locator("figure.chart:visible").count() == 12
    manager.is_content()


def test_arranging_by_keys_alone(manager):
    page = manager.go("/dashboards/")
    page.fill("#title", "Pazartesi toplantısı")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dashboards/pazartesi-toplantisi"))
    assert page.locator(".empty").is_visible()  # which says what to do
    page.wait_for_selector("#arrange:not([hidden])")
    page.focus("#arrange")
    page.keyboard.press("Enter")
    for indicator, by, kind in (
        ("opened", "group", "bar"),
        ("resolved", "month", "line"),
        ("open", "month", "figure"),
    ):
        page.select_option("#add-indicator", indicator)
        page.select_option("#add-by", by)
        assert page.locator("#add-kind option[value=calendar]").is_disabled()
        page.select_option("#add-kind", kind)
        count = page.locator("figure.chart").count()
        page.focus("#add button")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "(n) => document.querySelectorAll('figure.chart').length > n", arg=count
        )
    first, second, third = page.evaluate(TITLES)
    page.focus("#tile-2 [data-do=earlier]")
    page.keyboard.press("Enter")
    page.wait_for_function(f"(t) => {TITLES}[1] === t", arg=third)
    assert page.evaluate("document.activeElement.dataset.do") == "earlier"
    page.keyboard.press("Enter")
    page.wait_for_function(f"(t) => {TITLES}[0] === t", arg=third)
    page.locator("figure.chart [data-do=wider]").first.press("Enter")
    page.wait_for_selector("figure.chart.w-4")
    page.locator("figure.chart [data-do=rename]").nth(1).press("Enter")
    page.keyboard.type("Konular")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TITLES}.includes('Konular')")
    page.locator("figure.chart [data-do=remove]").nth(2).press("Enter")
    page.wait_for_function("() => document.querySelectorAll('figure.chart').length === 2")
    page.focus("#undo")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('figure.chart').length === 3")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(500)
    manager.screen("dashboard-arranging", full_page=True)
    page.reload()
    assert page.evaluate(TITLES) == [third, "Konular", second]
    assert page.locator("figure.chart").first.get_attribute("class").split().count("w-4") == 1
    assert first != "Konular"
    manager.is_content()


def test_who_arranges_an_older_version_is_told(manager):
    page = manager.go("/dashboards/")
    page.fill("#title", "İki sekme")
    page.select_option("#copied", "satisfaction")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#arrange:not([hidden])")
    other = manager.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#arrange:not([hidden])")
    for one in (page, other):
        one.click("#arrange")
        one.click("#tile-0 [data-do=later]")
        one.wait_for_function(
            "() => document.getElementById('told').textContent || !document.getElementById('add-error').hidden"
        )
    assert page.locator("#add-error").is_hidden()
    assert other.locator("#add-error").inner_text()
    # The browser itself reports the answer 409 as an error in its console; nothing else may be there.
    assert manager.faults == []


def test_a_tile_is_dragged_to_another_place(manager):
    page = manager.go("/dashboards/")
    page.fill("#title", "Sürükle")
    page.select_option("#copied", "quality")
    page.click("main form button[type=submit]")
    page.wait_for_selector("#arrange:not([hidden])")
    page.click("#arrange")
    before = page.evaluate(TITLES)
    handle = page.locator("figure.chart .drag").first.bounding_box()
    target = page.locator("#tile-2").bounding_box()
    page.mouse.move(handle["x"] + 6, handle["y"] + 6)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_function(f"(t) => {TITLES}[2] === t", arg=before[0])
    page.reload()
    assert page.evaluate(TITLES)[:3] == [before[1], before[2], before[0]]
    manager.is_content()


def test_one_column_on_a_phone(visit):
    person = visit(**PHONE)
    person.sign_in("mudur")
    page = opened(person, "manager")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lefts = page.evaluate(
        "[...document.querySelectorAll('figure.chart')].map((f) => f.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == 1
    drawn(page, 0)
    drawn(page, 6)
    page.wait_for_timeout(500)
    person.screen("dashboard-phone")
    page.goto(person.portal.url + "/dashboards/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.is_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dashboards_have_no_serious_fault(visit, scheme):
    person = visit(color_scheme=scheme, bypass_csp=True)
    person.sign_in("mudur")
    found = {}
    for path in ("", "mayor/", "manager/?group=1&compare=previous", "quality/"):
        page = person.go(f"/dashboards/{path}")
        for tile in range(page.locator("figure.chart").count()):
            page.locator(f"#tile-{tile}").scroll_into_view_if_needed()
        page.wait_for_timeout(800)
        if faults := faults_of(page):
            found[path] = faults
    assert found == {}


def test_without_scripts_every_table_is_there(visit):
    person = visit(java_script_enabled=False)
    person.sign_in("mudur")
    page = person.go("/dashboards/mayor/")
    assert page.locator("#tile-6 table").is_visible()
    page.locator("#tile-6 tbody a").first.click()
    page.wait_for_url(re.compile(r"group=\d+"))
    assert page.locator(".chip").is_visible()
    order = page.evaluate  # scripts of the page are off, the test's own are not
    tops = order(
        "[...document.querySelectorAll('figure.chart')].map((f) => [f.getBoundingClientRect().top, f.getBoundingClientRect().left])"
    )
    assert tops == sorted(tops)  # read in the order in which it is seen


def test_a_map_is_in_its_tile_and_follows_the_filters(manager):
    page = opened(manager, "mayor")
    tile = page.locator(".map-tile").first
    tile.scroll_into_view_if_needed()
    page.wait_for_selector(".map-tile .map[data-painted][data-ready]")
    whole, rows = tile.locator(".source").inner_text(), tile.locator("tbody tr").count()
    assert rows > 5
    assert "neighbourhood" in tile.locator("a.button").get_attribute("href")
    manager.is_content()
    assert faults_of(page) == []
    page.select_option("#bar-group", index=1)
    page.wait_for_function(
        "(before) => document.querySelector('.map-tile .source')?.textContent.trim() !== before"
        " && document.querySelector('.map-tile .map[data-painted]')", arg=whole,
    )  # fmt: skip
    assert (
        page.locator("#bar-group option:checked").text_content()
        in tile.locator(".source").inner_text()
    )
    manager.is_content()
