"""What the layers of cases, work and areas hold, and how a tile is kept small."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from accounts.models import Crew
from addresses.models import Address, Building
from cases.models import Case, RequestType, RoutingArea, WorkOrder
from tests.conftest import ROLES, forget
from tests.factories import METRE_LAT, METRE_LON, NOW, City, make_case
from tests.integration.tiles.grid import decoded, ids, tile_of, url
from tiles.layers import all_layers

pytestmark = pytest.mark.django_db
HERE = (0.5, 0.5)


@pytest.fixture
def here(city: City):
    return lambda z: tile_of(*city.areas.at(*HERE), z)


class TestFilters:
    @pytest.fixture
    def four(self, city: City) -> dict[str, int]:
        def day(d: int, hour: int = 12) -> datetime:
            return datetime(2026, 10, d, hour, tzinfo=UTC)

        return {
            "dirt": make_case(city, opened_at=day(5)).pk,
            # In Istanbul it is the seventh already.
            "late": make_case(city, opened_at=day(6, 22)).pk,
            "ended": make_case(city, state="CLOSED", opened_at=day(8)).pk,
            "hole": make_case(city, kind="cukur", department="a:fen", opened_at=day(9)).pk,
            "other": make_case(city, department="b:temizlik", opened_at=day(9)).pk,
        }

    @pytest.mark.parametrize("query", ["since=2026-10-20", "from=2026-10-20", "to=2026-10-02"])
    def test_the_public_asks_by_whole_months(self, four: Any, as_: Any, here: Any, query: str):
        counts = [
            len(
                decoded(client.get(url("cases", here(14)) + f"?state=all&{query}")).get("cases", [])
            )
            for client in (Client(), as_("agent"))
        ]
        assert counts[0] == len(four) and counts[1] == 0

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "dirt late ended hole other"),
            ("?state=all", "dirt late ended hole other"),
            ("?state=open", "dirt late hole other"),
            ("?open_only=1", "dirt late hole other"),
            ("?state=ended", "ended"),
            ("?type=cukur", "hole"),
            ("?type=nothing", ""),
            ("?organisation=b", "other"),
            ("?from=2026-10-07", "late ended hole other"),
            ("?to=2026-10-06", "dirt"),
            ("?from=2026-10-07&to=2026-10-08", "late ended"),
            ("?from=2026-10-07&to=2026-10-08&state=open", "late"),
            ("?group=yol&type=cop", ""),
        ],
    )
    def test_each(self, city: City, as_: Any, here: Any, four: dict[str, int], query, found):
        expected = {four[name] for name in found.split()}
        assert ids(as_("agent"), "cases", here(14), query) == expected

    @pytest.mark.parametrize("query", ["?state=new", "?type=A'", "?from=2026-1-1", "?to=20261001"])
    def test_nonsense_is_refused(self, city: City, as_: Any, here: Any, query):
        assert as_("agent").get(url("cases", here(14), query)).status_code == 400

    def test_whose_a_case_is_is_no_public_fact(self, city: City, client: Client, here: Any, four):
        assert client.get(url("cases", here(14), "?type=cukur")).status_code == 200
        assert client.get(url("cases", here(14), "?organisation=a")).status_code == 204


class TestLowZooms:
    def test_where_all_would_be_too_many_only_open_ones_are_gathered_and_it_is_said(
        self, city: City, as_: Any, here: Any, monkeypatch: pytest.MonkeyPatch
    ):
        from cases.queries import tiles

        make_case(city)
        make_case(city, state="CLOSED")
        agent = as_("agent")
        all_of_them = agent.get(url("cases", here(11)))
        (feature,) = decoded(all_of_them)["cases"]
        assert feature["properties"] == {"count": 2, "open": 1}
        assert "X-Tile-Generalised" not in all_of_them
        ended = decoded(agent.get(url("cases", here(11), "?state=ended")))["cases"]
        assert [f["properties"] for f in ended] == [{"count": 1, "open": 0}]
        forget()
        monkeypatch.setattr(tiles, "CONF", replace(tiles.CONF, tile_counted=0))
        for query in ("", "?state=all"):
            few = agent.get(url("cases", here(11), query))
            (feature,) = decoded(few)["cases"]
            assert feature["properties"] == {"count": 1, "open": 1}
            assert few["X-Tile-Generalised"] == "cases"
        assert "X-Tile-Generalised" not in agent.get(url("cases", here(11), "?state=open"))
        none = agent.get(url("cases", here(11), "?state=ended"))
        assert (none.status_code, none["X-Tile-Generalised"]) == (204, "cases")
        # Near enough they are shown one by one; where they are too many, open ones are counted.
        assert len(ids(agent, "cases", here(14))) == 2
        monkeypatch.setattr(tiles, "CONF", replace(tiles.CONF, tile_points=1))
        forget()
        (feature,) = decoded(agent.get(url("cases", here(14))))["cases"]
        assert feature["properties"] == {"count": 1, "open": 1}
        ended = decoded(agent.get(url("cases", here(14), "?state=ended")))["cases"]
        assert len(ended) == 1 and "number" in ended[0]["properties"]

    def test_a_case_tells_the_icon_of_its_type(self, city: City, client: Client, here: Any):
        case = make_case(city)
        for icon in ("bin", ""):
            RequestType.objects.filter(pk=case.request_type_id).update(icon=icon)
            forget()
            (feature,) = decoded(client.get(url("cases", here(14))))["cases"]
            assert feature["properties"].get("icon", "") == icon

    def test_a_cluster_of_one_does_not_tell_the_public_the_house(self, city: City, client: Client):
        """The middle of the cluster is the same wherever within the grid of 50 m the house is."""
        case = make_case(city)
        lon, lat = city.areas.at(*HERE)
        seen = set()
        for east in (0, 3, 6):
            Case.objects.filter(pk=case.pk).update(
                geom=Point(lon + east * METRE_LON, lat, srid=4326), precision="DOOR"
            )
            forget()
            (feature,) = decoded(client.get(url("cases", tile_of(lon, lat, 11))))["cases"]
            seen.add(str(feature["geometry"]))
        # 6 m are more than one unit of a tile of zoom 11.
        assert len(seen) == 1


class TestTooMany:
    def test_cases_are_gathered_and_the_answer_says_so(
        self, city: City, as_: Any, here: Any, monkeypatch: pytest.MonkeyPatch
    ):
        from cases.queries import tiles

        agent = as_("agent")
        for n in range(4):
            make_case(city, at=(0.5 + n / 1000, 0.5), state="CLOSED" if n == 3 else "ROUTED")
        monkeypatch.setattr(tiles, "CONF", replace(tiles.CONF, tile_points=3))
        crowded = agent.get(url("cases", here(14)))
        assert crowded["X-Tile-Generalised"] == "cases"
        features = decoded(crowded)["cases"]
        assert sum(f["properties"]["count"] for f in features) == 4
        assert sum(f["properties"]["open"] for f in features) == 3
        again = agent.get(url("cases", here(14)))  # from the cache
        assert (again.content, again["X-Tile-Generalised"]) == (crowded.content, "cases")
        few = agent.get(url("cases", here(14), "?state=open"))
        assert "X-Tile-Generalised" not in few and len(decoded(few)["cases"]) == 3

    def _crowd(self, city: City) -> None:
        """Doors and buildings of all sizes within 400 m."""
        lon, lat = city.areas.at(*HERE)
        side = Address.objects.get(pk=city.doors["a5"].pk).side
        Address.objects.bulk_create(
            Address(
                side=side, number=100 + n, point_source="ENTRANCE",
                geom=Point(lon + n % 20 * METRE_LON, lat + n // 20 * METRE_LAT, srid=4326),
            )
            for n in range(400)
        )  # fmt: skip

        def box(n: int) -> MultiPolygon:
            size = 1 if n % 2 else 15
            x, y = lon + n % 20 * 20 * METRE_LON, lat + n // 20 * 20 * METRE_LAT
            shape = Polygon.from_bbox((x, y, x + size * METRE_LON, y + size * METRE_LAT))
            return MultiPolygon(shape, srid=4326)

        area = city.areas.neighbourhoods["A"]
        Building.objects.bulk_create(
            Building(neighbourhood=area, name=f"Apartman {n}", floors=n % 9, geom=box(n))
            for n in range(400)
        )

    @pytest.mark.parametrize("layer", ["doors", "buildings"])
    def test_a_layer_is_drawn_roughly_to_keep_the_budget(
        self, city: City, client: Client, here: Any, monkeypatch: pytest.MonkeyPatch, layer
    ):
        from tiles.actions import serve

        self._crowd(city)
        zxy = here(15)
        full = client.get(url(layer, zxy))
        assert "X-Tile-Generalised" not in full
        forget()
        budget = (
            len(gzip.decompress(full.content))
            if full.get("Content-Encoding")
            else len(full.content)
        )
        monkeypatch.setattr(serve, "CONF", replace(serve.CONF, budget_bytes=budget - 1))
        rough = client.get(url(layer, zxy))
        assert rough["X-Tile-Generalised"] == layer
        before, after = decoded(full)[layer], decoded(rough)[layer]
        assert 0 < len(after) < len(before)
        assert {f["id"] for f in after} < {f["id"] for f in before}

    def test_only_as_many_layers_as_needed_are_drawn_roughly(
        self, city: City, client: Client, here: Any, monkeypatch: pytest.MonkeyPatch
    ):
        from tiles.actions import serve

        self._crowd(city)
        whole = client.get(
            url("doors,buildings", here(15)), headers={"Accept-Encoding": "identity"}
        )
        monkeypatch.setattr(serve, "CONF", replace(serve.CONF, budget_bytes=len(whole.content) - 1))
        forget()
        rough = client.get(
            url("doors,buildings", here(15)), headers={"Accept-Encoding": "identity"}
        )
        sizes = {
            name: len(
                client.get(url(name, here(15)), headers={"Accept-Encoding": "identity"}).content
            )
            for name in ("doors", "buildings")
        }
        assert rough["X-Tile-Generalised"] == max(sizes, key=lambda name: sizes[name])
        assert mapbox_vector_tile.decode(rough.content).keys() == {"doors", "buildings"}


@pytest.fixture
def order(city: City) -> WorkOrder:
    case = make_case(city, state="PLANNED")
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip 1")
    crew.members.add(city.people["crew"])
    return WorkOrder.objects.create(case=case, crew=crew, planned_day=NOW.date(), position=1)


class TestWorkOrders:
    def test_who_sees_them(self, city: City, as_: Any, here: Any, order: WorkOrder):
        seen = {name for name in ROLES if ids(as_(name), "work_orders", here(14)) == {order.pk}}
        assert seen == {"superuser", "administrator", "coordinator", "crew"}
        assert all(ids(as_(n), "work_orders", here(14)) == set() for n in set(ROLES) - seen)

    def test_what_stands_in_them(self, city: City, as_: Any, here: Any, order: WorkOrder):
        (feature,) = decoded(as_("crew").get(url("work_orders", here(14))))["work_orders"]
        assert feature["properties"] == {
            "state": "planned",
            "day": "2026-11-03",
            "position": 1,
            "crew": "Ekip 1",
            "number": order.case.number,
            "type": "Cop",
            "type_en": order.case.request_type.name_en,
        }

    def test_filters(self, city: City, as_: Any, here: Any, order: WorkOrder):
        crew, zxy = as_("crew"), here(14)
        assert ids(crew, "work_orders", zxy, "?day=2026-11-03") == {order.pk}
        assert ids(crew, "work_orders", zxy, "?day=2026-11-04") == set()
        assert ids(crew, "work_orders", zxy, f"?crew={order.crew_id}") == {order.pk}
        assert ids(crew, "work_orders", zxy, f"?crew={order.crew_id + 1}") == set()
        WorkOrder.objects.filter(pk=order.pk).update(state="DONE")
        forget()
        assert ids(crew, "work_orders", zxy) == set()
        assert ids(crew, "work_orders", zxy, "?state=all") == {order.pk}

    def test_a_new_member_of_the_crew_sees_them_at_once(
        self, city: City, as_: Any, here: Any, order: WorkOrder
    ):
        order.crew.members.clear()
        assert ids(as_("crew"), "work_orders", here(14)) == set()
        order.crew.members.add(city.people["crew"])
        assert ids(as_("crew"), "work_orders", here(14)) == {order.pk}


class TestServiceAreas:
    @pytest.fixture
    def area(self, city: City) -> RoutingArea:
        lon, lat = city.areas.at(*HERE)
        shape = MultiPolygon(Polygon.from_bbox((lon - 0.01, lat - 0.01, lon, lat)), srid=4326)
        RoutingArea.objects.create(
            name="Sahil", name_key="sahil", geom=shape, valid_to=date(2026, 1, 1)
        )
        return RoutingArea.objects.create(
            name="Sahil", name_key="sahil", geom=shape, valid_from=date(2026, 1, 1), version=2
        )

    def test_those_in_force_for_whoever_may_see_the_rules(
        self, city: City, as_: Any, here: Any, area: RoutingArea
    ):
        for name in ROLES:
            may = as_(name).get("/console/routing/areas/").status_code == 200
            expected = {area.pk} if may else set()
            assert ids(as_(name), "service_areas", here(12)) == expected, name
        assert (
            as_("superuser")
            .get(url("service_areas", here(12)))["Cache-Control"]
            .startswith("private")
        )


def test_no_layer_hands_the_tile_of_one_audience_to_another(
    city: City, as_: Any, here: Any, order: WorkOrder
):
    """Everybody gets from the full cache, in any order, what they get from an empty one."""
    make_case(city, kind="yardim", at=(0.51, 0.5))
    make_case(city, department="b:temizlik", at=(0.52, 0.5))
    make_case(city, kind="cukur", department="a:fen", at=(0.53, 0.5))
    names = ",".join(name for name in all_layers() if name != "density")
    browsers = {name: as_(name) for name in ROLES}
    for z in (11, 14):
        alone = {}
        for name, browser in browsers.items():
            forget()
            alone[name] = browser.get(url(names, here(z))).content
        assert len(set(alone.values())) >= 5
        forget()
        tags: dict[str, str] = {}
        for name in [*ROLES, *ROLES[::-1]]:
            answer = browsers[name].get(url(names, here(z)))
            assert answer.content == alone[name], (name, z)
            tags[name] = answer["ETag"]
            assert (
                answer["Cache-Control"].startswith("private") or alone[name] == alone["anonymous"]
            )
        for one in ROLES:
            # Another's tag is no proof of having one's own tile.
            for other in ROLES:
                known = browsers[one].get(
                    url(names, here(z)), headers={"If-None-Match": tags[other]}
                )
                assert (known.status_code == 304) == (tags[one] == tags[other])
                assert known.status_code != 304 or alone[one] == alone[other]
