"""The register over HTTP: records, days, history, feed, extracts, and what is refused."""

import gzip
import hashlib
import io
import json
import math
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import mapbox_vector_tile
import pyarrow.parquet as pq
import pyogrio
import pytest
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from addresses.actions import extracts
from addresses.actions.change_sets import publish
from addresses.actions.drafting import note_lineage, open_draft, propose
from addresses.actions.publication import check, publish_draft, review
from addresses.api import streams
from addresses.conf import CONF
from addresses.models import Address, ChangeSet, NeighbourhoodHead, RegisterPolicy
from addresses.queries import checksums
from addresses.queries.data_model import entities
from core.actions.jobs import run_due
from tests.factories import NOW, City, close_register, open_register

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BASE = "/api/v1/register"


@pytest.fixture
def register(city: City, settings: Any, tmp_path: Any, monkeypatch: Any) -> City:
    """The small city, published, with a head of a neighbourhood; drafts are possible."""
    monkeypatch.setattr(extracts, "CONF", replace(extracts.CONF, extract_at_once=10**9))
    settings.MEDIA_ROOT = str(tmp_path)
    open_register()
    NeighbourhoodHead.objects.create(
        neighbourhood=city.areas.neighbourhoods["A"], full_name="Muhtar Adı", since="2024-04-01"
    )
    for change_set in ChangeSet.objects.filter(number=None).order_by("pk"):
        publish(change_set, now=NOW - timedelta(days=30))
    RegisterPolicy.objects.create(four_eyes=False)
    close_register()
    return city


def change(city: City, *changes: dict[str, Any], lineage: Any = (), **more: Any) -> ChangeSet:
    viewer = viewer_of(city.people["superuser"])
    draft = open_draft(viewer=viewer, kind="EDIT", title="Test", reason="Council", now=NOW, **more)
    for one in changes:
        propose(draft, viewer=viewer, **one)
    for one in lineage:
        note_lineage(draft, viewer=viewer, **one)
    assert check(draft, viewer=viewer, now=NOW)["problems"] == []
    review(draft, viewer=viewer, now=NOW)
    return publish_draft(draft, viewer=viewer, now=NOW)


def renumber(city: City, number: int = 25) -> ChangeSet:
    uid = city.doors["a5"].uid
    one = {"entity": "address", "operation": "UPDATE", "uid": uid, "values": {"number": number}}
    return change(city, one)


def lines(response: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


class TestRecords:
    def test_collections(self, register, client: Client):
        body = client.get(f"{BASE}/").json()
        ids = [c["id"] for c in body["collections"]]
        assert ids[:3] == ["province", "district", "neighbourhood"]
        assert "neighbourhood_head" not in ids

    def test_a_record_and_its_past(self, register, client: Client):
        published = renumber(register)
        url = f"{BASE}/address/{register.doors['a5'].uid}"
        answer = client.get(url)
        assert answer.json()["properties"]["number"] == 25
        assert answer["X-Change-Number"] == str(published.number)
        yesterday = (TODAY - timedelta(days=1)).isoformat()
        assert client.get(f"{url}?as_of={yesterday}").json()["properties"]["number"] == 5
        history = client.get(f"{url}/history").json()
        assert [v["body"]["number"] for v in history["versions"]] == [25, 5]
        assert [x["relation"] for x in history["lineage"]] == ["RENUMBERED"]
        assert "change" not in history["versions"][0]

    def test_who_and_why_for_those_who_may_view(self, register, client: Client):
        renumber(register)
        client.force_login(register.people["gis_editor"])
        url = f"{BASE}/address/{register.doors['a5'].uid}/history"
        change = client.get(url).json()["versions"][0]["change"]
        assert (change["reason"], change["kind"]) == ("Council", "EDIT")
        assert change["author"] == "superuser"

    def test_pages_neither_skip_nor_repeat(self, register, client: Client):
        seen, url = [], f"{BASE}/address?limit=2"
        while url:
            body = client.get(url).json()
            seen += [f["id"] for f in body["features"]]
            renumber(register, 25 + len(seen))
            url = body["links"][0]["href"] if body["links"] else None
        assert len(seen) == len(set(seen)) == Address.objects.count()

    def test_filters(self, register, client: Client):
        area = register.areas.neighbourhoods["B"]
        found = client.get(f"{BASE}/address?neighbourhood={area.uid}").json()["features"]
        assert [f["properties"]["number"] for f in found] == [7]
        found = client.get(f"{BASE}/neighbourhood?code=N-b").json()["features"]
        assert [f["properties"]["name"] for f in found] == ["Kızpınar"]
        west, north = register.areas.at(0.4, 0.4)
        east, south = register.areas.at(0.52, 0.6)
        box = f"{west},{south},{east},{north}"
        found = client.get(f"{BASE}/address?bbox={box}").json()["features"]
        assert [f["properties"]["number"] for f in found] == [5]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"), ("limit=x", "limit"), ("as_of=2019", "as_of"),
            ("as_of=20190101", "as_of"), ("as_of=2019-13-01", "as_of"), ("bbox=1,2,3", "bbox"),
            ("bbox=1,2,nan,3", "bbox"), ("neighbourhood=x", "neighbourhood"),
            ("district=00000000-0000-0000-0000-000000000000", "district"),
            ("status=GONE", "status"), ("geom=1", "geom"), ("id=1", "id"), ("number=1", "number"),
            ("1=1;drop=1", "1"), ("code=%00", "code"),
        ],
    )  # fmt: skip
    def test_a_wrong_query_names_its_field(self, register, client: Client, query, field):
        answer = client.get(f"{BASE}/address?{query}")
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]

    @pytest.mark.parametrize("who", ["anonymous", "agent", "coordinator", "crew"])
    def test_office_holders_are_not_public(self, register, as_, who):
        assert as_(who).get(f"{BASE}/neighbourhood_head").status_code == 404
        assert as_("gis_editor").get(f"{BASE}/neighbourhood_head").status_code == 200

    def test_what_there_is_not(self, register, client: Client):
        nothing = "00000000-0000-0000-0000-000000000000"
        for path in ("x", f"address/{nothing}", f"address/{nothing}/history", f"x/{nothing}"):
            assert client.get(f"{BASE}/{path}").status_code == 404

    def test_a_merged_door_leads_to_its_successor(self, register, client: Client):
        old, new = register.doors["a5"].uid, register.doors["a9"].uid
        change(
            register,
            {"entity": "address", "operation": "RETIRE", "uid": old},
            lineage=[{"entity": "address", "relation": "MERGED", "old": old, "new": new}],
        )
        answer = client.get(f"{BASE}/address/{old}")
        assert (answer.status_code, answer["Location"]) == (301, f"{BASE}/address/{new}")
        kept = client.get(f"{BASE}/address/{old}?follow=no").json()
        assert (kept["properties"]["status"], kept["successors"]) == ("RETIRED", [str(new)])
        day = (TODAY - timedelta(days=1)).isoformat()
        then = client.get(f"{BASE}/address/{old}?as_of={day}").json()
        assert then["properties"]["status"] == "ACTIVE"

    def test_records_fit_their_schema(self, register, client: Client):
        model = client.get(f"{BASE}/datamodel").json()
        for kind in entities():
            for feature in client.get(f"{BASE}/{kind.name}").json()["features"]:
                body = {k: v for k, v in feature["properties"].items() if k != "entity"}
                body["uid"] = feature["id"]
                if kind.geometry:
                    body["geometry"] = feature["geometry"]
                jsonschema.validate(body, model["$defs"][kind.name])


class TestTime:
    def test_an_old_street_name_is_found_and_the_new_one_said(self, register, client: Client):
        street = register.doors["sk9"].side.street
        change(
            register,
            {
                "entity": "street", "operation": "UPDATE", "uid": street.uid,
                "values": {"name": "Barış Sokak"},
            },
        )  # fmt: skip
        text = "Hasan Basri Çantay Mah. 10028 Sokak No:9"
        answer = client.get("/geocode/search", {"q": text}).json()
        assert answer["features"][0]["id"] == str(register.doors["sk9"].uid)
        assert "Barış Sokak No:9" in answer["features"][0]["properties"]["label"]
        assert ("former_name" in answer["warnings"], answer["category"]) == (True, "B")
        then = client.get("/geocode/search", {"q": text, "as_of": "2019-05-01"}).json()
        assert "10028 Sokak No:9" in then["features"][0]["properties"]["label"]
        now = client.get("/geocode/search", {"q": text.replace("10028", "Barış")}).json()
        assert (now["category"], now["warnings"]) == ("A", [])

    def test_an_old_number_is_found_and_the_new_one_said(self, register, client: Client):
        renumber(register)
        text = "Hasan Basri Çantay Mah. Atatürk Caddesi No:5"
        answer = client.get("/geocode/search", {"q": text}).json()
        assert "Atatürk Caddesi No:25" in answer["features"][0]["properties"]["label"]
        assert (answer["warnings"], answer["category"]) == (["renumbered"], "B")
        then = client.get("/geocode/search", {"q": text, "as_of": "2019-05-01"}).json()
        assert "No:5" in then["features"][0]["properties"]["label"]
        assert then["warnings"] == []

    def test_reverse_on_a_day(self, register, client: Client):
        renumber(register)
        lon, lat = register.areas.at(0.5, 0.5)
        for query, number in (("", "No:25"), ("&as_of=2019-05-01", "No:5")):
            answer = client.get(f"/geocode/reverse?lon={lon}&lat={lat}{query}").json()
            assert answer["features"][0]["properties"]["label"].count(number) == 1

    def test_doors_on_a_day(self, register, client: Client):
        now = client.get("/api/v1/doors").json()
        renumber(register)
        lon, lat = register.areas.at(0.5, 0.5)
        box = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
        for day, number in (({}, "25"), ({"as_of": "2019-05-01"}, "5")):
            answer = client.get("/api/v1/doors", {"in_bbox": box, **day}).json()
            [found] = answer["features"]
            assert found["properties"]["number"] == number
            assert found["geometry"]["coordinates"] == [lon, lat]
        then = client.get("/api/v1/doors", {"as_of": "2019-05-01"}).json()
        assert then["features"] == now["features"]
        assert client.get("/api/v1/doors?as_of=2019-5").status_code == 400

    def test_completing_on_a_day(self, register, client: Client):
        renumber(register)
        text = "Atatürk Caddesi No:5"
        for day, label in (("", None), ("2019-05-01", "Atatürk Caddesi No:5")):
            answer = client.get("/geocode/autocomplete", {"q": text, "as_of": day}).json()
            labels = [f["properties"]["label"] for f in answer["features"]]
            assert any(label in one for one in labels) if label else "No:5," not in "".join(labels)

    def test_checksums_of_a_day_prove_an_extract_of_it(self, register, client: Client):
        renumber(register)
        for day, version in (("", 2), ("2019-05-01", 1)):
            query = {"entity": "address", "format": "ndjson", "as_of": day}
            file = client.get(f"{BASE}/feed/extract", query).getvalue()
            rows = [json.loads(line) for line in gzip.decompress(file).splitlines()]
            assert {r["version"] for r in rows if r["uid"] == str(register.doors["a5"].uid)} == {
                version
            }
            lines: dict[str, list[str]] = defaultdict(list)
            for row in rows:
                lines[row["neighbourhood"]].append(f"{row['uid']} {row['version']}\n")
            query = {"entities": "address", "as_of": day}
            told = client.get(f"{BASE}/feed/checksums", query).json()["checksums"]
            assert {r["neighbourhood"]: r["sha256"] for r in told} == {
                place: hashlib.sha256("".join(sorted(some)).encode()).hexdigest()
                for place, some in lines.items()
            }

    def test_checksums_are_summed_once_for_each_change_set(
        self, register, client: Client, monkeypatch
    ):
        summed: list[str] = []

        def counted(kinds: Any, **options: Any) -> Any:
            summed.extend(kind.name for kind in kinds)
            return as_ever(kinds, **options)

        as_ever = checksums.checksums
        monkeypatch.setattr(checksums, "checksums", counted)
        url = f"{BASE}/feed/checksums"
        first = client.get(url).json()
        for query in ("", "?entities=address", "?entities=street,address"):
            again = client.get(url + query).json()
            assert again["number"] == first["number"]
            assert all(row in first["checksums"] for row in again["checksums"])
        assert len(summed) == len(set(summed)) == len(entities())
        renumber(register)
        new = client.get(f"{url}?entities=address").json()
        assert new["number"] > first["number"]
        assert not all(row in first["checksums"] for row in new["checksums"])

    def test_few_are_summed_at_once(self, register, client: Client):
        url = f"{BASE}/feed/checksums"
        places = [streams.enter("checksums") for _n in range(CONF.streams_max)]
        assert all(places)
        refused = client.get(url)
        assert (refused.status_code, refused["Retry-After"]) == (429, "10")
        streams.leave(places[0] or "")
        assert client.get(url).status_code == 200
        streams.enter("checksums")
        assert client.get(url).status_code == 200  # what is kept costs nothing

    def test_tiles_on_a_day(self, register, client: Client):
        renumber(register)
        x, y = _tile(*register.areas.at(0.5, 0.5), 16)
        for query, label in (("", "25"), ("?as_of=2019-05-01", "5")):
            answer = client.get(f"/tiles/doors/16/{x}/{y}.mvt{query}")
            features = mapbox_vector_tile.decode(answer.content)["doors"]["features"]
            assert label in {f["properties"]["label"] for f in features}
            assert {"5": "25", "25": "5"}[label] not in {f["properties"]["label"] for f in features}
        for zoom in (9, 12, 14):
            x, y = _tile(*register.areas.at(0.5, 0.5), zoom)
            layers = "boundaries,boundary_labels"
            answer = client.get(f"/tiles/{layers}/{zoom}/{x}/{y}.mvt?as_of=2019-05-01")
            assert "boundaries" in mapbox_vector_tile.decode(answer.content)
        assert client.get(f"/tiles/doors/16/{x}/{y}.mvt?as_of=2019").status_code == 400


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


class TestFeed:
    def test_from_an_extract_onwards(self, register, client: Client):
        answer = client.get(f"{BASE}/feed/extract?entity=address&format=ndjson")
        number = int(answer["X-Change-Number"])
        rows = gzip.decompress(b"".join(answer.streaming_content)).splitlines()
        assert len(rows) == Address.objects.count()
        renumber(register)
        found = lines(client.get(f"{BASE}/feed/events?after={number}"))
        assert found[0]["transaction"]["number"] == number + 1
        assert found[1]["body"]["number"] == 25
        assert found[-1] == {"end": {"number": number + 1}}
        assert client.get(f"{BASE}/feed/latest").json()["number"] == number + 1
        sets = client.get(f"{BASE}/feed/transactions?after={number}").json()["transactions"]
        assert [s["number"] for s in sets] == [number + 1]
        assert "author" not in sets[0] and "reason" not in sets[0]

    def test_too_old(self, register, client: Client):
        RegisterPolicy.objects.update(feed_days=0)
        answer = client.get(f"{BASE}/feed/events?after=0")
        assert answer.status_code == 410
        assert answer.json()["oldest"] > 0
        assert str(answer.json()["oldest"]) in answer.json()["detail"]

    @pytest.mark.parametrize("query", ["after=-1", "after=999999", "entities=x", "limit=0"])
    def test_bad_queries(self, register, client: Client, query):
        assert client.get(f"{BASE}/feed/events?{query}").status_code == 400

    def test_private_kinds_are_not_asked_for(self, register, client: Client):
        query = "entities=neighbourhood_head"
        for path in ("events", "checksums"):
            assert client.get(f"{BASE}/feed/{path}?{query}").status_code == 400
        query = "entity=neighbourhood_head"
        assert client.get(f"{BASE}/feed/extract?{query}").status_code == 400

    def test_formats_hold_the_same(self, register, client: Client, tmp_path):
        expected = {str(a.uid): a.number for a in Address.objects.all()}

        def get(form: str) -> bytes:
            answer = client.get(f"{BASE}/feed/extract?entity=address&format={form}")
            assert answer.status_code == 200
            return b"".join(answer.streaming_content)

        table = pq.read_table(io.BytesIO(get("parquet")))
        assert (
            dict(zip(table["uid"].to_pylist(), table["number"].to_pylist(), strict=False))
            == expected
        )
        geo = json.loads(table.schema.metadata[b"geo"])
        assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]
        (tmp_path / "x.gpkg").write_bytes(get("gpkg"))
        assert pyogrio.list_layers(tmp_path / "x.gpkg").tolist() == [["address", "Point"]]
        _meta, _, shapes, (uids, numbers) = pyogrio.raw.read(
            tmp_path / "x.gpkg", columns=["uid", "number"]
        )
        assert dict(zip(uids, numbers, strict=False)) == expected and len(shapes) == len(expected)
        text = gzip.decompress(get("csv")).decode().splitlines()
        assert text[0].startswith("uid,version,valid_from,status") and text[0].endswith("lon,lat")
        assert {line.split(",")[0] for line in text[1:]} == set(expected)

    def test_the_same_extract_is_made_once(self, register, client: Client):
        first = client.get(f"{BASE}/feed/extract?entity=district&format=parquet")
        again = client.get(
            f"{BASE}/feed/extract?entity=district&format=parquet",
            headers={"If-None-Match": first["ETag"]},
        )
        assert again.status_code == 304

    def test_so_many_extracts_are_made_and_no_more(self, register, client: Client, monkeypatch):
        changed = replace(extracts.CONF, extract_at_once=-1, extracts_waiting=2)
        monkeypatch.setattr(extracts, "CONF", changed)
        url = f"{BASE}/feed/extract?entity=address&format=csv&as_of="
        answers = [client.get(f"{url}{year}-01-01").status_code for year in (1960, 1961, 1962)]
        assert answers == [202, 202, 429]
        # Who has ordered already is told how far it is.
        assert client.get(f"{url}1960-01-01").status_code == 202

    def test_a_sender_orders_so_many_and_no_more(self, register, client: Client, monkeypatch):
        monkeypatch.setattr("addresses.api.feed.ExtractThrottle.rate", "2/hour")
        url = f"{BASE}/feed/extract?entity=district&format=csv&as_of="
        answers = [client.get(f"{url}{year}-01-01").status_code for year in (1970, 1971, 1972)]
        assert answers == [200, 200, 429]

    def test_a_large_extract_is_made_by_a_worker(self, register, client: Client, monkeypatch):
        monkeypatch.setattr(extracts, "CONF", replace(extracts.CONF, extract_at_once=-1))
        url = f"{BASE}/feed/extract?entity=address&format=csv"
        waiting = client.get(url)
        assert (waiting.status_code, waiting["Retry-After"]) == (202, "2")
        run_due(now=timezone.now() + timedelta(seconds=1))
        assert client.get(url).status_code == 200
