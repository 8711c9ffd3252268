"""The field that completes addresses: keys, voice, mouse, phone, and no JavaScript at all."""

import contextlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser


def begun(visitor: Visitor) -> str:
    """The street with its neighbourhood, as somebody types it."""
    f = visitor.portal.facts
    return f"{f['street'].lower()} {f['neighbourhood'].lower()[:6]}"


def type_into(page, field: str, text: str) -> None:
    page.focus(field)
    page.keyboard.type(text, delay=15)


def options(page):
    return page.locator(".address-box [role=option]")


def active(page, field: str) -> str | None:
    """The text of the option that the field points at."""
    return page.evaluate(
        """field => { const id = document.querySelector(field).getAttribute('aria-activedescendant');
            return id ? document.getElementById(id).textContent : null; }""",
        field,
    )


def test_by_keyboard_with_all_that_a_screen_reader_needs(visit):
    person = visit()
    page = person.go("/report/")
    field = "#place_text"
    box = page.locator(field)
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "false"
    type_into(page, field, begun(person))
    options(page).first.wait_for()
    person.screen("address-box")
    count = options(page).count()
    listbox = page.locator(f"#{box.get_attribute('aria-controls')}")
    assert listbox.get_attribute("role") == "listbox"
    assert listbox.get_attribute("aria-label") == "Önerilen adresler"
    assert box.get_attribute("aria-expanded") == "true"
    status = page.locator(".address-box [role=status]")
    told = status.inner_text()
    assert told.startswith("Bir öneri" if count == 1 else f"{count} öneri"), told
    assert active(page, field) is None  # nothing is chosen by itself
    page.keyboard.press("ArrowDown")
    first = active(page, field)
    assert first == options(page).first.inner_text()
    assert options(page).first.get_attribute("aria-selected") == "true"
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    assert active(page, field) is None
    page.keyboard.press("ArrowUp")  # round to the last
    assert active(page, field) == options(page).last.inner_text()
    page.keyboard.press("Home")  # the caret moves: the list has no say
    assert active(page, field) is None
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert page.input_value(field) == begun(person)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value(field) == first
    assert page.url.endswith("/report/")  # Enter chose, and did not send the form
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Escape")
    assert page.input_value(field) == ""
    person.is_content()


def test_the_open_list_has_no_fault_of_access(visit):
    person = visit(bypass_csp=True)
    page = person.go("/report/")
    type_into(page, "#place_text", begun(person))
    options(page).first.wait_for()
    page.keyboard.press("ArrowDown")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_what_was_typed_is_marked_in_any_writing(visit):
    person = visit()
    page = person.go("/report/")
    name = person.portal.facts["neighbourhood"]
    ascii_upper = name.upper().translate(str.maketrans("İŞĞÇÖÜÂÎÛ", "ISGCOUAIU"))
    type_into(page, "#place_text", ascii_upper)
    options(page).first.wait_for()
    marks = options(page).first.locator("mark").all_inner_texts()
    assert " ".join(marks) == name


def test_a_number_is_completed_and_what_is_sent_is_found(visit):
    person = visit()
    page = person.go("/report/")
    f = person.portal.facts
    page.fill("#description", "Kaldırım taşları kırık")
    type_into(page, "#place_text", f"{begun(person)} {f['number']}")
    wanted = re.compile(rf"{f['street']} No:{re.escape(f['number'])}, ")
    option = options(page).filter(has_text=wanted).first
    option.wait_for()
    option.click()
    assert f"No:{f['number']}" in page.input_value("#place_text")
    page.wait_for_function("() => document.getElementById('map').map.getZoom() > 16")
    assert page.input_value("#lon") == ""  # shown, not pinned
    page.locator("input[name='answer.injured'][value=no]").check()
    person.send_report()
    assert f["street"] in page.locator("dl.facts").first.inner_text()
    person.is_content()


def test_a_late_answer_does_not_replace_a_newer_one(visit):
    person = visit()
    page = person.page
    f = person.portal.facts
    held = []

    def slowly(route):
        if "q=kar&" in route.request.url + "&":
            held.append(route)  # answered after the next one
        else:
            route.continue_()

    page.route("**/geocode/autocomplete?*", slowly)
    person.go("/report/")
    type_into(page, "#place_text", "kar")
    page.wait_for_timeout(400)
    assert len(held) == 1
    page.keyboard.press("Control+a")
    page.keyboard.type(f["neighbourhood"], delay=15)
    options(page).first.wait_for()
    shown = options(page).all_inner_texts()
    with contextlib.suppress(Error):  # it was aborted by the page, as it should be
        held[0].continue_()
    page.wait_for_timeout(400)
    assert options(page).all_inner_texts() == shown
    assert f["neighbourhood"] in shown[0]


def test_few_questions_are_asked(visit):
    """One after a pause, not one for each letter; none again for what is known."""
    person = visit()
    page = person.page
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/autocomplete" in r.url else None)
    person.go("/report/")
    type_into(page, "#place_text", begun(person))
    options(page).first.wait_for()
    assert len(asked) <= 3
    before = len(asked)
    page.keyboard.press("Backspace")
    page.wait_for_timeout(400)
    page.keyboard.type(begun(person)[-1])
    page.wait_for_timeout(400)
    assert len(asked) == before + 1


def test_the_search_of_the_map(visit):
    person = visit()
    page = person.go("/map/")
    f = person.portal.facts
    type_into(page, "#find", f"{begun(person)} no {f['number']}")
    options(page).first.wait_for()
    person.screen("map-search")
    page.keyboard.press("Enter")  # the first, where none is chosen
    page.wait_for_function(
        "() => { const m = document.getElementById('map').map; return m.getZoom() > 16 && !m.isMoving(); }",
        timeout=60_000,
    )
    assert page.locator(".maplibregl-marker").count() == 1
    centre = page.evaluate("document.getElementById('map').map.getCenter().toArray()")
    assert centre == pytest.approx([f["lon"], f["lat"]], abs=0.002)
    person.is_content()


def test_on_a_phone(visit):
    person = visit(**PHONE)
    page = person.go("/report/")
    type_into(page, "#place_text", begun(person))
    options(page).first.wait_for()
    person.screen("address-box-phone")
    box = options(page).first.bounding_box()
    assert box["height"] >= 44
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    options(page).first.tap()
    assert page.input_value("#place_text") != begun(person)
    assert options(page).first.is_hidden()
    person.is_content()


def test_in_the_dark_and_in_english(visit):
    person = visit(color_scheme="dark", locale="en-GB")
    page = person.go("/report/")
    type_into(page, "#place_text", begun(person))
    options(page).first.wait_for()
    page.keyboard.press("ArrowDown")
    person.screen("address-box-dark")
    assert re.match(
        r"(One|\d+) suggestions?\.", page.locator(".address-box [role=status]").inner_text()
    )


def test_without_javascript_it_is_a_plain_field(visit):
    person = visit(java_script_enabled=False)
    page = person.page
    page.goto(person.portal.url + "/report/")
    field = page.locator("#place_text")
    assert field.get_attribute("role") is None
    assert page.locator(".address-box").count() == 0
    f = person.portal.facts
    page.fill("#description", "Kaldırım taşları kırık")
    page.fill(
        "#place_text", f"{f['neighbourhood']} mah. {f['street']} no:{f['number']}, {f['district']}"
    )
    person.send_report(injured="no")
