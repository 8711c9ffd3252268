"""Quality in a real browser: dashboard, map, a finding, keyboard, phone, axe, both languages."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser
# Faults that one click mends, and the counts of three earlier days.
_PREPARE = """
from datetime import timedelta
from django.db import connection, transaction
from django.utils import timezone
from addresses.actions.change_sets import publish, writing
from addresses.actions.quality import count_day, inspect
from addresses.models import Address, ChangeSet
now = timezone.now()
with transaction.atomic():
    change = ChangeSet.objects.create(kind="EDIT", title="Faults")
    with writing(change):
        ids = list(Address.objects.order_by("pk").values_list("pk", flat=True)[40:60])
        Address.objects.filter(pk__in=ids[:10]).update(postcode="34000")
        for i, pk in enumerate(ids[10:]):
            Address.objects.filter(pk=pk).update(number=0, suffix=f"X{i}")
    publish(change, now=now)
inspect(None, now=now, rules=["street_outside_neighbourhood"])
for days in (3, 2, 1):
    count_day(now=now - timedelta(days=days))
inspect(None, now=timezone.now())
count_day(now=now)
"""


@pytest.fixture(scope="module")
def inspected(portal):
    portal.manage("shell", "-v", "0", "-c", _PREPARE)
    return portal


@pytest.fixture
def editor(inspected, visit):
    def sign_in(**options):
        person = visit(**options)
        person.sign_in("cbs")
        return person

    return sign_in


def test_from_the_dashboard_to_a_fix(editor):
    person = editor()
    page = person.go("/register/quality/")
    assert page.locator("svg.trend polyline").count() == 3
    assert sum(f["count"] for f in person.features("finding-counts")) > 20
    person.screen("quality", full_page=True)
    page.select_option("#rule", "door_postcode_differs")
    page.click("main form button[type=submit]")
    person.map_is_drawn()
    assert "rule=door_postcode_differs" in page.url
    assert sum(f["count"] for f in person.features("finding-counts")) == 10
    page.click("main table a >> text=Kapının posta kodu")
    page.click("main tbody a >> nth=0")
    person.map_is_drawn()
    assert person.features("finding-points")
    person.screen("finding", full_page=True)
    page.click("button[value=fix]")
    person.map_is_drawn()
    assert "Henüz hiçbir şey yayımlanmadı" in page.locator(".notice").inner_text()
    person.is_content()


def test_an_exception_by_keyboard_alone(editor):
    person = editor()
    page = person.go("/register/quality/findings/?rule=number_missing")
    page.locator("main tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/*/")
    page.locator("#reason").focus()
    page.keyboard.type("Bahçe kapısı")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value=withdraw]")
    assert "Bahçe kapısı" in page.locator("main").inner_text()
    person.is_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_serious_fault(editor, scheme):
    person = editor(color_scheme=scheme, bypass_csp=True)
    first = person.go("/register/quality/findings/").locator("main tbody a").first
    paths = ["/register/quality/", "/register/quality/findings/", first.get_attribute("href")]
    found = {}
    for path in paths:
        page = person.go(path)
        if faults := faults_of(page):
            found[path] = faults
    assert found == {}


def test_the_pages_fit_a_phone_in_both_languages(editor):
    person = editor(**PHONE)
    page = person.go("/register/quality/findings/")
    one = page.locator("main tbody a").first.get_attribute("href")
    for path in ("/register/quality/", "/register/quality/findings/", one):
        page = person.go(path)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    person.go("/register/quality/")
    person.screen("quality-phone")
    page.click("button[name=language]")
    assert page.locator("h1").inner_text() == "Quality of the register"
    person.is_content()
