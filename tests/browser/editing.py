"""One person at the register's editor, as tests drive it."""

from typing import Any

from playwright.sync_api import Page, expect

_NEARBY = """async kinds => {
    const map = document.getElementById('map').map;
    const [draft] = [new URLSearchParams(location.hash.slice(1)).get('draft')];
    const where = map.getBounds().toArray().flat().join(',');
    const url = `/api/v1/register/nearby?kinds=${kinds}&bbox=${where}` + (draft ? `&draft=${draft}` : '');
    const found = await (await fetch(url)).json();
    const box = map.getContainer().getBoundingClientRect();
    const pixel = c => { const p = map.project(c); return [p.x + box.x, p.y + box.y]; };
    const ring = g => g.type === 'Point' ? [g.coordinates] : g.coordinates.flat(g.type === 'MultiPolygon' ? 1 : 0)[0];
    return found.features.map(f => ({id: f.id, ...f.properties, at: f.geometry.coordinates, px: ring(f.geometry).map(pixel)}));
}"""
Spot = tuple[float, float]


class Editor:
    """One person at the editor, with the map at a door."""

    def __init__(self, person: Any, path: str = "") -> None:
        self.person = person
        self.page: Page = person.page
        facts = person.portal.facts
        place = f"map=19/{facts['lat']:.6f}/{facts['lon']:.6f}"
        self.page.goto(f"{person.portal.url}/register/edit/#{path or place}")
        self.page.wait_for_selector('#editor[data-ready="1"]', timeout=60_000)
        person.map_is_drawn()
        self.loaded()

    def loaded(self) -> None:
        self.page.wait_for_selector("#map[data-near]", timeout=30_000)
        self.page.wait_for_timeout(400)

    def open_draft(self, title: str) -> None:
        self.page.click("#new-draft summary")
        self.page.fill("#new-title", title)
        self.page.fill("#new-reason", "Test")
        self.page.click("#new-draft-form button[type=submit]")
        expect(self.page.locator("#draft-box")).to_be_visible()
        expect(self.page.locator("#draft option:checked")).to_contain_text(title)

    def near(self, kinds: str) -> list[dict[str, Any]]:
        return self.page.evaluate(_NEARBY, kinds)

    def inside(self, kinds: str, margin: int = 130) -> dict[str, Any]:
        """The first record that lies wholly within the map, away from its edges."""
        box = self.page.locator("#map").bounding_box()
        assert box
        return next(
            f for f in self.near(kinds)
            if all(
                box["x"] + margin < x < box["x"] + box["width"] - margin
                and box["y"] + margin < y < box["y"] + box["height"] - margin
                for x, y in f["px"]
            )
        )  # fmt: skip

    def again(self, record: dict[str, Any]) -> dict[str, Any]:
        """The same record: its pixels are others when the form has opened beside the map. A busy machine takes its
        time for that: looked at until the record stays where it is."""
        self.page.wait_for_timeout(600)
        before, found = None, self._now(record)
        while before is None or before["px"] != found["px"]:
            self.page.wait_for_timeout(300)
            before, found = found, self._now(record)
        return found

    def _now(self, record: dict[str, Any]) -> dict[str, Any]:
        return next(f for f in self.near(record["entity"]) if f["id"] == record["id"])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def changes(self) -> list[dict[str, Any]]:
        """What the draft holds, as the API has it."""
        script = """async () => {
            const uid = new URLSearchParams(location.hash.slice(1)).get('draft');
            return (await (await fetch(`/api/v1/register/drafts/${uid}`)).json()).changes; }"""
        return self.page.evaluate(script)


def between(a: Spot, b: Spot, share: float) -> Spot:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def click_twice_apart(page: Page, *spots: Spot) -> None:
    for spot in spots:
        page.mouse.move(*spot, steps=4)
        page.mouse.click(*spot)
        page.wait_for_timeout(350)
