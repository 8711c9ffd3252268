"""A citizen's phone: a report in under a minute, what is near, own requests, with and without scripts."""

import io
import json
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser
TEXT = "Konteyner taşıyor"
# A practised thumb: three signs a second, a tap in one, a photo taken and chosen in eight.
SIGN, TAP, PHOTO = 1 / 3, 1.0, 8.0


def picture() -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#6a8f5a").save(out, "JPEG")
    return {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def faults_of(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [v["id"] for v in found if v["impact"] in ("serious", "critical")]


def on_the_spot(visit, **options) -> Visitor:
    citizen = visit(**PHONE, bypass_csp=True, **options)
    f = citizen.portal.facts
    citizen.context.grant_permissions(["geolocation"])
    citizen.context.set_geolocation({"latitude": f["lat"], "longitude": f["lon"]})
    return citizen


def test_a_report_takes_less_than_a_minute(visit):
    citizen = on_the_spot(visit)
    taps, signs, system = 0, 0, 0.0

    def timed(act):
        nonlocal system
        began = time.monotonic()
        act()
        system += time.monotonic() - began

    timed(lambda: citizen.go("/report/"))
    page = citizen.page
    page.tap("#description")
    page.keyboard.type(TEXT)
    taps, signs = taps + 1, signs + len(TEXT)
    timed(
        lambda: (page.tap("#here"), page.wait_for_function("document.getElementById('lon').value"))
    )
    taps += 1
    page.set_input_files("#photo", picture())
    assert faults_of(page) == []

    def send():
        with page.expect_navigation():
            page.tap("main button[type=submit]:not([name])")

    timed(send)
    taps += 1
    while "/t/" not in page.url:  # what is near, and what there was no time to ask
        assert faults_of(page) == []
        if page.locator("input[name=nearby]:not([type=hidden])").count():
            citizen.screen("nearby-phone")
            page.tap("label:has(input[value=none])")
            taps += 1
        timed(send)
        taps += 1
        assert taps < 10
    page.wait_for_url(re.compile(r"/t/"))
    person = signs * SIGN + taps * TAP + PHOTO
    print(f"{signs} signs, {taps} taps, a photo: {person:.0f} s of a person, {system:.1f} s of us")
    assert person + system < 60
    assert faults_of(page) == []
    citizen.is_content()


def test_what_is_near_is_followed_without_scripts(visit):
    """Somebody has reported at this very place; another one, whose phone runs no scripts, follows."""
    first = on_the_spot(visit)
    f = first.portal.facts
    first.go("/report/")
    first.page.fill("#description", "Konteyner kırık, çöp alınmıyor")
    first.page.tap("#here")
    first.page.wait_for_function("document.getElementById('lon').value")
    first.send_report()
    other = visit(**PHONE, java_script_enabled=False)
    page = other.page
    page.goto(other.portal.url + "/report/")
    page.fill("#description", "Konteyner kırık, çöp alınmıyor")
    page.locator("summary", has_text=re.compile("Koordinat")).click()
    page.fill("#lat", str(f["lat"]))
    page.fill("#lon", str(f["lon"]))
    page.click("main button[type=submit]:not([name])")
    assert page.locator("input[name=nearby]").count() >= 2
    other.screen("nearby-phone")
    page.locator("summary").click()
    page.fill("#email", "komsu@example.com")
    page.locator("input[name=nearby]").first.check()
    page.click("main button[type=submit]:not([name])")
    page.locator(".notice.good").wait_for()
    page.goto(other.portal.url + first.portal.manage("shell", "-v", "0", "-c", _LINK).split()[-1])
    other.screen("following-phone")
    body = page.locator("main").inner_text()
    assert "çöp alınmıyor" not in body and not re.search(r"\d{4}-\d{7}", body)
    page.click("button[value=confirm]")
    assert page.locator("button[value=confirm]").count() == 0


_LINK = """
from cases.models import CaseReporter
print("/f/" + CaseReporter.objects.filter(follows=True).latest("pk").token + "/")
"""


def test_pages_of_the_citizen_have_no_serious_fault(visit):
    made = json.loads(visit().portal.manage("shell", "-v", "0", "-c", _SURVEY).splitlines()[-1])
    for options in ({**PHONE}, {"color_scheme": "dark"}):
        person = visit(bypass_csp=True, **options)
        for path in (
            "/mine/",
            "/map/list/?state=all",
            f"/s/{made['survey']}/",
            made["unsubscribe"],
        ):
            person.page.goto(person.portal.url + path)
            assert faults_of(person.page) == [], path
            wide = "document.documentElement.scrollWidth > innerWidth"
            assert not person.page.evaluate(wide), path
            person.screen(path.strip("/").split("/")[0] + "-citizen")


_SURVEY = """
import json
from accounts.rules.api_keys import digest
from cases.models import Case, Survey
from django.core import signing
case = Case.objects.filter(request_type__isnull=False).first()
Survey.objects.get_or_create(case=case, digest=digest("browser-survey"))
print(json.dumps({"survey": "browser-survey", "unsubscribe": "/u/" + signing.dumps("x" * 64, salt="unsubscribe") + "/"}))
"""


def test_the_public_map_tells_public_facts(visit):
    person = visit(bypass_csp=True)
    f = person.portal.facts
    person.go(f"/map/?state=all#15/{f['lat']}/{f['lon']}")
    person.page.wait_for_timeout(1500)
    features = person.features("case-points")
    assert features
    for one in features:
        assert set(one) <= {"type", "type_en", "open", "colour", "icon", "code", "month"}
        assert re.fullmatch(r"\d{4}-\d{2}", one["month"])
    assert faults_of(person.page) == []
    person.page.select_option("#group", index=1)
    person.page.wait_for_timeout(500)
    assert "group=" in person.page.url and "state=all" in person.page.url
    assert "group=" in person.page.locator("#as-list").get_attribute("href")
    person.screen("map-public")
    person.page.click("#as-list")
    assert person.page.locator("#group").input_value()


def test_pages_of_officers_and_administrators(visit):
    person = visit(bypass_csp=True)
    person.sign_in("yonetici")
    for path in (
        "/console/members/",
        "/console/crews/",
        "/console/privacy/",
        "/console/privacy/person/",
    ):
        person.page.goto(person.portal.url + path)
        assert faults_of(person.page) == [], path
        person.screen(path.strip("/").replace("/", "-"))
