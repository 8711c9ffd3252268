"""The pages of quality as a browser asks for them: who sees them, what stands there, what acts do."""

import csv
from collections.abc import Callable
from datetime import timedelta

import mapbox_vector_tile
import pytest
from django.test import Client
from django.utils import timezone

from addresses.actions.quality import count_day, inspect
from addresses.models import Address, ChangeSet, EditingArea, QualityFinding
from tests.conftest import ROLES
from tests.factories import NOW, City

pytestmark = pytest.mark.django_db
SEES = {"manager", "gis_editor", "administrator", "superuser"}
As = Callable[[str], Client]


@pytest.fixture
def faults(city: City) -> dict[str, QualityFinding]:
    """Two doors without a number, one in each district; one of them with a wrong postcode too."""
    EditingArea.objects.create(organisation=city.bodies["a"], district=city.areas.districts["A"])
    type(city.areas.neighbourhoods["A"]).objects.update(postcode="10100")
    Address.objects.filter(pk=city.doors["a5"].pk).update(number=0, postcode="34000")
    Address.objects.filter(pk=city.doors["b7"].pk).update(number=0)
    inspect(None, now=NOW, rules=["number_missing", "door_postcode_differs"])
    by_door = {city.doors["a5"].pk: "here", city.doors["b7"].pk: "there"}
    found = {by_door[f.entity_id]: f for f in QualityFinding.objects.filter(rule="number_missing")}
    found["fixable"] = QualityFinding.objects.get(rule="door_postcode_differs")
    return found


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_the_pages(as_: As, faults: dict[str, QualityFinding], role: str) -> None:
    expected = 200 if role in SEES else 302 if role == "anonymous" else 403
    client = as_(role)
    pk = faults["here"].pk
    for path in (
        "",
        "neighbourhoods.csv",
        "findings/",
        "findings/findings.csv",
        f"findings/{pk}/",
    ):
        assert client.get(f"/register/quality/{path}").status_code == expected, path
    if role not in SEES:
        client.post(f"/register/quality/findings/{pk}/act/", {"do": "accept", "reason": "x"})
        faults["here"].refresh_from_db()
        assert faults["here"].state == "open"


def test_the_menu_offers_quality_to_those_who_see_it(as_: As, city: City) -> None:
    assert 'href="/register/"' in as_("gis_editor").get("/").content.decode()
    assert "/register/quality/" in as_("gis_editor").get("/register/").content.decode()
    assert 'href="/register/"' not in as_("crew").get("/").content.decode()
    assert 'href="/register/"' not in as_("anonymous").get("/").content.decode()


def test_the_dashboard_counts_and_filters(as_: As, city: City, faults: object) -> None:
    client = as_("manager")
    page = client.get("/register/quality/")
    assert page.context["totals"] == {"ERROR": 0, "WARNING": 2, "INFO": 1, "accepted": 0}
    assert "Numarası olmayan kapı" in page.content.decode()
    district = city.areas.districts["A"].pk
    page = client.get(f"/register/quality/?district={district}&rule=number_missing")
    assert page.context["totals"]["WARNING"] == 1
    assert [row["name"] for row in page.context["page"]] == ["Hasan Basri Çantay"]
    english = client.get("/register/quality/", headers={"Accept-Language": "en"}).content.decode()
    assert "Door without a number" in english


def test_the_dashboard_sorts_neighbourhoods(as_: As, faults: object) -> None:
    client = as_("manager")
    names = {
        by: [row["name"] for row in client.get(f"/register/quality/?by={by}").context["page"]]
        for by in ("name", "infos", "nonsense")
    }
    assert names["name"] == ["Hasan Basri Çantay", "Paşaalanı"]
    assert names["infos"][0] == "Hasan Basri Çantay"
    assert sorted(names["nonsense"]) == sorted(names["name"])


def test_an_empty_register_says_what_to_do(as_: As, city: City) -> None:
    page = as_("manager").get("/register/quality/").content.decode()
    assert "inspect_quality" in page
    assert '<svg class="trend"' not in page


def test_the_trend_is_drawn_from_two_days_on(as_: As, faults: dict[str, QualityFinding]) -> None:
    now = timezone.now()
    count_day(now=now - timedelta(days=2))
    QualityFinding.objects.filter(pk=faults["here"].pk).update(resolved_at=now)
    count_day(now=now)
    page = as_("manager").get("/register/quality/")
    assert [counts["WARNING"] for _day, counts in page.context["days"]] == [2, 1]
    assert 'class="quality-warning" points="52' in page.content.decode()


@pytest.mark.parametrize(
    "query",
    ["rule=x'%00", "district=-1", "district=٣", "neighbourhood=99999999999999999", "page=zero",
     "severity=<b>", "sort=pk;drop", "q=%25%00'\"<script>", "state=nothing", "owner=%F0%9F"],
)  # fmt: skip
def test_odd_filters_do_no_harm(as_: As, faults: object, query: str) -> None:
    client = as_("manager")
    for path in ("", "findings/", "findings/findings.csv"):
        response = client.get(f"/register/quality/{path}?{query}")
        assert response.status_code == 200
    assert b"<script>" not in client.get(f"/register/quality/findings/?{query}").content.replace(
        b"<script src", b""
    )


def test_findings_are_found_by_words_state_and_place(
    as_: As, city: City, faults: dict[str, QualityFinding]
) -> None:
    client = as_("manager")

    def count(query: str) -> int:
        page = client.get(f"/register/quality/findings/?{query}").context["page"]
        return int(page.paginator.count)

    assert count("") == 3
    assert count("q=kuvvetler") == 1
    assert count("q=PAŞAALANI") == 1
    assert count("state=accepted") == count("state=resolved") == 0
    assert count(f"neighbourhood={city.areas.neighbourhoods['B'].pk}") == 1
    assert count("owner=GIS") == 0


def test_the_csv_has_every_finding_and_no_formula(as_: As, city: City, faults: object) -> None:
    QualityFinding.objects.update(label="=HYPERLINK(1)")
    body = as_("manager").get("/register/quality/findings/findings.csv").getvalue().decode()
    rows = list(csv.reader(body.lstrip("\ufeff").splitlines()))
    assert len(rows) == 4
    assert {row[3] for row in rows[1:]} == {"'=HYPERLINK(1)"}


def test_an_editor_accepts_with_a_reason_and_takes_it_back(
    as_: As, faults: dict[str, QualityFinding]
) -> None:
    client, found = as_("gis_editor"), faults["here"]
    act = f"/register/quality/findings/{found.pk}/act/"
    assert "Bunun neden hata olmadığını yazın" in _said(client, act, do="accept", reason=" ")
    assert "kabul edildi" in _said(client, act, do="accept", reason="Bahçe kapısı")
    found.refresh_from_db()
    assert (found.state, found.accepted_reason) == ("accepted", "Bahçe kapısı")
    assert "Bahçe kapısı" in client.get(f"/register/quality/findings/{found.pk}/").content.decode()
    assert "geri alındı" in _said(client, act, do="withdraw")
    assert "Hiçbir şey değiştirilmedi" in _said(client, act, do="withdraw")
    assert "Hiçbir şey değiştirilmedi" in _said(client, act, do="anything")


def _said(client: Client, path: str, **data: str) -> str:
    return client.post(path, data, follow=True).content.decode()


def test_elsewhere_an_editor_only_looks(as_: As, faults: dict[str, QualityFinding]) -> None:
    client, found = as_("gis_editor"), faults["there"]
    page = client.get(f"/register/quality/findings/{found.pk}/").content.decode()
    assert "Bu bulguyu görebilirsiniz" in page
    assert 'value="accept"' not in page
    act = f"/register/quality/findings/{found.pk}/act/"
    assert "izin vermiyor" in _said(client, act, do="accept", reason="x")


def test_the_fix_button_makes_a_draft(as_: As, faults: dict[str, QualityFinding]) -> None:
    client, found = as_("gis_editor"), faults["fixable"]
    page = client.get(f"/register/quality/findings/{found.pk}/").content.decode()
    assert "Mahallenin posta kodunu ver" in page
    said = _said(client, f"/register/quality/findings/{found.pk}/act/", do="fix")
    assert "Henüz hiçbir şey yayımlanmadı" in said
    assert "Düzeltme taslağa eklendi" in said
    assert ChangeSet.objects.get(source="quality").changes.get().values == {"postcode": "10100"}
    # Another finding has no fix, and says so.
    page = client.get(f"/register/quality/findings/{faults['here'].pk}/").content.decode()
    assert "düzenleyicide düzeltin" in page


def test_the_tiles_are_for_those_who_see_the_register(
    as_: As, city: City, faults: dict[str, QualityFinding]
) -> None:
    point = faults["here"].geom
    path = "/tiles/quality/{}/{}/{}.mvt"

    def tile(zoom: int) -> str:
        import math

        n = 2**zoom
        x = int((point.x + 180) / 360 * n)
        y = int((1 - math.asinh(math.tan(math.radians(point.y))) / math.pi) / 2 * n)
        return path.format(zoom, x, y)

    near = as_("manager").get(tile(14))
    features = mapbox_vector_tile.decode(_plain(near))["quality"]["features"]
    assert {f["properties"]["rule"] for f in features} == {
        "number_missing",
        "door_postcode_differs",
    }
    assert "private" in near["Cache-Control"]
    filtered = as_("manager").get(tile(14) + "?rule=number_missing&severity=WARNING")
    assert len(mapbox_vector_tile.decode(_plain(filtered))["quality"]["features"]) == 1
    far = mapbox_vector_tile.decode(_plain(as_("manager").get(tile(9))))["quality"]["features"]
    assert sum(f["properties"]["count"] for f in far) == 3
    for role in ("anonymous", "crew", "agent"):
        assert as_(role).get(tile(14)).status_code == 204
    assert as_("manager").get(tile(14) + "?rule=nothing").status_code == 400


def _plain(response: object) -> bytes:
    import gzip

    body = response.content  # type: ignore[attr-defined]
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
