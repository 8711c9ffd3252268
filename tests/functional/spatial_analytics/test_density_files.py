"""The cells of the density map as table, series and files."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
import shapely
from django.urls import reverse

from spatial_analytics.rules.hexes import ring_of
from tests.integration.spatial_analytics.city import Town

pytestmark = pytest.mark.django_db
ASKED = {"days": "30"}


def cells(client, **query: str) -> dict[str, str]:
    answer = client.get(reverse("density_csv"), ASKED | query)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {row["h3"]: row["cases"] for row in csv.DictReader(text.splitlines())}


def test_files_hold_the_same_cells(client, town: Town):
    expected = cells(client)
    assert sorted(expected.values()) == ["3", "3", "4", "8"]
    assert sum(map(int, cells(client, resolution="5").values())) == 18
    collection = client.get(reverse("density_geojson"), ASKED)
    assert collection.headers["Content-Type"] == "application/geo+json"
    features = json.loads(collection.content)["features"]
    assert {f["properties"]["h3"]: str(f["properties"]["cases"]) for f in features} == expected
    assert features[0]["geometry"]["coordinates"] == [
        ring_of(int(features[0]["properties"]["h3"], 16))
    ]
    table = pq.read_table(io.BytesIO(client.get(reverse("density_parquet"), ASKED).content))
    assert (
        dict(zip(table["h3"].to_pylist(), map(str, table["cases"].to_pylist()), strict=True))
        == expected
    )


def test_geoparquet_says_what_it_is(client, town: Town):
    table = pq.read_table(io.BytesIO(client.get(reverse("density_parquet"), ASKED).content))
    about = json.loads(table.schema.metadata[b"geo"])
    column = about["columns"][about["primary_column"]]
    assert about["version"] == "1.1.0"
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Polygon"])
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    assert list(shapely.total_bounds(shapes)) == pytest.approx(column["bbox"])
    assert all(shape.exterior.is_ccw for shape in shapes)
    assert "crs" not in column  # longitude and latitude


def test_a_file_of_nothing(client, town: Town):
    nothing = {"from": "2001-01-01", "to": "2001-01-02"}
    table = pq.read_table(io.BytesIO(client.get(reverse("density_parquet"), nothing).content))
    assert table.num_rows == 0
    assert json.loads(client.get(reverse("density_geojson"), nothing).content)["features"] == []


def test_pyogrio_reads_the_file(client, town: Town, tmp_path):
    import pyogrio

    (tmp_path / "cells.geojson").write_bytes(client.get(reverse("density_geojson"), ASKED).content)
    about, _fids, shapes, columns = pyogrio.raw.read(tmp_path / "cells.geojson")
    assert len(shapes) == 4
    assert sorted(columns[list(about["fields"]).index("cases")]) == [3, 3, 4, 8]


def test_staff_have_their_own_counts(client, town: Town, manager):
    client.force_login(manager)
    assert sorted(cells(client).values()) == ["2", "3", "3", "4", "8"]


def test_the_series_sums_to_the_map(client, town: Town, manager):
    client.force_login(manager)
    for step in ("month", "week"):
        answer = client.get(reverse("density_series"), {"days": "365", "step": step}).json()
        assert all(len(counts) == len(answer["steps"]) for counts in answer["cells"].values())
        sums = {h3: str(sum(counts)) for h3, counts in answer["cells"].items()}
        assert sums == cells(client, days="365")


def test_the_series_hides_small_counts_from_the_public(client, town: Town, now):
    answer = client.get(reverse("density_series"), {"days": "365"}).json()
    counts = [n for one in answer["cells"].values() for n in one]
    assert 1 not in counts
    assert 2 not in counts
    assert sum(counts) == 18  # the one of 200 days ago is a step of its own


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("density", {"from": "2026-05-01", "to": "2026-04-01"}, "from"),
        ("density", {"channel": "'"}, "channel"),
        ("density_table", {"bbox": "1,2,3"}, "bbox"),
        ("density_csv", {"resolution": "10"}, "resolution"),
        ("density_parquet", {"resolution": "4"}, "resolution"),
    ],
)
def test_a_bad_question(client, town: Town, name, query, field):
    answer = client.get(reverse(name), query)
    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_a_bad_series(client, town: Town):
    answer = client.get(reverse("density_series"), {"step": "hour"})
    assert answer.json() == {"status": 400, "field": "step", "detail": "month, week"}
    assert answer["Content-Type"] == "application/problem+json"


def test_the_table_is_of_the_screen(client, town: Town):
    box = {"bbox": "27.84,39.61,27.86,39.63", "resolution": "10"}
    here = client.get(reverse("density_table"), ASKED | box).content.decode()
    assert here.count("<tr>") == 2  # its head, and the cell with three
    with_rate = client.get(
        reverse("density_table"), ASKED | {"measure": "dwellings", "compare": "year"}
    )
    assert with_rate.content.decode().count('scope="col"') == 5


def test_filters_of_the_page(client, town: Town):
    page = client.get(reverse("density"), {"days": "30", "district": str(town.west.pk)})
    names = page.content.decode()
    assert "Akçay" in names
    assert "Çınar</option>" not in names
    assert f"days=30&amp;district={town.west.pk}" in names
