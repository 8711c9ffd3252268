"""A crew's day on a phone: without a network, and when somebody changed it meanwhile."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser

_PLAN = """
import json
from django.utils import timezone
from accounts.models import Crew, User
from accounts.queries.viewers import viewer_of
from cases.actions.work import plan_work
from cases.models import Case
crew = Crew.objects.filter(members__username="ekip").get()
chosen = Case.objects.filter(
    department=crew.department, geom__isnull=False, parent=None, work_orders=None, public=True
).order_by("-pk")[:%d].values_list("pk", flat=True)
# The demo city has few open ones.
Case.objects.filter(pk__in=list(chosen)).update(
    state="ROUTED", state_before="", closed_at=None, resolved_at=None, result_code=None,
    duplicate_of=None, answer_due_at=None)
cases = Case.objects.filter(department=crew.department, state="ROUTED", work_orders=None).order_by("-pk")[:%d]
planned = [plan_work(number=c.number, crew=crew.pk, day=timezone.localdate(), version=c.version,
    viewer=viewer_of(User.objects.get(username="temizlik")), now=timezone.now(), task="Arka kapı").pk
    for c in cases]
print(json.dumps(planned))
"""
_OPEN = """
from accounts.models import Crew
from cases.models import Case
crew = Crew.objects.filter(members__username="ekip").get()
rows = Case.objects.filter(department=crew.department, geom__isnull=False, work_orders=None)
Case.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:4])).update(
    state="ROUTED", state_before="", closed_at=None, resolved_at=None, result_code=None,
    duplicate_of=None, answer_due_at=None)
"""
_STATE = """
import json
from cases.models import WorkOrder
o = WorkOrder.objects.get(pk=%d)
print(json.dumps([o.state, o.case.state, o.version, o.minutes, [str(m) for m in o.materials.all()],
    sorted(o.photos.values_list("moment", flat=True)), o.reports.count()]))
"""
_MOVE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from accounts.queries.viewers import viewer_of
from cases.actions.work import move_work
from cases.models import WorkOrder
o = WorkOrder.objects.get(pk=%d)
move_work(order=o.pk, crew=o.crew_id, day=timezone.localdate() + timedelta(days=1),
    version=o.version, viewer=viewer_of(User.objects.get(username="temizlik")), now=timezone.now())
"""


class TestACrewsDay:
    def run(self, person: Any, script: str) -> Any:
        out = person.portal.manage("shell", "-v", "0", "-c", script).strip()
        return json.loads(out) if out else None

    def planned(self, person: Any, count: int) -> list[int]:
        found = self.run(person, _PLAN % (count, count))
        assert len(found) == count
        return found

    def opened(self, person: Any) -> Page:
        person.page.goto(f"{person.portal.url}/crew/")
        person.page.wait_for_selector('#crew[data-ready="1"]', timeout=60_000)
        person.map_is_drawn()
        return person.page

    def again(self, page: Page) -> None:
        page.reload()
        page.wait_for_selector('#crew[data-ready="1"]', timeout=60_000)

    def test_a_day_without_a_network_arrives_once(self, visit, tmp_path):
        person = visit(**PHONE)
        orders = self.planned(person, 3)
        first = f'[data-order="{orders[0]}"]'
        person.sign_in("ekip")
        assert person.page.url.endswith("/crew/")
        page = self.opened(person)
        expect(page.locator("#orders > li")).to_have_count(3)
        expect(page.locator("#way")).to_have_text(re.compile(r"km"))
        person.screen("crew-phone")
        picture = tmp_path / "before.jpg"
        picture.write_bytes(
            page.screenshot(type="jpeg", clip={"x": 0, "y": 0, "width": 90, "height": 60})
        )
        person.context.set_offline(True)
        self.again(page)
        expect(page.locator("#orders > li")).to_have_count(3)
        page.click(f'{first} [data-deed="start"]')
        expect(page.locator(first)).to_have_attribute("data-state", "UNDER_WAY")
        page.click(f'{first} [data-deed="report"]')
        page.select_option("#result", "done")
        page.fill("#note", "Temizlendi")
        page.fill("#minutes", "40")
        page.set_input_files("#photo-before", str(picture))
        expect(page.locator("#count-before")).to_have_text("1")
        page.click("#add-material")
        page.fill('.material [data-name="name"]', "Çuval")
        page.fill('.material [data-name="quantity"]', "2,5")
        person.screen("crew-form", full_page=True)
        page.dblclick("#done")
        expect(page.locator("#queue li")).to_have_count(2)
        self.again(page)
        expect(page.locator("#queue li")).to_have_count(2)
        expect(page.locator(first)).to_have_attribute("data-state", "DONE")
        assert self.run(person, _STATE % orders[0])[:3] == ["PLANNED", "PLANNED", 1]
        person.context.set_offline(False)
        page.click("#send-now")
        expect(page.locator("#queue li")).to_have_count(0, timeout=30_000)
        assert self.run(person, _STATE % orders[0]) == [
            "DONE", "RESOLVED", 3, 40, ["Çuval: 2.500 "], ["BEFORE"], 2,
        ]  # fmt: skip

    def test_what_somebody_changed_meanwhile_is_shown_side_by_side(self, visit):
        person = visit(**PHONE)
        (order,) = self.planned(person, 1)
        person.sign_in("ekip")
        page = self.opened(person)
        person.context.set_offline(True)
        page.click(f'[data-order="{order}"] [data-deed="start"]')
        expect(page.locator("#queue li")).to_have_count(1)
        self.run(person, _MOVE % order)
        person.context.set_offline(False)
        page.click("#send-now")
        conflict = page.locator("#queue .conflict")
        expect(conflict).to_be_visible(timeout=30_000)
        expect(conflict).to_contain_text("Temizlik Altıeylül")
        assert self.run(person, _STATE % order)[:3] == ["PLANNED", "PLANNED", 2]
        person.screen("crew-conflict", full_page=True)
        page.click('#queue [data-choice="mine"]')
        expect(page.locator("#queue li")).to_have_count(0, timeout=30_000)
        assert self.run(person, _STATE % order)[:3] == ["UNDER_WAY", "IN_PROGRESS", 3]

    def test_what_could_not_be_done_needs_a_reason(self, visit):
        person = visit(**PHONE)
        (order,) = self.planned(person, 1)
        person.sign_in("ekip")
        page = self.opened(person)
        page.click(f'[data-order="{order}"] [data-deed="report"]')
        page.click("#not-done")
        expect(page.locator("#queue li")).to_have_count(0)
        page.select_option("#result", "not_found")
        page.fill("#note", "Yerinde yok")
        page.click("#not-done")
        expect(page.locator(f'[data-order="{order}"]')).to_have_attribute(
            "data-state", "NOT_DONE", timeout=30_000
        )
        expect(page.locator("#queue li")).to_have_count(0, timeout=30_000)
        assert self.run(person, _STATE % order)[:2] == ["NOT_DONE", "ACCEPTED"]
        person.is_content()

    def test_the_page_has_no_serious_fault_and_fits(self, visit):
        person = visit(bypass_csp=True, **PHONE)
        (order,) = self.planned(person, 1)
        person.sign_in("ekip")
        page = self.opened(person)
        page.click(f'[data-order="{order}"] [data-deed="report"]')
        page.click("#add-material")
        assert faults_of(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


class TestTheBoard:
    def test_planning_and_ordering_by_keyboard_with_the_way_on_the_map(self, visit):
        person = visit(bypass_csp=True)
        TestACrewsDay().run(person, _OPEN)
        person.sign_in("temizlik")
        page = person.go("/console/work/")
        boxes = page.locator('#plan input[type="checkbox"]')
        for i in range(3):
            boxes.nth(i).focus()
            page.keyboard.press("Space")
        page.locator('#plan button[type="submit"]').focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        expect(page.locator(".crew ol.jobs > li").first).to_be_visible()
        person.map_is_drawn()
        expect(page.locator('#map[data-ways="1"]')).to_be_visible(timeout=30_000)
        expect(page.locator(".crew .way").first).to_have_text(re.compile("km"))
        page.locator('button[name="nearest"]').first.click()
        page.wait_for_load_state()
        expect(page.locator(".notice.bad")).to_have_count(0)
        assert faults_of(page) == []
        page.wait_for_selector('#map[data-ways="1"]')
        person.screen("work-board", full_page=True)
        person.is_content()
