"""Small tables in one request, as addok's clients send them."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from addresses.queries import geocoded_rows
from addresses.queries.geocoding import geocode_under
from tests.factories import City, door, open_register

pytestmark = pytest.mark.django_db
PATHS = ["/geocode/search/csv", "/compat/ban/search/csv", "/compat/ban/search/csv/"]
DOOR = "Hasan Basri Çantay mah. 10028 Sk no:9"


def send(client: Client, path: str, data: bytes | str, **more: Any) -> Any:
    raw = data.encode() if isinstance(data, str) else data
    return client.post(path, {"data": SimpleUploadedFile("a.csv", raw, "text/csv"), **more})


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    return list(csv.DictReader(io.StringIO(text), delimiter=max(",;", key=first.count)))


@pytest.mark.parametrize("path", PATHS)
def test_the_columns_of_addok(city: City, client: Client, path: str) -> None:
    door = city.doors["sk9"]
    rows = table(send(client, path, f'id,adres\n1,"{DOOR}"\n2,\n3,xqzw bzzt\n'))
    found, skipped, missing = rows
    assert found == {
        "id": "1",
        "adres": DOOR,
        "latitude": f"{door.geom.y:.7f}",
        "longitude": f"{door.geom.x:.7f}",
        "result_label": "Hasan Basri Çantay Mah. 10028 Sokak No:9, Altıeylül/Balıkesir",
        "result_score": found["result_score"],
        "result_score_next": found["result_score_next"],
        "result_type": "housenumber",
        "result_id": str(door.uid),
        "result_housenumber": "9",
        "result_name": "10028 Sokak 9",
        "result_street": "10028 Sokak",
        "result_postcode": "",
        "result_city": "Altıeylül",
        "result_context": "Altıeylül, Balıkesir",
        "result_neighbourhood": "Hasan Basri Çantay",
        "result_precision": "DOOR",
        "result_category": "A",
        "result_warnings": "",
        "result_status": "ok",
    }
    assert 0.5 < float(found["result_score"]) <= 1
    assert (skipped["result_status"], skipped["latitude"]) == ("skipped", "")
    assert (missing["result_status"], missing["result_label"]) == ("not-found", "")


def test_columns_are_joined_by_their_names(city: City, client: Client) -> None:
    data = "no;sokak;mahalle;ilçe\n9;10028 Sokak;Hasan Basri Çantay;Altıeylül\n"
    [row] = table(send(client, PATHS[0], data))
    assert row["result_id"] == str(city.doors["sk9"].uid)


def test_columns_may_be_chosen(city: City, client: Client) -> None:
    data = f'adres,yer\nyanlış,"{DOOR}"\n'
    [row] = table(send(client, PATHS[1], data, columns="yer", result_columns=["result_id"]))
    assert list(row) == ["adres", "yer", "result_id"]
    assert row["result_id"] == str(city.doors["sk9"].uid)


def test_a_suggestion_is_marked(city: City, client: Client) -> None:
    [row] = table(send(client, PATHS[0], 'adres\n"Hasan Basri Çantay mah. 10028 Sk no:77"\n'))
    assert (row["result_status"], row["result_precision"]) == ("unsure", "STREET")
    assert "number_not_found" in row["result_warnings"]


def test_encodings_and_the_mark_of_utf8(city: City, client: Client) -> None:
    data = f'adres\n"{DOOR}"\n'.encode("windows-1254")
    answer = send(client, PATHS[0], data, with_bom="1")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert table(answer)[0]["result_status"] == "ok"


def test_points(city: City, client: Client) -> None:
    lon, lat = city.doors["sk9"].geom.coords
    data = f"lat,lon\n{lat},{lon}\n10,10\nx,1\n"
    for path in ("/geocode/reverse/csv", "/compat/ban/reverse/csv"):
        found, outside, none = table(send(client, path, data))
        assert found["result_housenumber"] == "9"
        assert (outside["result_status"], none["result_status"]) == ("not-found", "skipped")


def test_one_row_that_breaks_costs_no_other(city: City, client: Client, monkeypatch: Any) -> None:
    def breaks(index: Any, register: Any, text: str, **more: Any) -> Any:
        if "kırık" in text:
            raise RuntimeError(text)
        return geocode_under(index, register, text, **more)

    monkeypatch.setattr(geocoded_rows, "geocode_under", breaks)
    rows = table(send(client, PATHS[0], f'adres\nkırık\n"{DOOR}"\n'))
    assert [row["result_status"] for row in rows] == ["error", "ok"]


def test_what_somebody_sent_is_not_logged(
    city: City, client: Client, monkeypatch: Any, caplog: Any
) -> None:
    def breaks(index: Any, register: Any, text: str, **more: Any) -> Any:
        raise RuntimeError(text)

    monkeypatch.setattr(geocoded_rows, "geocode_under", breaks)
    table(send(client, PATHS[0], 'adres\n"gizli adres"\n'))
    assert "RuntimeError" in caplog.text
    assert "gizli" not in caplog.text


def test_no_cell_is_a_formula(city: City, client: Client) -> None:
    answer = send(client, PATHS[0], 'adres,=x\n=HYPERLINK("http://x"),@y\n')
    cells = [cell for line in csv.reader(io.StringIO(answer.content.decode())) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "@"))] == []


@pytest.mark.parametrize(
    ("data", "more", "field"),
    [
        ("", {}, "data"),
        ("a,b\n1,2,3\n", {}, "data"),
        ("a\n1\n", {"columns": "b"}, "columns"),
        ("a\n1\n", {"result_columns": "b"}, "result_columns"),
        ("a\n1\n", {"encoding": "klingon"}, "encoding"),
        ("a\n1\n", {"delimiter": "abc"}, "delimiter"),
        ("a\n" + "1\n" * 2001, {}, "data"),
        ("a\n" + "x" * 2_100_000, {}, "data"),
        ("a\0", {}, "data"),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_dialect(
    city: City, client: Client, data: str, more: dict[str, str], field: str
) -> None:
    own = send(client, PATHS[0], data, **more)
    assert (own.status_code, list(own.json()["errors"])) == (400, [field])
    ban = send(client, PATHS[1], data, **more)
    assert (ban.status_code, set(ban.json())) == (400, {"title", "description"})
    assert ban.json()["description"].startswith(field)


def test_no_file_and_no_form(city: City, client: Client) -> None:
    assert client.post(PATHS[0]).status_code == 400
    assert client.post(PATHS[1], "x", content_type="application/json").status_code == 415
    assert client.get(PATHS[1]).status_code == 405


def test_tables_have_a_rate_of_their_own(city: City, client: Client, monkeypatch: Any) -> None:
    from addresses.api.tables import TableThrottle

    monkeypatch.setattr(TableThrottle, "rate", "1/min")
    assert send(client, PATHS[1], "adres\nx\n").status_code == 200
    assert send(client, PATHS[1], "adres\nx\n").status_code == 429
    assert client.get("/geocode/search", {"q": DOOR}).status_code == 200


class TestFilters:
    """addok's filters: the form names the column that holds what is wanted."""

    @pytest.fixture
    def two(self, city: City) -> dict[str, str]:
        """Two doors of one street name and number, told apart by their postcodes alone."""
        open_register()
        codes = {"A": "10100", "B": "10200"}
        for area, at in (("A", (0.4, 0.4)), ("B", (2.4, 0.4))):
            door(city.areas, street="Lale Sokak", number=4, neighbourhood=area, at=at,
                 postcode=codes[area])  # fmt: skip
        return codes

    @pytest.mark.parametrize("path", PATHS[:2])
    def test_by_postcode(self, two: dict[str, str], client: Client, path: str) -> None:
        data = "adres,pk\n" + "".join(
            f"Lale Sokak 4,{pk}\n" for pk in ("10200", "10100", "99999", "")
        )
        rows = table(send(client, path, data, columns="adres", postcode="pk"))
        assert [row["result_postcode"] for row in rows[:3]] == ["10200", "10100", ""]
        assert rows[2]["result_status"] == "not-found"
        assert rows[3]["result_postcode"] in two.values()  # an empty cell asks for nothing
        assert rows[3]["result_status"] == "unsure"

    def test_by_type(self, two: dict[str, str], client: Client) -> None:
        data = "adres,tip\n10028 Sokak 9,street\n10028 Sokak 9,housenumber\n"
        rows = table(send(client, PATHS[0], data, columns="adres", type="tip"))
        assert [row["result_type"] for row in rows] == ["", "housenumber"]

    def test_a_column_that_is_not_there(self, city: City, client: Client) -> None:
        answer = send(client, PATHS[0], "adres\nx\n", postcode="pk")
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["postcode"]


def test_few_tables_at_once_and_none_that_is_all_text(client, db):
    from django.core.cache import cache

    def sent(text: str) -> int:
        file = SimpleUploadedFile("t.csv", f"adres\n{text}\n".encode())
        return client.post("/geocode/search/csv", {"data": file}).status_code

    assert sent("Gül Sokak 9") == 200
    assert sent("\n".join(["papatya izmir lale sokak " * 40] * 300)) == 400
    for n in range(3):
        cache.set(f"geocode-table:{n}", "another")
    assert sent("Gül Sokak 9") == 429


def test_a_cell_is_never_cut_in_silence(client, db):
    file = SimpleUploadedFile("t.csv", ("adres,note\nGül Sokak 9," + "x" * 40_000).encode())
    answer = client.post("/geocode/search/csv", {"data": file}, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "Row 2 has a cell of more than 32000" in str(answer.json()["errors"])
