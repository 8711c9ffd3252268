"""A table from the file to the map of what was not found, in front of a person."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
_WORK = (
    "from django.utils import timezone; from core.actions.jobs import run_due;"
    "run_due(now=timezone.now(), limit=200)"
)


def test_a_table_is_sent_watched_and_fetched(visit, tmp_path):
    person = visit(bypass_csp=True)
    person.sign_in("santral")
    page = person.page
    f = person.portal.facts
    good = f"{f['neighbourhood']} mah. {f['street']} no:{f['number']}, {f['district']}"
    bad = good.replace(f"no:{f['number']}", "no:99999")
    source = tmp_path / "liste.csv"
    source.write_text(
        f'Ad;Açık adres\nAyşe;"{good}"\nAli;"{bad}"\nVeli;xqzw\n', encoding="windows-1254"
    )
    page.goto(person.portal.url + "/geocode/batch/")
    page.set_input_files("#data", source)
    page.click("main button[type=submit]")
    assert page.is_checked("input[name=column][value='1']")
    assert not page.is_checked("input[name=column][value='0']")
    assert good in page.locator("main").inner_text()
    person.screen("batch-columns")
    page.click("main button.primary")
    assert page.locator("#state [role=status]").inner_text().endswith("3 satırın 0 tanesi")
    page.wait_for_timeout(1500)  # it asks again by itself, and stays
    assert page.locator("button:has-text('Durdur')").is_visible()
    person.portal.manage("shell", "-v", "0", "-c", _WORK)
    page.wait_for_selector("a[href$='/result']", timeout=15_000)
    person.map_is_drawn()
    person.screen("batch", full_page=True)
    assert page.locator("tbody tr").count() == 2
    assert bad in page.locator("#row-2").inner_text()
    found = page.evaluate(
        "document.getElementById('map').map.queryRenderedFeatures({layers: ['rows']}).length"
    )
    assert found == 1
    faults = Axe().run(page).response["violations"]
    assert [v["id"] for v in faults if v["impact"] in ("serious", "critical")] == []
    with page.expect_download() as download:
        page.click("a[href$='/result']")
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "liste.geocoded.csv"
    assert text.splitlines()[1].endswith(";ok")
    page.click("button:has-text('Bu tabloyu sil')")
    assert page.url.endswith("/geocode/batch/")
    person.is_content()
