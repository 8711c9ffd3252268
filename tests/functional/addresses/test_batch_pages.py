"""Batches by page, by API and by command: who may, what comes back, what is refused."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from addresses.actions import batches
from addresses.models import GeocodeBatch
from core.actions.jobs import run_due
from core.models import Job
from tests.conftest import ROLES
from tests.factories import City

pytestmark = pytest.mark.django_db
API = "/api/v1/geocode/batches"
PAGE = "/geocode/batch/"
DOOR = "Hasan Basri Çantay mah. 10028 Sk no:9"
CSV = f'ad,adres\n=1+1,"{DOOR}"\nb,"{DOOR.replace("9", "77")}"\nc,xqzw bzzt\n'
MAY = {"agent", "gis_editor", "administrator", "superuser"}


def file(data: bytes | str = CSV, name: str = "liste.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def work() -> None:
    while run_due(now=timezone.now() + timedelta(seconds=1)):
        pass


def csv_rows(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def spreadsheet() -> bytes:
    book = openpyxl.Workbook()
    for line in (
        ["Kapı No", "Sokak", "Mahalle", "İlçe"],
        [9, "10028 Sokak", "Hasan Basri Çantay", "Altıeylül"],
    ):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class TestApi:
    def test_from_file_to_result(self, as_: Any, city: City) -> None:
        client: Client = as_("agent")
        answer = client.post(API, {"data": file()})
        body = answer.json()
        assert (answer.status_code, body["state"], body["rows"]) == (201, "WAITING", 3)
        assert (body["columns"], body["name"]) == (["adres"], "liste.csv")
        url = body["url"].removeprefix("http://testserver")
        assert client.get(f"{url}/result").status_code == 409
        work()
        body = client.get(url).json()
        assert (body["state"], body["done"]) == ("DONE", 3)
        assert (body["sure"], body["unsure"], body["missing"]) == (1, 1, 1)
        answer = client.get(f"{url}/result")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert 'filename="liste.geocoded.csv"' in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"
        rows = csv_rows(answer)
        assert [row["result_status"] for row in rows] == ["ok", "unsure", "not-found"]
        assert rows[0]["ad"] == "'=1+1"
        assert rows[0]["result_id"] == str(city.doors["sk9"].uid)
        found = client.get(f"{url}/failures").json()["features"]
        assert [one["properties"]["row"] for one in found] == [2, 3]
        assert (found[0]["geometry"] is None, found[1]["geometry"] is None) == (False, True)
        assert [one["uid"] for one in client.get(API).json()] == [body["uid"]]

    def test_a_spreadsheet_comes_back_as_one(self, as_: Any, city: City) -> None:
        client: Client = as_("gis_editor")
        url = client.post(API, {"data": file(spreadsheet(), "tablo.xlsx")}).json()["url"]
        url = url.removeprefix("http://testserver")
        work()
        answer = client.get(f"{url}/result")
        assert "spreadsheetml" in answer["Content-Type"]
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        header, row = sheet.iter_rows(values_only=True)
        found = dict(zip(header, row, strict=True))
        assert found["result_id"] == str(city.doors["sk9"].uid)
        assert found["latitude"] == pytest.approx(city.doors["sk9"].geom.y, abs=1e-6)
        assert found["Sokak"] == "10028 Sokak"

    def test_stopping_going_on_and_deleting(self, as_: Any) -> None:
        client: Client = as_("agent")
        url = client.post(API, {"data": file()}).json()["url"].removeprefix("http://testserver")
        assert client.post(f"{url}/resume").status_code == 409
        assert client.post(f"{url}/cancel").json()["state"] == "CANCELLED"
        assert client.post(f"{url}/cancel").status_code == 409
        rows = csv_rows(client.get(f"{url}/result"))
        assert [row["result_status"] for row in rows] == ["", "", ""]
        assert client.post(f"{url}/resume").json()["state"] == "WAITING"
        work()
        assert client.post(f"{url}/resume").status_code == 409
        assert client.delete(url).status_code == 204
        assert client.get(url).status_code == 404
        assert (GeocodeBatch.objects.count(), Job.objects.count()) == (0, 0)

    @pytest.mark.parametrize("who", ROLES)
    def test_who_may(self, as_: Any, who: str) -> None:
        client: Client = as_(who)
        status = client.post(API, {"data": file()}).status_code
        may = status == 201
        assert status in (201, 401 if who == "anonymous" else 403)
        assert (client.get(API).status_code == 200) is may
        page = client.get(PAGE)
        assert (page.status_code == 200) is may
        if who == "anonymous":
            assert (may, page.status_code) == (False, 302)
        if who in MAY:
            assert may
        if who == "crew":
            assert not may

    def test_to_anybody_else_it_does_not_exist(self, as_: Any, city: City) -> None:
        url = as_("agent").post(API, {"data": file()}).json()["url"]
        url = url.removeprefix("http://testserver")
        uid = url.rpartition("/")[2]
        for who in ("gis_editor", "administrator", "superuser"):
            client: Client = as_(who)
            assert client.get(API).json() == []
            assert client.get(url).status_code == 404
            assert client.delete(url).status_code == 404
            for part in ("cancel", "resume"):
                assert client.post(f"{url}/{part}").status_code == 404
            for part in ("result", "failures"):
                assert client.get(f"{url}/{part}").status_code == 404
            assert client.get(f"{PAGE}{uid}/").status_code == 404
            assert client.get(f"{PAGE}{uid}/result").status_code == 404
            assert client.post(f"{PAGE}{uid}/delete").status_code == 404
        assert GeocodeBatch.objects.get().job.state == "WAITING"

    def test_a_session_needs_its_token(self, city: City) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(city.people["agent"])
        assert client.post(API, {"data": file()}).status_code == 403
        assert GeocodeBatch.objects.count() == 0

    def test_an_expired_one_is_gone(self, as_: Any) -> None:
        client: Client = as_("agent")
        url = client.post(API, {"data": file()}).json()["url"].removeprefix("http://testserver")
        GeocodeBatch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.get(url).status_code == 404
        assert client.get(API).json() == []

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({}, "data"),
            ({"data": ""}, "data"),
            ({"data": "a,b\n1,2,3\n"}, "data"),
            ({"data": "a\n"}, "data"),
            ({"data": "a\0\n"}, "data"),
            ({"data": b"PK\x03\x04x"}, "data"),
            ({"data": CSV, "columns": "yok"}, "columns"),
            ({"data": CSV, "columns": ["ad", "ad"]}, "columns"),
            ({"data": CSV, "encoding": "klingon"}, "encoding"),
            ({"data": CSV, "delimiter": "::"}, "delimiter"),
        ],
    )
    def test_what_cannot_be_used_is_refused_and_not_kept(
        self, as_: Any, sent: dict[str, Any], field: str
    ) -> None:
        form = {k: file(v) if k == "data" else v for k, v in sent.items()}
        answer = as_("agent").post(API, form)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert (GeocodeBatch.objects.count(), Job.objects.count()) == (0, 0)

    def test_too_many_and_too_large(self, as_: Any, monkeypatch: Any) -> None:
        client: Client = as_("agent")
        monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batches_at_once=1))
        assert client.post(API, {"data": file()}).status_code == 201
        answer = client.post(API, {"data": file()})
        assert (answer.status_code, bool(answer.json()["detail"])) == (429, True)
        monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batch_bytes_max=20))
        assert client.post(API, {"data": file()}).status_code == 400


class TestPages:
    def test_the_whole_way(self, as_: Any, city: City) -> None:
        client: Client = as_("agent")
        answer = client.post(PAGE, {"data": file()})
        place = answer["Location"]
        page = client.get(place).content.decode()
        assert 'value="1" checked' in page and 'value="0" checked' not in page
        assert "xqzw bzzt" in page  # an example of what the column holds
        wrong = client.post(f"{place}begin", {"column": "7"})
        assert (wrong.status_code, b'role="alert"' in wrong.content) == (422, True)
        assert client.post(f"{place}begin", {"column": ["1"]})["Location"] == place
        page = client.get(place).content.decode()
        assert 'hx-trigger="every 1s"' in page and f"{place}cancel" in page
        client.post(f"{place}cancel")
        assert f"{place}resume" in client.get(place).content.decode()
        client.post(f"{place}resume")
        work()
        answer = client.get(place, headers={"HX-Request": "true"})
        assert answer["HX-Refresh"] == "true"
        page = answer.content.decode()
        assert "xqzw bzzt" in page and 'id="map"' in page and 'id="row-3"' in page
        assert "hx-trigger" not in page
        rows = csv_rows(client.get(f"{place}result"))
        assert rows[0]["result_id"] == str(city.doors["sk9"].uid)
        assert client.post(f"{place}delete")["Location"] == PAGE
        assert GeocodeBatch.objects.count() == 0

    def test_a_refused_file_says_why(self, as_: Any) -> None:
        for sent in ({}, {"data": file("a,b\n1,2,3\n")}):
            answer = as_("agent").post(PAGE, sent)
            assert (answer.status_code, b'role="alert"' in answer.content) == (422, True)

    def test_an_unknown_move_and_a_get(self, as_: Any) -> None:
        client: Client = as_("agent")
        place = client.post(PAGE, {"data": file()})["Location"]
        assert client.post(f"{place}explode").status_code == 404
        assert client.get(f"{place}delete").status_code == 405
        assert GeocodeBatch.objects.count() == 1


class TestCommand:
    def test_a_table_beside_the_file(self, city: City, tmp_path: Path) -> None:
        source = tmp_path / "liste.csv"
        source.write_text(CSV, encoding="windows-1254")
        out = io.StringIO()
        call_command("geocode", str(source), stdout=out, stderr=io.StringIO())
        made = tmp_path / "liste.geocoded.csv"
        rows = list(csv.DictReader(io.StringIO(made.read_text(encoding="utf-8-sig"))))
        assert [row["result_status"] for row in rows] == ["ok", "unsure", "not-found"]
        assert str(made) in out.getvalue()
        assert GeocodeBatch.objects.count() == 0
        assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []

    def test_stopped_it_goes_on(self, city: City, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr(batches, "CONF", replace(batches.CONF, batch_chunk=1))
        source = tmp_path / "liste.csv"
        source.write_text(CSV, encoding="utf-8")
        original, seen = batches._store, []

        def stops(chunk: Any, finds: Any) -> None:
            if len(seen) == 2:
                seen.append(0)
                raise KeyboardInterrupt
            seen.append(chunk.first)
            original(chunk, finds)

        monkeypatch.setattr(batches, "_store", stops)
        with pytest.raises(KeyboardInterrupt):
            call_command("geocode", str(source), stdout=io.StringIO(), stderr=io.StringIO())
        call_command("geocode", str(source), stdout=io.StringIO(), stderr=io.StringIO())
        assert seen == [1, 2, 0, 3]
        assert (tmp_path / "liste.geocoded.csv").is_file()

    def test_another_way_to_read_the_file_is_another_batch(
        self, city: City, tmp_path: Path, monkeypatch: Any
    ) -> None:
        source = tmp_path / "liste.csv"
        source.write_text(CSV, encoding="utf-8")

        def stops(chunk: Any, finds: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(batches, "_store", stops)
        for more in ({}, {}, {"encoding": "windows-1254"}, {"column": ["ad"]}):
            with pytest.raises(KeyboardInterrupt):
                call_command(
                    "geocode", str(source), stdout=io.StringIO(), stderr=io.StringIO(), **more
                )
        assert GeocodeBatch.objects.count() == 3

    def test_columns_and_output(self, city: City, tmp_path: Path) -> None:
        source, output = tmp_path / "tablo.xlsx", tmp_path / "other.xlsx"
        source.write_bytes(spreadsheet())
        more = {"column": ["Mahalle", "Sokak", "Kapı No"], "output": output}
        call_command("geocode", str(source), stdout=io.StringIO(), stderr=io.StringIO(), **more)
        sheet = openpyxl.load_workbook(output).active
        assert sheet["A2"].value == "9"

    def test_what_cannot_be_read_is_said(self, tmp_path: Path) -> None:
        source = tmp_path / "x.csv"
        source.write_text("a,b\n1,2,3\n")
        for path, more in ((source, {}), (tmp_path / "none.csv", {}), (source, {"column": ["x"]})):
            with pytest.raises(CommandError):
                call_command("geocode", str(path), **more)
        assert GeocodeBatch.objects.count() == 0
