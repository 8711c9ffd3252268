"""Records that are made in the editor: a street with sides, doors upon it, and what has no shape."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.editing import Editor, click_twice_apart

pytestmark = pytest.mark.browser


def middle(editor: Editor) -> tuple[float, float]:
    box = editor.page.locator("#map").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def draw_street(editor: Editor, name: str) -> None:
    """Across the middle of the map, from left to right."""
    page = editor.page
    x, y = middle(editor)
    page.click('[data-tool="street"]')
    click_twice_apart(page, (x - 150, y), (x + 110, y))
    editor.press("Enter")
    page.fill("#field-name", name)
    page.click("#record-form [type=submit]")
    expect(group(editor, "street_side").locator("ul li")).to_have_count(2)


def group(editor: Editor, entity: str) -> Locator:
    return editor.page.locator(f'#related [data-related="{entity}"]')


def at_map(editor: Editor, lon_lat: list[float]) -> tuple[float, float]:
    script = """c => { const map = document.getElementById('map').map, p = map.project(c);
        const b = map.getContainer().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }"""
    x, y = editor.page.evaluate(script, lon_lat)
    return x, y


def made(editor: Editor, entity: str) -> list[dict[str, Any]]:
    return [c for c in editor.changes() if (c["entity"], c["operation"]) == (entity, "CREATE")]


def test_a_street_is_drawn_and_a_door_placed_and_numbered(editor: Editor):
    editor.open_draft("Yeni sokak")
    page = editor.page
    draw_street(editor, "Deneme Sokağı")
    (street,) = made(editor, "street")
    sides = {c["values"]["side"]: c for c in made(editor, "street_side")}
    assert {s: c["values"]["parity"] for s, c in sides.items()} == {"L": "ODD", "R": "EVEN"}
    line = street["values"]["geometry"]["coordinates"][0]
    half = [(line[0][i] + line[1][i]) / 2 for i in (0, 1)]
    page.wait_for_timeout(500)
    x, y = at_map(editor, half)
    page.click('[data-tool="address"]')
    click_twice_apart(page, (x, y - 18))  # left of the line: north of it
    expect(page.locator("#field-side option:checked")).to_contain_text("Deneme Sokağı")
    assert page.input_value("#field-side") == sides["L"]["uid"]
    assert page.input_value("#field-number") == "1"
    assert page.input_value("#field-status") == "ACTIVE"
    page.click("#record-form [type=submit]")
    expect(page.locator("#record-title")).to_contain_text("Deneme Sokağı 1")
    page.click('[data-tool="number"]')
    expect(page.locator("#numbering-rows tr")).to_have_count(1)
    page.click("#numbering-close")
    editor.person.screen("editor-street")
    # One of its sides is opened and changed where it is listed.
    page.click("#related li .link >> nth=0")
    expect(page.locator("#field-parity")).to_have_value("ODD")
    page.select_option("#field-parity", "ANY")
    page.click("#record-form [type=submit]")
    expect(page.locator("#say")).not_to_have_class("bad")
    page.wait_for_timeout(500)
    assert {c["values"]["parity"] for c in made(editor, "street_side")} == {"ANY", "EVEN"}
    # Taken back, the street takes along what stands upon it.
    row = page.locator("#changes tr", has_text="Deneme Sokağı").last
    row.locator("button").last.click()
    expect(page.locator("#changes td.soft")).to_be_visible()
    assert editor.changes() == []
    expect(page.locator("#record")).to_be_hidden()
    expect(page.locator("#say")).not_to_have_class("bad")
    editor.person.faults = [f for f in editor.person.faults if "404" not in f]
    editor.person.is_content()


def test_a_building_of_the_draft_gets_a_door(editor: Editor):
    editor.open_draft("Yeni yapı")
    page = editor.page
    draw_street(editor, "Yapı Sokağı")
    (street,) = made(editor, "street")
    line = street["values"]["geometry"]["coordinates"][0]
    half = [(line[0][i] + line[1][i]) / 2 for i in (0, 1)]
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    x, y = at_map(editor, half)
    page.click('[data-tool="building"]')
    click_twice_apart(page, (x - 25, y - 60), (x + 25, y - 60), (x + 25, y - 25), (x - 25, y - 25))
    editor.press("Enter")
    page.fill("#field-name", "Deneme Apartmanı")
    page.click("#record-form [type=submit]")
    expect(group(editor, "address")).to_be_visible()
    page.click('[data-tool="place-doors"]')
    expect(page.locator("#record-title")).to_contain_text("Yapı Sokağı 1")
    (door,) = made(editor, "address")
    (building,) = made(editor, "building")
    assert door["values"]["building"] == building["uid"]
    editor.person.is_content()


def test_what_has_no_shape_is_added_where_it_belongs(editor: Editor):
    """A unit of a door, a former name and a missing parcel: through the list of related records."""
    editor.open_draft("Birimler")
    page, door = editor.page, editor.inside("address")
    page.mouse.click(*door["px"][0])
    expect(page.locator("#record-title")).to_contain_text(str(door["number"]))
    group(editor, "unit").locator("button", has_text="Ekle").click()
    expect(page.locator("#field-address option:checked")).to_contain_text(str(door["number"]))
    page.fill("#field-unit_number", "4")
    page.click("#record-form [type=submit]")
    expect(group(editor, "unit").locator("ul li.drafted")).to_have_count(1)
    assert made(editor, "unit")[0]["values"]["address"] == door["id"]
    # Up to its side, from there to the street, and a former name for that.
    page.click("#related > li:has-text('Sokağın') .link >> nth=0")
    page.wait_for_timeout(400)
    page.click("#related > li .link >> nth=0")
    expect(group(editor, "street_name")).to_be_visible()
    group(editor, "street_name").locator("button", has_text="Ekle").click()
    expect(page.locator("#record-title")).to_contain_text("Yeni")
    page.fill("#field-name", "Eski Sokak")
    page.select_option("#field-kind", "POPULAR")
    page.click("#record-form [type=submit]")
    expect(group(editor, "street_name").locator("ul li.drafted")).to_contain_text("Eski Sokak")
    editor.person.screen("editor-related")
    editor.person.is_content()


def test_undoing_what_is_open_closes_it_quietly(editor: Editor):
    editor.open_draft("Geri al")
    page = editor.page
    draw_street(editor, "Geçici Sokak")
    page.locator("#map canvas").focus()
    editor.press("Control+z")
    expect(page.locator("#record")).to_be_hidden()
    expect(page.locator("#say")).to_contain_text("Geri alındı")
    expect(page.locator("#say")).not_to_have_class("bad")
    assert editor.changes() == []


class TestTheShapeInTheMaking:
    def test_keep_in_the_bar_keeps_the_form(self, editor: Editor):
        editor.open_draft("Düğme")
        page = editor.page
        x, y = middle(editor)
        page.click('[data-tool="street"]')
        click_twice_apart(page, (x - 150, y), (x + 110, y))
        page.click("#apply")
        expect(page.locator("#say")).to_contain_text("formu doldur")
        page.click("#apply")  # without a name: the form says so, in words
        expect(page.locator("#field-name-error")).to_be_visible()
        assert "name:" not in page.inner_text("#say")
        page.fill("#field-name", "Düğme Sokağı")
        page.click("#apply")
        expect(group(editor, "street_side").locator("ul li")).to_have_count(2)

    def test_an_overlap_turns_it_red_without_another_step(self, editor: Editor):
        editor.open_draft("Kırmızı")
        page, plot = editor.page, editor.inside("parcel")
        a, b, c, d = plot["px"][:4]
        inner = [
            (p[0] * 0.7 + q[0] * 0.3, p[1] * 0.7 + q[1] * 0.3) for p, q in ((a, c), (b, d), (c, a))
        ]
        page.click('[data-tool="parcel"]')
        click_twice_apart(page, *inner)
        editor.press("Enter")
        expect(page.locator("#hints li").first).to_be_visible()
        expect(page.locator("#record-form")).to_be_visible()
        page.wait_for_function(
            """() => { const map = document.getElementById('map').map;
            const drawn = map.queryRenderedFeatures({layers: ['td-polygon']});
            return drawn.length && drawn.every(f => f.properties.polygonFillColor === '#c0241f'); }"""
        )
        editor.person.is_content()

    def test_an_area_and_a_line_by_keyboard_alone(self, editor: Editor):
        editor.open_draft("Klavyeyle")
        page = editor.page
        page.locator("#map canvas").focus()
        editor.press("b")
        far = ["Shift+ArrowRight"] * 2
        down = ["Shift+ArrowDown"] * 2
        editor.press("ArrowLeft", "Space", *far, "Space", *down, "Enter", "Enter")
        expect(page.locator("#record-title")).to_contain_text("Bina")
        page.fill("#field-name", "Klavye Apartmanı")
        page.locator("#record-form [type=submit]").focus()
        editor.press("Enter")
        expect(page.locator("#changes tr .link").first).to_be_visible()
        (building,) = made(editor, "building")
        ring = building["values"]["geometry"]["coordinates"][0][0]
        assert len(ring) == 4
        page.locator("#map canvas").focus()
        editor.press("Escape")
        page.wait_for_timeout(600)  # the map takes the room of the form
        editor.press("s", "Enter", *down, *far, "Enter", "Enter")
        expect(page.locator("#field-name")).to_be_visible()
        editor.person.screen("editor-keyboard")
        page.fill("#field-name", "Klavye Sokağı")
        page.locator("#record-form [type=submit]").focus()
        editor.press("Enter")
        expect(group(editor, "street_side").locator("ul li")).to_have_count(2)
        line = made(editor, "street")[0]["values"]["geometry"]["coordinates"][0]
        assert len(line) == 2 and line[1][0] > line[0][0] and line[1][1] < line[0][1]
        editor.person.is_content()


def test_who_was_signed_out_comes_back_to_what_was_written(editor: Editor):
    editor.open_draft("Oturum")
    page = editor.page
    x, y = middle(editor)
    page.click('[data-tool="street"]')
    click_twice_apart(page, (x - 150, y), (x + 110, y))
    editor.press("Enter")
    page.fill("#field-name", "Kalıcı Sokak")
    editor.person.context.clear_cookies(name="sessionid")
    page.click("#record-form [type=submit]")
    expect(page.locator("#say a.sign-in")).to_be_visible()
    assert "redential" not in page.inner_text("#say")
    assert page.input_value("#field-name") == "Kalıcı Sokak"
    editor.person.screen("editor-signed-out")
    page.click("#say a.sign-in")
    page.fill("#id_username", "yonetici")
    page.fill("#id_password", editor.person.portal.facts["password"])
    page.click("main button[type=submit]")
    page.wait_for_selector('#editor[data-ready="1"]', timeout=60_000)
    expect(page.locator("#draft option:checked")).to_contain_text("Oturum")
    expect(page.locator("#field-name")).to_have_value("Kalıcı Sokak")
    page.click("#record-form [type=submit]")
    expect(group(editor, "street_side").locator("ul li")).to_have_count(2)
