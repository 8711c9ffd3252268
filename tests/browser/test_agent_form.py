"""An agent takes a call with the keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE
from tests.browser.test_address_box import active, begun, options

pytestmark = pytest.mark.browser


def test_a_call_by_keyboard_alone(visit):
    person = visit()
    person.sign_in("santral")
    page = person.go("/console/")
    page.get_by_role("link", name="Yeni talep").press("Enter")
    page.wait_for_url(re.compile(r"/console/new/"))
    person.map_is_drawn()
    f = person.portal.facts
    assert page.evaluate("() => document.activeElement.id") == "place_text"  # the place comes first
    assert page.locator("#place_text").get_attribute("role") == "combobox"
    page.keyboard.type(f"{begun(person)} {f['number']}", delay=15)
    options(page).first.wait_for()
    wanted = f"{f['street']} No:{f['number']},"
    for _step in range(options(page).count()):
        page.keyboard.press("ArrowDown")
        if wanted in (active(page, "#place_text") or ""):
            break
    assert wanted in (active(page, "#place_text") or "")
    page.keyboard.press("Enter")
    assert wanted in page.input_value("#place_text")
    assert page.url.endswith("/console/new/")  # Enter chose, and sent nothing
    page.wait_for_function("() => document.getElementById('map').map.getZoom() > 16")
    person.screen("agent-form")
    seen = []
    for _step in range(30):  # every field can be reached
        page.keyboard.press("Tab")
        seen.append(page.evaluate("() => document.activeElement.id"))
        if seen[-1] == "description":
            page.keyboard.type("Kaldırım taşları kırık")
        if seen[-1] == "phone":
            page.keyboard.type("0532 111 22 33")
        if page.evaluate("() => document.activeElement.matches('button[type=submit].primary')"):
            break
    assert [i for i in seen if i in ("description", "request_type", "phone", "email", "full_name", "channel")] == [
        "description", "request_type", "phone", "email", "full_name", "channel",
    ]  # fmt: skip
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/cases/|/console/new/$"))
    page.wait_for_url(re.compile(r"/console/cases/"))
    assert f["street"] in page.locator("dl.facts").first.inner_text()
    assert page.locator(".notice.good").inner_text().strip().endswith("açıldı.")
    person.is_content()


@pytest.mark.parametrize("options_", [{}, {**PHONE}, {"color_scheme": "dark"}])
def test_the_form_has_no_fault_of_access(visit, options_):
    person = visit(bypass_csp=True, **options_)
    person.sign_in("santral")
    page = person.go("/console/new/")
    page.click("main button[type=submit].primary")
    page.wait_for_selector("#errors")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    width = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert width <= 0


def test_without_javascript_it_works(visit):
    person = visit(java_script_enabled=False)
    person.sign_in("santral")
    page = person.page
    page.goto(f"{person.portal.url}/console/new/")
    f = person.portal.facts
    page.fill(
        "#place_text", f"{f['neighbourhood']} mah. {f['street']} no {f['number']} {f['district']}"
    )
    page.fill("#description", "Rögar kapağı kırık")
    page.click("main button[type=submit].primary")
    page.wait_for_url(re.compile(r"/console/(cases|new)/"))
    if "/cases/" not in page.url:  # a second door of that address: any will do
        page.check("input[name=place] >> nth=0")
        page.click("main button[type=submit]:not([name])")
        page.wait_for_url(re.compile(r"/console/cases/"))
    assert f["street"] in page.locator("dl.facts").first.inner_text()
