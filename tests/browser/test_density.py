"""The density map as a person uses it: filters, a comparison, the slider by keyboard."""

import re

import pytest

pytestmark = pytest.mark.browser
SHOWN = "document.getElementById('map').dataset.step"


def test_the_slider_goes_through_the_months_by_keyboard(visit):
    person = visit()
    page = person.go("/maps/density/?days=365")
    person.map_is_drawn()
    assert page.locator("#play").is_hidden()
    page.select_option("#step", "month")
    page.wait_for_function(f"() => {SHOWN} !== undefined")
    last = int(page.evaluate(SHOWN))
    assert last >= 11
    before = page.inner_text("#shown")
    page.focus("#when")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {SHOWN} === '{last - 1}'")
    assert page.inner_text("#shown") != before
    state = """() => { const map = document.getElementById('map').map;
        return map.queryRenderedFeatures({layers: ['density']}).map((f) => f.state.n); }"""
    counts = page.evaluate(state)
    assert any(n >= 3 for n in counts)
    assert not {1, 2} & set(counts)  # the public is shown no small count, in no month
    page.click("#play")
    page.wait_for_function(f"() => {SHOWN} === '{last}'")
    page.click("#play")
    page.select_option("#step", "")
    page.wait_for_function(f"() => {SHOWN} === undefined")
    assert page.locator(".legend li").count() >= 3
    person.is_content()


def test_the_permalink_brings_the_slider_back(visit):
    first = visit()
    page = first.go("/maps/density/?days=365")
    page.select_option("#step", "month")
    page.wait_for_function(f"() => {SHOWN} !== undefined")
    last = int(page.evaluate(SHOWN))
    page.focus("#when")
    for _press in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {SHOWN} === '{last - 3}'")
    said = page.inner_text("#shown")
    page.click("#permalink")
    page.wait_for_url(re.compile(r"step=month&at=\d{4}-\d\d-\d\d"))
    link = page.url

    second = visit()
    page = second.go(link.removeprefix(first.portal.url))
    page.wait_for_function(f"() => {SHOWN} === '{last - 3}'")
    assert page.inner_text("#shown") == said
    assert page.input_value("#step") == "month"
    page.wait_for_timeout(1500)
    assert page.evaluate(SHOWN) == str(last - 3)  # it stands still until somebody plays it
    page.select_option("#measure", "residents")  # another question, the same part of its period
    page.wait_for_url(re.compile("measure=residents"))
    page.wait_for_function(f"() => {SHOWN} === '{last - 3}'")
    page.select_option("#step", "")
    page.wait_for_function(f"() => {SHOWN} === undefined")
    assert "step=" not in page.url and "at=" not in page.url
    first.is_content()
    second.is_content()


def test_who_wants_no_motion_goes_on_by_hand(visit):
    person = visit(reduced_motion="reduce")
    page = person.go("/maps/density/?days=90")
    person.map_is_drawn()
    page.select_option("#step", "month")
    page.wait_for_function(f"() => {SHOWN} !== undefined")
    at = int(page.evaluate(SHOWN))
    page.click("#play")
    page.wait_for_function(f"() => {SHOWN} !== '{at}'")
    moved = page.evaluate(SHOWN)
    page.wait_for_timeout(2500)
    assert page.evaluate(SHOWN) == moved
    person.is_content()


def test_filters_lead_to_a_permalink_with_map_and_table(visit):
    person = visit()
    page = person.go("/maps/density/")
    person.map_is_drawn()
    rows = page.locator("#table tbody tr").count()
    assert rows > 3
    page.select_option("#compare", "year")
    page.wait_for_url(re.compile(r"compare=year"))
    person.map_is_drawn()
    assert not re.search(r"[?&]\w+=(&|#|$)", page.url)  # what is empty is not in the address
    assert page.locator(".legend li").count() == 4
    assert page.locator("#table thead th").count() == 4
    person.screen("density-change")
    page.click("summary")
    page.select_option("#district", index=1)
    page.wait_for_url(re.compile(r"district=\d+"))
    page.wait_for_selector("#neighbourhood")
    person.map_is_drawn()
    assert person.features("density")
    person.is_content()
