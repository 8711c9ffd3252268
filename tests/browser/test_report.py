"""The main job: a citizen reports, the department sees it without reloading."""

import io
import json
import re
import time
import urllib.request

import pytest
from PIL import Image

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser


def photo() -> dict[str, object]:
    """A photo with EXIF position, as a phone makes it."""
    image = Image.new("RGB", (1200, 900), "#6a8f5a")
    exif = Image.Exif()
    exif[0x0110] = "Test phone"
    exif.get_ifd(0x8825)[2] = (39.0, 38.0, 10.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return {"name": "cop.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def address_of(visitor: Visitor) -> str:
    f = visitor.portal.facts
    return f"{f['neighbourhood']} mah. {f['street'].replace('Sokak', 'Sk').replace('Caddesi', 'Cd')} no:{f['number']}, {f['district']}"


def test_a_citizen_reports_and_the_department_sees_it_at_once(visit):
    department = visit()
    department.sign_in("temizlik")
    department.page.goto(department.portal.url + "/console/?state=all")
    before = department.page.locator("#count").inner_text()

    citizen = visit(**PHONE)
    page = citizen.go("/report/")
    text = f"{address_of(citizen)} önünde üç gündür çöp alınmıyor"
    page.fill("#description", text)
    page.set_input_files("#photo", photo())
    page.fill("#phone", "0532 123 45 67")
    citizen.screen("report-phone")
    citizen.send_report()
    heading = page.locator("h1").inner_text()
    number = re.search(r"\d{4}-\d{7}", heading)[0]
    assert citizen.portal.facts["street"] in page.locator("dl.facts").first.inner_text()
    assert "Temizlik" in page.locator("dl.facts").first.inner_text()
    citizen.map_is_drawn()
    citizen.screen("tracking-phone", full_page=True)
    citizen.is_content()

    row = department.page.locator(f"#list a:has-text('{number}')")
    row.wait_for(timeout=10_000)
    assert department.page.locator("#count").inner_text() != before
    department.screen("console")
    row.click()
    department.map_is_drawn()
    body = department.page.locator("main").inner_text()
    assert text in body
    assert "532" not in body  # masked
    assert department.page.locator("#why").inner_text().count("Temizlik") >= 1
    department.screen("case", full_page=True)
    department.is_content()


def opened_by_api(visitor: Visitor, description: str) -> str:
    request = urllib.request.Request(
        f"{visitor.portal.url}/api/v1/cases",
        json.dumps({"description": description}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["number"])


def test_a_new_case_is_on_list_and_map_without_reloading(visit):
    person = visit()
    person.sign_in("temizlik")
    person.page.goto(person.portal.url + "/console/")
    person.page.wait_for_timeout(1200)
    number = opened_by_api(person, f"{address_of(person)} çöp alınmıyor, konteyner taşıyor")
    began = time.monotonic()
    person.page.locator(f"#list a:has-text('{number}')").wait_for(timeout=10_000)
    on_list = time.monotonic() - began

    f = person.portal.facts
    page = person.go(f"/map/#17/{f['lat']}/{f['lon']}")
    page.wait_for_timeout(1500)
    number = opened_by_api(person, f"{address_of(person)} çöp konteyneri kırık")
    began = time.monotonic()
    page.wait_for_function(
        """number => document.getElementById('map').map
            .queryRenderedFeatures({layers: ['case-points']}).some(f => f.properties.number === number)""",
        arg=number,
        timeout=20_000,
    )
    on_map = time.monotonic() - began
    print(f"seen on the list after {on_list:.1f} s, on the map after {on_map:.1f} s")
    # One look each second; the rest is drawing in software on a busy machine.
    assert on_list < 4
    assert on_map < 8
    person.is_content()


def test_a_pin_is_enough_for_the_place(visit):
    citizen = visit(**PHONE)
    f = citizen.portal.facts
    page = citizen.go("/report/")
    page.evaluate(
        "([lon, lat]) => document.getElementById('map').map.jumpTo({center: [lon, lat], zoom: 17})",
        [f["lon"], f["lat"]],
    )
    page.locator("#map canvas").scroll_into_view_if_needed()
    page.locator("#map canvas").click()
    assert abs(float(page.input_value("#lon")) - f["lon"]) < 0.001
    page.fill("#description", "Rögar kapağı kırılmış, çok tehlikeli")
    citizen.send_report()
    facts = page.locator("dl.facts").first.inner_text()
    assert "haritada nokta" in facts
    assert "Kanalizasyon" in facts
    citizen.is_content()


def test_the_form_works_without_javascript(visit):
    citizen = visit(**PHONE, java_script_enabled=False)
    page = citizen.page
    page.goto(citizen.portal.url + "/report/")
    assert page.locator("#pin").is_hidden()
    page.click("main button[type=submit]:not([name])")
    assert page.locator("#errors").is_visible()
    page.fill("#description", f"{address_of(citizen)} sokak lambası yanmıyor")
    citizen.send_report(how_many="one")
    assert "Bir" in page.locator("#answers").inner_text()
    assert citizen.portal.facts["street"] in page.locator("dl.facts").first.inner_text()


def test_the_questions_appear_while_one_writes(visit):
    citizen = visit(**PHONE)
    page = citizen.go("/report/")
    page.fill("#description", f"{address_of(citizen)} gaz kokusu")
    page.locator("input[name='answer.smell'][value=no]").check()
    page.locator("input[name='answer.reported'][value=yes]").check()  # asked by the answer before
    page.locator("input[name='answer.smell'][value=yes]").check()
    page.locator("#advice").wait_for()
    page.click("main button[type=submit]:not([name])")
    page.wait_for_selector("h1:has-text('Hiçbir şey gönderilmedi')")
    assert "187" in page.locator("#advice").inner_text()
    citizen.screen("stopped-phone")
    assert citizen.foreign == []
    citizen.faults = [f for f in citizen.faults if "422" not in f]
    citizen.is_content()


def test_a_coordinator_works_a_case_to_its_end(visit):
    person = visit()
    person.sign_in("temizlik")
    page = person.page
    page.goto(person.portal.url + "/console/?state=ROUTED")
    page.locator("tbody a").first.click()
    page.click("button[value=accept]")
    page.click("button[value=start]")
    page.fill("#note", "Ekip gönderildi, çöp alındı.")
    page.click("button[value=resolve]")  # refused: the result is missing
    page.locator(".notice.bad").wait_for()
    assert "400" in person.faults.pop()  # the browser's own line about the refusal
    assert page.input_value("#note") == "Ekip gönderildi, çöp alındı."
    page.select_option("#result_code", "done")
    page.click("button[value=resolve]")
    assert "Çözüldü" in page.locator("main").inner_text()
    person.is_content()
