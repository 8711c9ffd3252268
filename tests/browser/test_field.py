"""The crews' page on a phone: without a network, with two taps, with what is refused."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser


class TestInTheField:
    def at_the_door(self, person: Any) -> Page:
        facts, page = person.portal.facts, person.page
        page.goto(f"{person.portal.url}/register/field/#18/{facts['lat']:.6f}/{facts['lon']:.6f}")
        page.wait_for_selector('#field[data-ready="1"]', timeout=60_000)
        person.map_is_drawn()
        return page

    def test_without_a_network_it_waits_and_arrives_once(self, visit, tmp_path):
        person = visit(**PHONE)
        person.sign_in("temizlik")
        page, facts = self.at_the_door(person), person.portal.facts
        page.click("#middle")
        expect(page.locator("#what")).to_contain_text(facts["street"])
        expect(page.locator("#kind")).to_have_value("WRONG_DATA")
        person.context.set_offline(True)
        picture = tmp_path / "plate.jpg"
        picture.write_bytes(
            page.screenshot(type="jpeg", clip={"x": 0, "y": 0, "width": 90, "height": 60})
        )
        page.set_input_files("#photo", str(picture))
        page.fill("#text", "Levha okunmuyor")
        page.click("#report [type=submit]")
        expect(page.locator("#queue li")).to_have_count(1)
        page.reload()
        page.wait_for_selector('#field[data-ready="1"]', timeout=60_000)
        expect(page.locator("#queue li")).to_have_count(1)
        person.screen("field-phone", full_page=True)
        person.context.set_offline(False)
        page.click("#send-now")
        expect(page.locator("#queue li")).to_have_count(0, timeout=30_000)
        script = (
            "import json; from addresses.models import ChangeRequest as R;"
            "print(json.dumps([[r.source, r.kind, bool(r.photo), r.entity]"
            " for r in R.objects.filter(text='Levha okunmuyor')]))"
        )
        found = json.loads(person.portal.manage("shell", "-v", "0", "-c", script))
        assert found == [["CREW", "WRONG_DATA", True, "address"]]

    def test_two_taps_send_one(self, visit):
        person = visit(**PHONE)
        person.sign_in("temizlik")
        page = self.at_the_door(person)
        page.click("#middle")
        page.fill("#text", "İki kez basıldı")
        page.dblclick("#send")
        expect(page.locator("#queue-count")).to_contain_text("gönderildi", timeout=20_000)
        page.wait_for_timeout(500)
        script = (
            "from addresses.models import ChangeRequest as R;"
            "print(R.objects.filter(text='İki kez basıldı').count())"
        )
        assert person.portal.manage("shell", "-v", "0", "-c", script).strip() == "1"
        assert page.locator("#what").inner_text().startswith("Haritada")
        person.is_content()

    @pytest.mark.parametrize("number", ["kapı", "0", "123456", "99999999999999999999"])
    def test_a_number_that_is_none_is_said_on_the_phone(self, visit, number):
        person = visit(**PHONE)
        person.sign_in("cbs")
        page = self.at_the_door(person)
        page.click("#middle")
        page.fill("#number", number)
        page.click("#send")
        expect(page.locator("#number-error")).to_be_visible()
        expect(page.locator("#queue li")).to_have_count(0)
        page.fill("#number", "12/A")
        page.locator("#number").blur()
        expect(page.locator("#number-error")).to_be_hidden()

    def test_what_is_refused_says_why_and_can_be_mended(self, visit, tmp_path):
        person = visit(**PHONE)
        person.sign_in("cbs")
        page, facts = self.at_the_door(person), person.portal.facts
        page.click("#middle")
        broken, plate = tmp_path / "broken.jpg", tmp_path / "plate.jpg"
        broken.write_bytes(b"no photo at all")
        plate.write_bytes(
            page.screenshot(type="jpeg", clip={"x": 0, "y": 0, "width": 90, "height": 60})
        )
        page.set_input_files("#photo", str(broken))
        page.fill("#number", "14/B")
        page.fill("#text", "Düzeltilecek")
        page.click("#send")
        expect(page.locator("#queue li.failed .error")).to_be_visible(timeout=20_000)
        person.screen("field-refused", full_page=True)
        page.click("#queue li.failed .primary")
        expect(page.locator("#what")).to_contain_text(facts["street"])
        assert (page.input_value("#number"), page.input_value("#text")) == ("14/B", "Düzeltilecek")
        page.set_input_files("#photo", str(plate))
        page.fill("#text", "Düzeltildi")
        page.click("#send")
        expect(page.locator("#queue li")).to_have_count(0, timeout=20_000)
        script = (
            "import json; from addresses.models import ChangeRequest as R;"
            "print(json.dumps([[r.text, r.values['number'], bool(r.photo)]"
            " for r in R.objects.filter(text__startswith='Düzelti')]))"
        )
        found = json.loads(person.portal.manage("shell", "-v", "0", "-c", script))
        assert found == [["Düzeltildi", 14, True]]

    def test_the_phone_page_has_no_serious_fault_and_fits(self, visit):
        person = visit(bypass_csp=True, **PHONE)
        person.sign_in("cbs")
        page = self.at_the_door(person)
        assert faults_of(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
