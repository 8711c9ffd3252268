"""What requests look like on the map, in every style, and where its features lead."""

import io
import json
import re
import subprocess
from typing import Any

import pytest
from PIL import Image

from gis_vip.web.themes import THEMES
from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

MAP = "document.getElementById('map').map"
# Some requests around the door are open, whatever day it is.
_OPEN = """
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from cases.models import Case
from tiles.actions.versions import data_changed
near = Case.objects.filter(request_type__sensitive=False, geom__isnull=False).exclude(
    request_type__icon="").annotate(d=Distance("geom", Point({lon}, {lat}, srid=4326))).order_by("d")
Case.objects.filter(pk__in=list(near.values_list("pk", flat=True)[:40])).update(
    state="ROUTED", closed_at=None, resolved_at=None)
data_changed("cases")
"""
VALIDATE = ROOT / "node_modules/.bin/gl-style-validate"


@pytest.mark.parametrize("theme", THEMES)
def test_a_request_carries_the_icon_of_its_type(visit, theme, tmp_path):
    person = visit()
    person.sign_in("santral")
    f = person.portal.facts
    person.portal.manage("shell", "-v", "0", "-c", _OPEN.format(**f))
    page = person.go(f"/map/?theme={theme}&state=all#15.4/{f['lat']:.6f}/{f['lon']:.6f}")
    drawn = page.evaluate(f"""() => {{
        const map = {MAP}, box = document.getElementById('map').getBoundingClientRect();
        return map.queryRenderedFeatures({{layers: ['case-pictures']}}).map(f => {{
            const {{x, y}} = map.project(f.geometry.coordinates);
            return {{...f.properties, x: box.x + x, y: box.y + y, known: map.hasImage(`case-${{f.properties.icon}}`),
                     inside: x > 60 && y > 120 && x < box.width - 80 && y < box.height - 80}}; }}); }}""")
    assert len({one["icon"] for one in drawn}) > 2
    assert all(one["known"] for one in drawn)
    # What is really on the screen: ink on white, whatever lies around it.
    screen = Image.open(io.BytesIO(page.screenshot())).convert("L")
    open_ones = [one for one in drawn if one["inside"] and one["open"]]
    assert open_ones
    for one in open_ones:
        left, top = round(one["x"]) - 8, round(one["y"]) - 8
        dark, light = screen.crop((left, top, left + 16, top + 16)).getextrema()
        assert (dark < 90, light > 230) == (True, True), one
    legend = page.inner_text("#legend")
    assert any(one["type"] in legend for one in drawn)
    assert page.locator("#legend canvas").count() > 2

    file = tmp_path / "style.json"
    file.write_text(json.dumps(page.evaluate(f"{MAP}.getStyle()")))
    done = subprocess.run([VALIDATE, file], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    person.screen(f"map-icons-{theme}")
    person.is_content()


def click_on(page: Any, layer: str) -> None:
    """A feature of a style layer well inside the map, as soon as one is drawn."""
    for _ in range(120):
        place = page.evaluate(
            f"""layer => {{
            const map = {MAP}, box = document.getElementById('map').getBoundingClientRect();
            const p = map.queryRenderedFeatures({{layers: [layer]}})
                .filter(f => f.geometry.type === 'Point').map(f => map.project(f.geometry.coordinates))
                .find(p => p.x > 60 && p.y > 120 && p.x < box.width - 80 && p.y < box.height - 80);
            return p ? [box.x + p.x, box.y + p.y] : null; }}""",
            layer,
        )
        if place:
            page.mouse.click(*place)
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"nothing of {layer} is drawn")


def test_a_public_request_leads_to_the_list_of_its_type_and_back(visit):
    person = visit()
    f = person.portal.facts
    page = person.go(f"/map/?state=all#15.4/{f['lat']:.6f}/{f['lon']:.6f}")
    click_on(page, "case-points")
    assert page.locator(".found a[href^='/register'], .found a[href^='/console']").count() == 0
    link = page.locator(".found a[href^='/map/list/']").first
    kind = re.search("type=([a-z0-9-]+)", link.get_attribute("href") or "")[1]
    link.click()
    page.wait_for_url(re.compile("/map/list/"))
    assert page.is_checked(f"input[name=type][value='{kind}']")
    names = set(page.locator("table tbody tr td:first-child").all_inner_texts())
    assert len(names) == 1
    page.click("main form a[href^='/map/']")
    page.wait_for_url(re.compile(rf"/map/\?.*type={kind}"))
    person.map_is_drawn()
    assert page.is_checked("#filters input[name=type]")
    page.evaluate("delete document.getElementById('map').dataset.ready")
    page.evaluate(
        f"([lon, lat]) => {MAP}.jumpTo({{center: [lon, lat], zoom: 13}})", [f["lon"], f["lat"]]
    )
    person.map_is_drawn()
    shown = {one["type"] for one in person.features("case-points")}
    assert shown == names
    person.is_content()


def test_a_door_leads_to_its_record(visit):
    person = visit()
    person.sign_in("cbs")
    f = person.portal.facts
    page = person.go(f"/map/#18/{f['lat']:.6f}/{f['lon']:.6f}")
    click_on(page, "door-dots")
    page.locator(".found a[href^='/register/shown/doors/']").first.click()
    page.wait_for_url(re.compile(r"/register/edit/#map=19/.*record=[0-9a-f-]{36}"))
    person.is_content()
