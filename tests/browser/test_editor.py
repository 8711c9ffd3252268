"""The register's editor as staff use them: by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor, between, click_twice_apart
from tests.browser.test_access import faults_of

pytestmark = pytest.mark.browser


class TestTheMap:
    def test_a_door_is_moved_undone_and_moved_again(self, editor):
        editor.open_draft("Kapı taşıma")
        door = editor.inside("address")
        page = editor.page
        page.mouse.click(*door["px"][0])
        expect(page.locator("#record-title")).to_contain_text(str(door["number"]))
        page.click('[data-tool="move"]')
        x, y = editor.again(door)["px"][0]
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 30, y + 20, steps=6)
        page.mouse.up()
        page.click("#apply")
        expect(page.locator("#changes tr")).to_have_count(1)
        expect(page.locator("#changes tr")).to_contain_text(str(door["number"]))
        moved = editor.changes()[0]["values"]["geometry"]["coordinates"]
        assert moved != door["at"]
        editor.press("Control+z")
        expect(page.locator("#redo")).to_be_enabled()
        assert editor.changes() == []
        editor.press("Control+Shift+Z")
        expect(page.locator("#redo")).to_be_disabled()
        assert editor.changes()[0]["values"]["geometry"]["coordinates"] == moved
        editor.person.screen("editor")
        editor.person.is_content()

    def test_a_parcel_is_split_and_the_draft_checked(self, editor):
        editor.open_draft("İfraz")
        page, plot = editor.page, editor.inside("parcel")
        a, b, c, d = plot["px"][:4]
        page.mouse.click(*between(a, c, 0.07))
        expect(page.locator("#record-title")).to_contain_text(
            f"{plot['cadastral_block']}/{plot['number']}"
        )
        page.click('[data-tool="split"]')
        a, b, c, d = editor.again(plot)["px"][:4]
        start, end = between(a, b, 0.5), between(d, c, 0.5)
        click_twice_apart(page, between(start, end, -0.2), between(start, end, 1.2))
        editor.press("Enter")
        expect(page.locator("#changes tr").nth(2)).to_be_visible()
        made = [
            x for x in editor.changes() if (x["entity"], x["operation"]) == ("parcel", "CREATE")
        ]
        assert len(made) == 2
        page.click('[data-move="check"]')
        expect(page.locator("#report .notice.good")).to_be_visible(timeout=30_000)
        expect(page.locator('[data-move="publish"]')).to_be_disabled()  # four eyes
        editor.person.screen("editor-split")
        editor.person.is_content()

    def test_a_street_is_numbered_after_a_look(self, editor):
        editor.open_draft("Numarataj")
        page, door = editor.page, editor.inside("address")
        page.mouse.click(*door["px"][0])
        expect(page.locator("#record-title")).to_contain_text(str(door["number"]))
        page.click('[data-tool="number"]')
        expect(page.locator("#numbering-rows tr").first).to_be_visible()
        page.fill("#left-first", "101")
        page.fill("#right-first", "102")
        page.uncheck("[name=keep]")
        expect(page.locator("#numbering-apply")).to_be_enabled()
        expect(page.locator("#numbering-rows tr").first).to_contain_text("101")
        assert editor.changes() == []
        for height in (860, 640):
            page.set_viewport_size({"width": 1440, "height": height})
            expect(page.locator("#numbering-apply")).to_be_in_viewport(ratio=1)
            editor.person.screen(f"editor-numbering-{height}")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.wait_for_timeout(500)
        shown = {f["label"] for f in editor.person.features("marks-labels")}
        assert shown & {str(n) for n in range(101, 400)}
        editor.person.screen("editor-numbering")
        page.click("#numbering-apply")
        expect(page.locator("#numbering")).to_be_hidden()
        numbers = {c["values"]["number"] for c in editor.changes()}
        assert {101, 102} <= numbers
        page.click('[data-move="check"]')
        expect(page.locator("#report .notice.good")).to_be_visible(timeout=30_000)
        editor.person.is_content()

    def test_what_is_wrong_is_said_while_drawing(self, editor):
        editor.open_draft("Parsel çizimi")
        page, plot = editor.page, editor.inside("parcel")
        a, b, c, d = plot["px"][:4]
        page.click('[data-tool="parcel"]')
        inner = [between(p, q, 0.2) for p, q in ((a, c), (b, d), (c, a))]
        click_twice_apart(page, *inner)
        page.mouse.move(*between(d, b, 0.2), steps=4)
        expect(page.locator("#hints li").first).to_be_visible()
        assert "m²" in page.inner_text("#hints")
        page.mouse.move(*between(between(a, b, 0.5), between(d, c, 0.5), -0.4), steps=4)
        editor.press("Escape")
        expect(page.locator("#hints li")).to_have_count(0)
        assert editor.changes() == []
        editor.person.is_content()

    def test_the_address_of_the_page_brings_draft_and_record_back(self, editor):
        editor.open_draft("Kalıcı bağlantı")
        door = editor.inside("address")
        editor.page.mouse.click(*door["px"][0])
        expect(editor.page.locator("#record")).to_be_visible()
        address = editor.page.url.split("#")[1]
        assert door["id"] in address
        editor.page.goto("about:blank")
        again = Editor(editor.person, address)
        expect(again.page.locator("#record-title")).to_contain_text(str(door["number"]))
        expect(again.page.locator("#draft option:checked")).to_contain_text("Kalıcı bağlantı")


class TestForEverybody:
    def test_by_keyboard_alone(self, editor):
        """Found by its address, opened, moved by arrows, kept, undone: without a pointer."""
        page, facts = editor.page, editor.person.portal.facts
        page.focus("#new-draft summary")
        editor.press("Enter", "Tab")
        page.keyboard.type("Klavye")
        editor.press("Enter")
        expect(page.locator("#draft-box")).to_be_visible()
        page.locator("#map canvas").focus()
        editor.press("/")
        assert page.evaluate("document.activeElement.id") == "find"
        page.keyboard.type(f"{facts['street']} no {facts['number']} {facts['neighbourhood']}")
        editor.press("Enter")
        page.wait_for_selector("#hits button")
        if page.locator("#record").is_hidden():
            page.locator("#hits button").first.focus()
            editor.press("Enter")
        expect(page.locator("#record-title")).to_contain_text(facts["number"].split("/")[0])
        page.locator("#map canvas").focus()
        editor.press("m", "ArrowRight", "ArrowRight", "Shift+ArrowUp", "Enter")
        expect(page.locator("#changes tr .link").first).to_be_visible()
        assert [c["operation"] for c in editor.changes()] == ["UPDATE"]
        page.locator("#map canvas").focus()
        editor.press("Control+z")
        expect(page.locator("#redo")).to_be_enabled()
        assert editor.changes() == []
        editor.press("?")
        expect(page.locator("#help")).to_be_visible()
        editor.press("Escape")
        expect(page.locator("#help")).to_be_hidden()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_no_serious_fault(self, visit, scheme):
        person = visit(color_scheme=scheme, bypass_csp=True)
        person.sign_in("yonetici")
        editor = Editor(person)
        editor.open_draft("Erişilebilirlik")
        door = editor.inside("address")
        editor.page.mouse.click(*door["px"][0])
        expect(editor.page.locator("#record")).to_be_visible()
        assert faults_of(editor.page) == []
        editor.page.click('[data-tool="number"]')
        expect(editor.page.locator("#numbering")).to_be_visible()
        assert faults_of(editor.page) == []
        person.screen(f"editor-{scheme}")

    def test_who_may_not_edit_looks(self, visit):
        person = visit()
        person.sign_in("mudur")
        editor = Editor(person)
        assert editor.page.locator("[data-tool]").count() == 1
        assert editor.page.locator("#new-draft").count() == 0
        door = editor.inside("address")
        editor.page.mouse.click(*door["px"][0])
        expect(editor.page.locator("#field-number")).to_be_disabled()
        expect(editor.page.locator("#history li").first).to_be_visible()
        person.is_content()

    def test_who_sees_no_register_is_turned_away(self, visit):
        person = visit()
        person.sign_in("santral")
        answer = person.page.goto(f"{person.portal.url}/register/edit/")
        assert answer is not None and answer.status == 403
