"""A request on its page: what is there, what is proposed, and the way into a draft."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.editing import Editor
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser
_REPORT = """async ({uid, lon, lat, text}) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({kind: 'WRONG_POSITION', uid, lon, lat, text, moved: 'true', number: '7/A'})) body.set(name, value);
    const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
    const headers = {'X-CSRFToken': token, 'Idempotency-Key': crypto.randomUUID()};
    const answer = await fetch('/api/v1/register/field/reports', {method: 'POST', body, headers});
    return answer.status;
}"""


def test_a_report_is_looked_at_and_put_into_a_draft(editor: Editor, visit: Any):
    page, door = editor.page, editor.inside("address")
    lon, lat = door["at"]
    report = {"uid": door["id"], "lon": lon + 0.0002, "lat": lat, "text": "Kapı köşede"}
    assert page.evaluate(_REPORT, report) == 201
    page.goto(f"{editor.person.portal.url}/register/requests/?q=köşede")
    page.click("tbody a")
    editor.person.map_is_drawn()
    page.wait_for_timeout(300)
    roles = {f["role"] for f in editor.person.features("shape-points")}
    assert roles == {"present", "proposed"}
    editor.person.screen("request", full_page=True)
    request = page.url
    phone = visit(bypass_csp=True, **PHONE)
    phone.sign_in("yonetici")
    phone.page.goto(request)
    phone.map_is_drawn()
    assert not phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert faults_of(phone.page) == []
    phone.screen("request-phone", full_page=True)
    page.click("button:has-text('Taslağa koy')")
    expect(page.locator(".notice.good")).to_be_visible()
    page.click("a:has-text('Harita düzenleyici')")
    page.wait_for_selector('#editor[data-ready="1"]', timeout=60_000)
    expect(page.locator("#changes tr .link").first).to_be_visible()
    expect(page.locator("#record-title")).to_contain_text(str(door["number"]))
    expect(page.locator("#field-suffix")).to_have_value("A")
    editor.person.is_content()
