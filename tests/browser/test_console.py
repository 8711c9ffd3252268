"""The console's list and a case by keyboard, with the map beside it, and many cases at once."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
_TOUCH = (
    "from cases.actions.recording import changing; from cases.models import Case;"
    "from django.db import transaction; from django.utils import timezone;"
    "case = Case.objects.get(number='{number}');\n"
    "with transaction.atomic():\n"
    "    with changing(case, 'accept', actor=None, now=timezone.now()):\n"
    "        case.needs_review = not case.needs_review\n"
)


def rows(page) -> list[str]:
    return page.eval_on_selector_all(
        "#list tr[data-number]", "all => all.map(r => r.dataset.number)"
    )


def test_a_list_by_keyboard(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go("/console/?view=all&sort=old")
    first = rows(page)
    for key in "jjx":
        page.keyboard.press(key)
    assert page.locator("tr.here").get_attribute("data-number") == first[1]
    assert page.locator("#selected").inner_text() == "1"
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("#selected").inner_text() == "2"
    # What somebody's browser (a keeper of passwords, say) has styled: no reason for a fault.
    page.eval_on_selector(f"#select-{first[0]}", "box => { box.style.caretColor = 'red'; }")
    # Somebody else changes a row: the rows come anew, selection and focus stay.
    person.portal.manage("shell", "-v", "0", "-c", _TOUCH.format(number=first[1]))
    page.locator(f"#row-{first[1]} .tag.warn", has_text="bak").wait_for(timeout=60_000)
    expect(page.locator("#selected")).to_have_text("2")
    expect(page.locator(f"#open-{first[0]}")).to_be_focused()
    expect(page.locator(f"#select-{first[1]}")).to_have_value(f"{first[1]}:1")
    page.keyboard.press("/")
    page.keyboard.type("jjx")  # these are letters now
    assert page.input_value("#q") == "jjx"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    person.screen("console-keys")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("after="))
    assert not set(rows(page)) & set(first)
    page.keyboard.press("p")
    page.wait_for_url(re.compile("before="))
    assert rows(page) == first
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(re.compile("view=triage"))
    page.goto(f"{person.portal.url}/console/?view=all&sort=old")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/cases/{first[0]}/"))
    page.keyboard.press("j")
    page.wait_for_url(re.compile(f"/cases/{first[1]}/"))
    person.screen("case-page", full_page=True)
    page.keyboard.press("u")
    page.wait_for_url(re.compile(r"/console/\?.*sort=old"))
    person.is_content()


def test_filters_stand_on_chips(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go("/console/?view=all")
    page.locator(".pick > summary", has_text="Durum").click()
    page.get_by_label("Kabul edildi").check()
    page.locator(".pick > summary", has_text="Süre").click()
    page.get_by_label("Gecikmiş").check()
    page.get_by_role("button", name="Süz").click()
    page.wait_for_url(re.compile("due=late"))
    assert "opened_from" not in page.url  # what was left empty does not stand in the address
    chips = page.locator(".chip")
    assert chips.count() == 2
    person.screen("console-list")
    chips.first.click()
    page.wait_for_load_state()
    assert page.locator(".chip").count() == 1
    page.locator(".pick summary", has_text="Kayıtlı listeler").click()
    page.fill("#saved-name", "Gecikenler")
    page.get_by_role("button", name="Kaydet").click()
    page.wait_for_load_state()
    page.locator(".pick summary", has_text="Kayıtlı listeler").click()
    assert page.get_by_role("link", name="Gecikenler").is_visible()
    page.get_by_role("button", name="Gecikenler listesini kaldır").click()
    person.is_content()


def test_map_and_list_find_each_other(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go("/console/?view=all&type=&map=1&due=late")
    page.wait_for_selector('#map[data-listed="1"]')
    number = page.evaluate(
        """async () => { const url = document.getElementById('map').dataset.points;
        const all = await (await fetch(url)).json(); return all.features[0].properties.number; }"""
    )
    page.locator(f"#row-{number}").hover()
    page.wait_for_selector(f'#map[data-lit="{number}"]')
    assert page.locator(f"#row-{number}.lit").count() == 1
    person.screen("console-map")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 240, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Burada ara").click()
    page.wait_for_url(re.compile("bbox="))
    assert page.locator(".chip", has_text="Haritanın bu bölümünde").count() == 1
    assert "map=1" in page.url
    person.map_is_drawn()
    person.is_content()


def test_many_at_once_with_what_came_of_each(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go("/console/?view=all&state=ROUTED,IN_PROGRESS&sort=state")
    page.check("#select-page")
    chosen = len(rows(page))
    page.keyboard.press("b")
    page.select_option("#act", "accept")
    assert page.locator("#bulk-department").is_hidden()
    page.get_by_role("button", name="Yap", exact=True).click()
    page.wait_for_url(re.compile("/console/bulk/"))
    page.locator("tbody tr").first.wait_for()
    assert page.locator("tbody tr").count() == chosen
    assert page.locator(".tag.good, .tag.bad").count() == chosen
    person.screen("console-bulk")
    person.is_content()


@pytest.mark.parametrize("options", [{}, {**PHONE}, {"color_scheme": "dark"}])
@pytest.mark.parametrize(
    "path", ["/console/?view=all&due=late", "/console/?view=triage&map=1", "case"]
)
def test_the_pages_have_no_fault_of_access(visit, options, path):
    person = visit(bypass_csp=True, **options)
    person.sign_in("yonetici")
    page = person.go(
        path if path != "case" else f"/console/cases/{person.portal.facts['newest']}/?view=all"
    )
    if "map" in path:
        page.wait_for_selector('#map[data-listed="1"]')
    found = Axe().run(page).response["violations"]
    assert [
        (v["id"], v["nodes"][0]["html"][:120])
        for v in found
        if v["impact"] in ("serious", "critical")
    ] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "the page is wider than the screen"
    if options.get("is_mobile"):
        person.screen(f"phone-{'case' if path == 'case' else 'map' if 'map' in path else 'list'}")
