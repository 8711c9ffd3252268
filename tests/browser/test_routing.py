"""An administrator writes a rule, sees what is wrong with it, tries it and stores it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser
HOME = "/console/routing/"
_WORK = (
    "from django.utils import timezone; from core.actions.jobs import run_due;"
    "run_due(now=timezone.now(), limit=200)"
)


def test_a_rule_from_its_first_letter_to_its_place(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go("/console/")
    page.get_by_role("link", name="Yönlendirme kuralları").click()
    page.get_by_role("link", name="Yeni kural").click()
    page.fill("#name", "Gece ekibi")
    page.fill("#condition", "ilçe = atlantis ve saat in 22:00-06:00")
    page.select_option("#department", index=1)
    page.select_option("#before", index=1)
    page.get_by_role("button", name="Denetle").click()
    assert "8. karakter: “atlantis” adında ilçe yok." in page.locator(".notice.bad").inner_text()
    assert page.input_value("#name") == "Gece ekibi"  # nothing that was typed is lost
    # The refusal is the only thing that the browser has to say, and it was asked for.
    assert [fault for fault in person.faults if "422" not in fault] == []
    assert len(person.faults) == 1
    person.faults.clear()
    page.fill("#condition", f'ilçe = "{person.portal.facts["district"]}" ve saat in 22:00-06:00')
    page.get_by_role("button", name="Denetle").click()
    page.locator(".notice").first.wait_for()
    person.screen("routing-rule")
    page.get_by_role("button", name="Kaydet").click()
    if page.locator("input[name=confirmed]").count():
        page.check("input[name=confirmed]")
        page.get_by_role("button", name="Kaydet").click()
    page.wait_for_url(re.compile(r"/console/routing/$"))
    row = page.locator("tr", has_text="Gece ekibi")
    assert row.locator("td").first.inner_text() == "10"
    f = person.portal.facts
    page.fill("#place", f"{f['lat']}, {f['lon']}")
    page.fill("#at", "2026-11-03T23:00")
    page.get_by_role("button", name="Dene", exact=True).click()
    page.locator("#try [role=status]:not(.hidden-visually)").wait_for()
    assert "Gece ekibi" in page.locator("#try [role=status]:not(.hidden-visually)").inner_text()
    person.screen("routing-rules")
    page.locator("tr", has_text="Gece ekibi").get_by_role("button", name="Onsuz dene").click()
    page.wait_for_url(re.compile(r"/console/routing/runs/\d+/"))
    person.portal.manage("shell", "-v", "0", "-c", _WORK)
    page.locator("#state dl").wait_for(timeout=60_000)  # the result appears by itself
    person.screen("routing-run")
    page.goto(person.portal.url + HOME)
    page.locator("tr", has_text="Gece ekibi").get_by_role("button", name="Bugün bitir").click()
    page.locator("tr", has_text="Gece ekibi").locator(".tag", has_text="bitti").wait_for()
    person.is_content()


def test_an_area_is_drawn_and_drawn_otherwise(visit):
    person = visit()
    person.sign_in("yonetici")
    page = person.go(HOME + "areas/")
    page.locator("#map[data-ready]").wait_for(timeout=30_000)
    page.fill("#name", "Sahil şeridi")
    page.get_by_role("button", name="Sınır çiz").click()
    box = page.locator("#map").bounding_box()
    for across, down in ((0.3, 0.3), (0.6, 0.3), (0.6, 0.6)):
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    page.get_by_role("button", name="Sınırı kapat").click()
    page.wait_for_function("() => document.getElementById('geometry').value.includes('Polygon')")
    person.screen("routing-area")
    page.get_by_role("button", name="Kaydet").click()
    row = page.locator("tr", has_text="Sahil şeridi")
    assert row.locator("td.num").inner_text() == "1"
    page.locator("#map[data-ready]").wait_for(timeout=30_000)
    row.get_by_role("button", name="Başka sınır").click()
    page.wait_for_function("() => document.getElementById('geometry').value.includes('Polygon')")
    assert page.input_value("#name") == "Sahil şeridi"
    row.get_by_role("button", name="Bugün bitir").click()
    page.locator("tr", has_text="Sahil şeridi").wait_for()
    person.is_content()


@pytest.mark.parametrize("options", [{}, {**PHONE}, {"color_scheme": "dark"}])
@pytest.mark.parametrize("path", ["", "rules/new/", "areas/", "corrections/"])
def test_the_pages_have_no_fault_of_access(visit, options, path):
    person = visit(bypass_csp=True, **options)
    person.sign_in("yonetici")
    page = person.go(HOME + path)
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "the page is wider than the screen"
