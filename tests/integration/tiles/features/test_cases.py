"""Cases as features: everybody sees what their lists and the public map show them, and nothing by any way round."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.models import Case, RequestType
from cases.queries.visibility import mapped_cases
from core.rules.secrets import unveiled, veiled
from tests.conftest import ROLES
from tests.factories import City, make_case
from tests.integration.tiles.features.asking import get, ids, link, page, read, refused

pytestmark = pytest.mark.django_db
PUBLIC = {"type", "type_name", "type_name_en", "group", "open", "month"}


@pytest.fixture
def cases(city: City) -> list[Case]:
    RequestType.objects.filter(code="budama").update(sensitive=True)
    rng = random.Random(3)
    made = [
        make_case(
            city,
            kind=rng.choice(["cop", "cukur", "budama"]),
            department=rng.choice(["a:temizlik", "b:temizlik", "a:fen"]),
            at=(rng.uniform(0, 4), rng.uniform(0, 2)),
            state=rng.choice(["ROUTED", "CLOSED"]),
            public=rng.random() < 0.7,
            precision=rng.choice(["DOOR", "STREET", "POINT"]),
            opened_at=datetime(2026, rng.randint(8, 10), rng.randint(1, 28), 12, tzinfo=UTC),
            token=f"{rng.random()}",
        )
        for _ in range(40)
    ]
    made.append(make_case(city, at=None))
    return made


class TestWhoSeesWhat:
    @pytest.mark.parametrize("role", ROLES)
    def test_as_many_as_the_map_and_the_lists(self, city: City, cases: Any, as_: Any, role: str):
        client = as_(role)
        user = city.people.get(role)
        seen = mapped_cases(viewer_of(user)) if user else mapped_cases(viewer_of(None))
        body = page("cases", client)
        assert body["numberMatched"] == body["numberReturned"] == seen.count()
        small = page("cases", client, limit=2)
        if seen.count() > 2:
            assert small["numberMatched"] == seen.count()
        if body["features"] and "number" in body["features"][0]["properties"]:
            numbers = {f["properties"]["number"] for f in body["features"]}
            assert numbers == set(seen.values_list("number", flat=True))

    def test_the_public_is_told_what_the_map_tells(self, city: City, cases: Any):
        body = page("cases")
        assert body["features"]
        for feature in body["features"]:
            assert set(feature["properties"]) == PUBLIC
            assert len(feature["properties"]["month"]) == 7
        text = get("cases").content.decode()
        for case in cases:
            assert case.number not in text and case.token not in text
            assert case.opened_at.strftime("%Y-%m-%d") not in text

    def test_houses_stand_on_a_grid_and_filters_see_no_other_place(self, city: City):
        lon, lat = city.areas.at(0.503, 0.497)
        case = make_case(city, precision="DOOR")
        Case.objects.filter(pk=case.pk).update(geom=Point(lon, lat, srid=4326))
        (feature,) = page("cases", crs="EPSG:3857")["features"]
        x, y = feature["geometry"]["coordinates"]
        assert x % 50 == pytest.approx(0, abs=1e-3) and y % 50 == pytest.approx(0, abs=1e-3)
        case.refresh_from_db()
        assert abs(case.geom_m.x - x) > 1 or abs(case.geom_m.y - y) > 1
        near = 0.5
        real = f"{case.geom_m.x - near},{case.geom_m.y - near},{case.geom_m.x + near},{case.geom_m.y + near}"
        told = f"{x - near},{y - near},{x + near},{y + near}"
        assert ids("cases", bbox=real, bbox_crs="EPSG:3857") == []
        assert len(ids("cases", bbox=told, bbox_crs="EPSG:3857")) == 1
        for box, n in ((real, 0), (told, 1)):
            asked = f"S_INTERSECTS(geometry, BBOX({box}))"
            assert len(ids("cases", filter=asked, filter_crs="EPSG:3857")) == n

    @pytest.mark.parametrize("name", ["number", "opened_at", "state", "district", "description", "id", "organisation", "needs_review", "due_at", "precision"])  # fmt: skip
    def test_what_is_not_told_is_refused_like_what_there_is_not(self, city: City, cases: Any, name: str):  # fmt: skip
        for query in (
            {"filter": f"{name} IS NULL"},
            {"sortby": name},
            {"properties": name},
            {name: "1"},
            {"filter": f"T_AFTER({name}, DATE('2020-01-01'))"},
        ):
            known = get("cases", **query)
            other = {
                k.replace(name, "nonsense"): v.replace(name, "nonsense") for k, v in query.items()
            }
            unknown = get("cases", **other)
            assert known.status_code == unknown.status_code == 400
            assert known.content.decode().replace(name, "nonsense") == unknown.content.decode()

    def test_months_alone(self, city: City):
        make_case(city, opened_at=datetime(2026, 9, 12, tzinfo=UTC))
        for query, n in (
            ("2026-09-12", 1), ("2026-09-01", 1), ("2026-09-30/2026-10-05", 1), ("2026-08-31", 0),
            ("2026-10-01", 0), ("../2026-09-01T00:00:00Z", 1), ("2026-09-30T23:00:00Z", 0),
        ):  # fmt: skip
            assert len(ids("cases", datetime=query)) == n, query

    def test_the_order_says_nothing_of_who_came_first(self, city: City, cases: Any):
        secret = "x"
        assert len({tuple(veiled(secret, p, range(5))) for p in "ab"}) == 2
        shown = [f["properties"]["month"] for f in page("cases")["features"]]
        assert shown != sorted(shown) and shown != sorted(shown, reverse=True)


def test_the_period_is_that_of_the_viewer(city: City, as_: Any):
    make_case(city, opened_at=datetime(2026, 8, 12, 12, tzinfo=UTC), public=False)
    make_case(city, opened_at=datetime(2026, 9, 12, 12, tzinfo=UTC), public=True)

    def told(client: Client) -> Any:
        return client.get("/ogc/collections/cases").json()["extent"]["temporal"]["interval"]

    assert told(Client()) == [["2026-09-01", None]]
    assert told(as_("administrator")) == [["2026-08-12", None]]


class TestIds:
    def test_an_id_leads_to_its_feature_today(self, city: City, cases: Any):
        listed = page("cases")["features"]
        for feature in listed[:5]:
            answer = Client().get(f"/ogc/collections/cases/items/{feature['id']}")
            assert answer.status_code == 200
            body = answer.json()
            del body["links"]
            assert body == feature

    def test_and_tomorrow_nowhere(self, city: City, cases: Any, monkeypatch: Any):
        one = ids("cases")[0]
        tomorrow = timezone.localdate() + timezone.timedelta(days=1)
        monkeypatch.setattr(timezone, "localdate", lambda *a: tomorrow)
        assert Client().get(f"/ogc/collections/cases/items/{one}").status_code == 404
        assert one not in ids("cases")

    def test_nobody_finds_another_one(self, city: City, cases: Any):
        hidden = next(c for c in cases if not c.public)
        for feature in (str(hidden.pk), hidden.number, hidden.token, "0" * 32, "f" * 32, "x" * 32):
            assert Client().get(f"/ogc/collections/cases/items/{feature}").status_code == 404
        from django.conf import settings

        own = veiled(settings.SECRET_KEY, f"cases:{timezone.localdate().isoformat()}", [hidden.pk])[
            0
        ]
        assert Client().get(f"/ogc/collections/cases/items/{own}").status_code == 404

    def test_veils(self):
        assert unveiled("s", "p", veiled("s", "p", [7])[0]) == 7
        assert unveiled("s", "q", veiled("s", "p", [7])[0]) is None
        assert unveiled("t", "p", veiled("s", "p", [7])[0]) is None
        for text in ("", "x", "00", "zz" * 16):
            assert unveiled("s", "p", text) is None


class TestNextLinks:
    def test_the_public_walks_over_all(self, city: City, cases: Any):
        found, body = [], page("cases", limit=3)
        while True:
            found += [f["id"] for f in body["features"]]
            following = link(body, "next")
            if following is None:
                break
            assert "token" not in following.split("token=")[1]
            body = read(Client().get(following))
        assert sorted(found) == sorted(ids("cases")) and len(found) == len(set(found))

    def test_a_link_of_staff_gives_the_public_nothing_more(self, city: City, cases: Any, as_: Any):
        following = link(page("cases", as_("administrator"), limit=3), "next")
        assert following
        answer = Client().get(following)
        if answer.status_code == 200:
            for feature in answer.json()["features"]:
                assert set(feature["properties"]) == PUBLIC
        else:
            assert answer.status_code == 400

    def test_a_link_of_one_body_gives_another_its_own(self, city: City, cases: Any, as_: Any):
        following = link(page("cases", as_("superuser"), limit=1), "next")
        other = as_("coordinator")
        seen = set(
            mapped_cases(viewer_of(city.people["coordinator"])).values_list("number", flat=True)
        )
        told = {f["id"] for f in read(other.get(following))["features"]}
        assert told <= seen


class TestFiles:
    @pytest.mark.parametrize("form", ["csv", "fgb", "gpkg", "parquet", "jsonfg", "html"])
    def test_files_say_no_more(self, city: City, cases: Any, form: str, tmp_path: Any):
        content = get("cases", f=form).content
        for case in cases:
            assert case.number.encode() not in content
        if form in ("fgb", "gpkg"):
            import pyogrio

            place = tmp_path / f"x.{form}"
            place.write_bytes(content)
            meta = pyogrio.read_info(place)
            assert set(meta["fields"]) - {"id"} == PUBLIC
            assert len(pyogrio.raw.read(place)[3][0]) == len(ids("cases"))


class TestFiltersOfStaff:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("type = 'cop'", {"request_type__code": "cop"}),
            ("open", {"state": "ROUTED"}),
            ("NOT open AND type IN ('cukur', 'cop')", {"state": "CLOSED", "request_type__code__in": ["cukur", "cop"]}),
            ("organisation = 'b'", {"organisation__code": "b"}),
            ("department = 'temizlik'", {"department__code": "temizlik"}),
            ("opened_at >= TIMESTAMP('2026-10-01T00:00:00Z')", {"opened_at__gte": datetime(2026, 10, 1, tzinfo=UTC)}),
            ("channel = 'web' AND public", {"public": True}),
            ("geometry IS NULL", {"geom": None}),
            ("type = 'nothing'", {"pk": 0}),
        ],
    )  # fmt: skip
    def test_each(self, city: City, cases: Any, as_: Any, text: str, where: dict[str, Any]):
        seen = Case.objects.filter(**where).values_list("number", flat=True)
        assert set(ids("cases", as_("superuser"), filter=text)) == set(seen)

    def test_by_day(self, city: City, cases: Any, as_: Any):
        found = ids("cases", as_("superuser"), datetime="2026-09-01/2026-09-30")
        wanted = Case.objects.filter(opened_at__month=9).values_list("number", flat=True)
        assert set(found) == set(wanted)
        refused(get("cases", as_of="2026-01-01"), "as_of")
