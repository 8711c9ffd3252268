"""The page of a change set: its two maps show the register before and after it."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.browser
# Renumbers a door and publishes that; run inside the served database.
_PUBLISH = """
import json
from django.utils import timezone
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.actions import publication
from addresses.actions.drafting import open_draft, propose
from addresses.models import Address, RegisterPolicy
RegisterPolicy.objects.update_or_create(defaults={"four_eyes": False})
viewer, now = Viewer(permissions=frozenset(Permission)), timezone.now()
door = Address.objects.filter(status="ACTIVE").order_by("pk")[60]
draft = open_draft(viewer=viewer, kind="EDIT", title="Test", reason="Test", now=now)
lon, lat = door.geom.x + 0.0003, door.geom.y
propose(draft, viewer=viewer, entity="address", operation="UPDATE", uid=door.uid, values={
    "number": door.number + 4000, "geometry": {"type": "Point", "coordinates": [lon, lat]}})
publication.check(draft, viewer=viewer, now=now)
publication.review(draft, viewer=viewer, now=now)
publication.publish_draft(draft, viewer=viewer, now=now)
RegisterPolicy.objects.update(four_eyes=True)
draft.refresh_from_db()
print(json.dumps({"draft": draft.pk, "state": draft.state, "door": door.pk}))
"""
_DOORS = """which => {
    const map = document.getElementById(which).map;
    const layers = map.getStyle().layers.filter(l => l['source-layer'] === 'doors').map(l => l.id);
    return {tiles: map.getSource('register').tiles[0],
            ids: map.querySourceFeatures('register', {sourceLayer: 'doors'}).map(f => f.id),
            shown: map.queryRenderedFeatures({layers}).map(f => f.id)}; }"""


def test_the_map_before_a_change_does_not_show_what_came_of_it(visit: Any, portal: Any):
    made = json.loads(portal.manage("shell", "-v", "0", "-c", _PUBLISH).splitlines()[-1])
    assert made["state"] == "PUBLISHED"
    person = visit()
    person.sign_in("yonetici")
    page = person.go(f"/register/changes/{made['draft']}/")
    for which in ("map-before", "map-after"):
        page.wait_for_selector(f'#{which}[data-ready="1"]', timeout=60_000)
    page.wait_for_timeout(1500)
    before, after = (page.evaluate(_DOORS, which) for which in ("map-before", "map-after"))
    assert ".mvt?as_of=" in before["tiles"] and after["tiles"].endswith(".mvt")
    for seen in (before, after):
        assert made["door"] in seen["ids"]
        assert seen["shown"] and made["door"] not in seen["shown"]
    person.screen("comparison", full_page=True)
    person.is_content()
