"""The draft in the editor: what it is founded on, what its check finds, how it is given up."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor

pytestmark = pytest.mark.browser


def test_a_draft_is_opened_with_source_and_evidence(editor: Editor, tmp_path: Path):
    page = editor.page
    decision = tmp_path / "karar.pdf"
    decision.write_bytes(b"not what its name says")
    page.click("#new-draft summary")
    page.fill("#new-title", "Encümen kararı")
    page.fill("#new-source", "Encümen 2026/114")
    page.set_input_files("#new-evidence", str(decision))
    page.click("#new-draft-form button[type=submit]")
    expect(page.locator("#new-draft-error")).to_contain_text("PDF")
    decision.write_bytes(b"%PDF-1.7 karar")
    page.set_input_files("#new-evidence", str(decision))
    editor.person.faults.clear()  # the refusal stands in the console
    page.click("#new-draft-form button[type=submit]")
    expect(page.locator("#draft-evidence a")).to_have_text("karar.pdf")
    expect(page.locator("#draft-source")).to_have_text("Encümen 2026/114")
    page.click("#draft-page")
    expect(page.locator("#found")).to_contain_text("20 MB")
    with page.expect_download() as download:
        page.click("dl.facts a[download]")
    assert download.value.suggested_filename == "karar.pdf"
    editor.person.is_content()


def test_a_draft_is_given_up_with_a_reason(editor: Editor):
    editor.open_draft("Vazgeçilen")
    page = editor.page
    page.click('[data-move="reject"]')
    page.click("#reject .primary")  # without a reason nothing is sent
    expect(page.locator("#reject")).to_be_visible()
    page.fill("#reject-reason", "Yanlış yer")
    page.click("#reject .primary")
    expect(page.locator("#draft-box")).to_be_hidden()
    editor.person.is_content()


def test_the_check_tells_what_a_reviewer_will_find(editor: Editor):
    """A door is carried across its street: said while it is moved, and by the check."""
    editor.open_draft("Karşıya geçen kapı")
    page, door = editor.page, editor.inside("address")
    page.mouse.click(*door["px"][0])
    expect(page.locator("#record-title")).to_contain_text(str(door["number"]))
    page.click('[data-tool="move"]')
    x, y = editor.again(door)["px"][0]
    page.mouse.move(x, y)
    page.mouse.down()
    step = -170 if door["number"] % 2 == 0 else 170  # numbers are even east of this street
    page.mouse.move(x + step, y)  # at once, as a busy machine tells it
    page.mouse.up()
    expect(page.locator("#hints li").first).to_contain_text("öbür yanında")
    page.click("#apply")
    expect(page.locator("#changes tr .link").first).to_be_visible()
    page.click('[data-move="check"]')
    expect(page.locator("#report .notice.warn .findings li").first).to_be_visible(timeout=30_000)
    expect(page.locator("#say")).to_contain_text("bulgu")
    editor.person.screen("editor-findings")
    page.click("#report .notice a")
    assert "/register/changes/" in page.url
    editor.person.is_content()
