"""Every page for everybody: automatic checks of accessibility, keyboard, both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
PUBLIC = [
    "/",
    "/report/",
    "/track/?number=2026-0000001",
    "/map/",
    "/maps/choropleth/",
    "/maps/density/",
    "/maps/hotspots/",
    "/developers/",
    "/sign-in/",
    "/nothing-here/",
]
STAFF = ["/console/", "/console/new/", "/console/?state=all&q=rögar", "/geocode/batch/"]


def faults_of(page) -> list[str]:
    result = Axe().run(page)
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:120]} {v['nodes'][0].get('failureSummary', '')[:200]}"
        for v in result.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def looking(page):
    """`look(name)` holds a page against its width and gathers its faults."""
    found = {}

    def look(name: str) -> None:
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
        if faults := faults_of(page):
            found[name] = faults

    return look, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_have_no_serious_fault(visit, scheme):
    person = visit(color_scheme=scheme, bypass_csp=True)
    found = {}
    for path in PUBLIC:
        page = person.go(path)
        if faults := faults_of(page):
            found[path] = faults
    assert found == {}


def test_staff_pages_have_no_serious_fault(visit):
    person = visit(bypass_csp=True)
    person.sign_in("santral")
    found = {}
    for path in [*STAFF, f"/console/cases/{person.portal.facts['newest']}/"]:
        person.page.goto(person.portal.url + path)
        if faults := faults_of(person.page):
            found[path] = faults
    assert found == {}


def test_pages_of_programs_have_no_serious_fault(visit):
    """From a new program to its key, on a phone."""
    person = visit(bypass_csp=True, **PHONE)
    person.sign_in("yonetici")
    page = person.page
    look, found = looking(page)

    page.goto(f"{person.portal.url}/console/clients/")
    look("list")
    page.fill("#name", "Harita programı")
    page.fill("#contact", "bt@example.org")
    page.click("button[value=create]")
    page.wait_for_selector("button[value=issue]")
    look("program")
    page.click("button[value=issue]")
    assert page.locator("#new-key").inner_text().startswith("vip_")
    look("key")
    page.goto(f"{person.portal.url}/console/webhooks/")
    look("webhooks")
    assert found == {}


def test_pages_of_the_exchange_have_no_serious_fault(visit):
    """A partner is entered on a phone; it is not active, so nothing is sent."""
    person = visit(bypass_csp=True, **PHONE)
    person.sign_in("yonetici")
    page = person.page
    look, found = looking(page)

    for path in ["", "partners/new/"]:
        page.goto(f"{person.portal.url}/console/exchange/{path}")
        look(path)
    page.select_option("#organisation", index=1)
    page.select_option("#closed_as", index=1)
    page.fill("#endpoint", "https://192.0.2.1/open311/v2")  # of an example: nobody is there
    page.fill("#services", "* = *")
    page.click("main button.primary")
    page.wait_for_selector(".notice.bad[role=alert]")
    look("refused")
    page.fill("#endpoint", "https://9.9.9.9/open311/v2")
    page.click("main button.primary")
    page.wait_for_selector("button[value=try]")
    look("partner")
    assert found == {}


def test_pages_of_outside_indicators_have_no_serious_fault(visit):
    person = visit(bypass_csp=True, **PHONE)
    person.sign_in("yonetici")
    page, found = person.page, {}
    for path in ["", "new/", "water_per_subscriber/", "water_per_subscriber/edit/"]:
        page.goto(f"{person.portal.url}/figures/outside/{path}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        if faults := faults_of(page):
            found[path] = faults
    page.goto(f"{person.portal.url}/figures/outside/calls/")
    table = b"Tarih;Deger\n01.01.2030;1.250\n02.01.2030;=1+1\n"
    page.set_input_files("#data", {"name": "x.csv", "mimeType": "text/csv", "buffer": table})
    page.click("main form button.primary")
    assert "1.250" in page.locator("#preview").inner_text()
    if faults := faults_of(page):
        found["preview"] = faults
    page.click("button[formaction]")
    page.wait_for_selector("#state .tag.good")
    if faults := faults_of(page):
        found["file"] = faults
    page.click("form[action$='/undo/'] button")
    assert found == {}


def test_no_page_is_wider_than_a_phone(visit):
    person = visit(**PHONE)
    wide = []
    for path in PUBLIC:
        person.page.goto(person.portal.url + path)
        if person.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_the_report_form_by_keyboard_alone(visit):
    person = visit()
    page = person.page
    page.goto(person.portal.url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "description"
    page.keyboard.type("Kaldırım taşları kırık")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/")
    assert page.input_value("#description") == "Kaldırım taşları kırık"


def test_both_languages(visit):
    person = visit()
    page = person.page
    page.goto(person.portal.url + "/")
    assert page.get_attribute("html", "lang") == "tr"
    person.go("/map/")
    assert page.locator(".maplibregl-ctrl-zoom-in").get_attribute("aria-label") == "Yakınlaştır"
    page.goto(person.portal.url + "/")
    page.click("button[name=language]")
    assert page.get_attribute("html", "lang") == "en"
    assert "take care of" in page.locator("h1").inner_text()
