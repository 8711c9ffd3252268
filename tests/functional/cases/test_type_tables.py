"""The table of request types: out and in again, looked at before anything is stored."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.actions.request_types import store_content
from cases.actions.type_import import plan_import
from cases.exchange.type_sheets import as_csv, as_xlsx, read_sheet
from cases.models import RequestType, TypeVersion
from cases.queries.type_list import content_of
from cases.rules.request_type import BLANK, check_content
from core.api.problems import InvalidInput
from tests.conftest import ROLES
from tests.factories import NOW, City
from tests.functional.cases.test_portal import hidden
from tests.unit.cases.test_questions import ROAD

pytestmark = pytest.mark.django_db
PATH = "/console/types/import/"


@pytest.fixture
def admin(city: City, as_):
    row = RequestType.objects.get(code="cukur")
    store_content(
        row,
        content_of(row) | {"questionnaire": ROAD, "synonyms": ["=1+1", "'çök"]},
        by=None,
        now=NOW,
    )
    return as_("administrator")


def contents() -> dict[str, dict[str, Any]]:
    rows = RequestType.objects.select_related("group", "successor").order_by("code")
    return {row.code: content_of(row) for row in rows}


def send(admin: Any, data: bytes):
    return admin.post(PATH, {"file": SimpleUploadedFile("types", data)})


@pytest.mark.parametrize("who", ROLES)
def test_it_is_for_administrators(city: City, as_, who: str):
    for path in (PATH, "/console/types/all.xlsx"):
        status = as_(who).get(path).status_code
        assert status == (
            302 if who == "anonymous" else 200 if who in ("administrator", "superuser") else 403
        )


words = st.text(alphabet="abcçşıİ '=+-@|:#{}[]\",\n", max_size=20)


@settings(max_examples=60, deadline=None)
@given(name=words, guidance=words, synonyms=st.lists(words, max_size=3), hint=words, public=st.booleans(),
       hours=st.integers(1, 20_000))  # fmt: skip
def test_what_is_written_out_reads_back(name, guidance, synonyms, hint, public, hours):
    questions = {
        "questions": [{"name": "a", "kind": "text", "tr": hint.strip() or "x", "hint_tr": hint}]
    }
    one = BLANK | {"code": "x", "group": "g", "name": name.strip() or "x", "guidance": guidance, "public": public,
                   "synonyms": synonyms, "target_hours": hours, "questionnaire": questions}  # fmt: skip
    # The names that people see stand on one line.
    one = check_content(
        one | {"synonyms": [s.replace("\n", " ") for s in synonyms]}, groups=["g"], codes=[]
    )
    for data in (as_csv([one]), as_xlsx([one])):
        rows, faults = read_sheet(data)
        assert faults == []
        assert check_content(rows[0][1], groups=["g"], codes=[]) == one


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_out_and_in_again_changes_nothing(admin, form: str):
    data = admin.get(f"/console/types/all.{form}").content
    answer = send(admin, data)
    assert answer.status_code == 200 and answer.context["plan"].changes == []
    assert answer.context["plan"].rows == len(contents())


def test_no_cell_is_a_formula(admin):
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/console/types/all.xlsx").content))
    assert not any(cell.data_type == "f" for row in book.active for cell in row)
    assert any(str(cell.value).startswith("'=1+1") for row in book.active for cell in row)


def table(**rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    columns = list(dict.fromkeys(["code", *(c for r in rows.values() for c in r)]))
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for code, row in rows.items():
        writer.writerow({"code": code.replace("_", "-"), **row})
    return out.getvalue().encode()


def test_changes_are_shown_first_and_stored_by_a_second_click(admin, city: City):
    data = table(
        cukur={"name": "Yol çukuru", "group": "yol", "active": "yes", "successor": ""},
        yeni_tur={"name": "Yeni", "group": "su", "active": "yes", "successor": ""},
        budama={"name": "Budama", "group": "park", "active": "no", "successor": "yeni-tur"},
    )
    before = contents()
    answer = send(admin, data)
    kinds = {c.code: (c.kind, set(c.changed)) for c in answer.context["plan"].changes}
    assert kinds["cukur"] == ("changed", {"name"})
    assert kinds["budama"] == ("retired", {"active", "successor"})
    assert kinds["yeni-tur"][0] == "added"
    assert contents() == before
    kept = hidden(answer.content.decode())
    assert admin.post(PATH, kept).status_code == 302
    after = contents()
    assert after["budama"]["successor"] == "yeni-tur" and not after["budama"]["active"]
    assert after["cukur"] == before["cukur"] | {"name": "Yol çukuru"}
    assert TypeVersion.objects.get(request_type__code="yeni-tur").by == city.people["administrator"]
    # The same click again finds other types than were looked at; the same file has nothing to say.
    assert admin.post(PATH, kept).status_code == 409
    assert send(admin, data).context["plan"].changes == []


def test_no_type_is_succeeded_by_one_that_the_same_table_retires(admin):
    data = table(
        cukur={"active": "no", "successor": "budama"}, budama={"active": "no", "successor": "cukur"}
    )
    faults = send(admin, data).context["plan"].faults
    assert [(row, column) for row, column, _reason in faults] == [
        (2, "successor"),
        (3, "successor"),
    ]


def test_what_was_looked_at_is_what_is_stored(admin):
    kept = hidden(send(admin, table(cukur={"name": "Yol çukuru"})).content.decode())
    other = hidden(send(admin, table(cukur={"name": "Başka"})).content.decode())
    assert admin.post(PATH, kept | {"content": other["content"]}).status_code == 409
    row = RequestType.objects.get(code="cop")
    store_content(row, content_of(row) | {"name": "Çöp!"}, by=None, now=NOW)
    assert admin.post(PATH, kept).status_code == 409
    assert contents()["cukur"]["name"] == "Cukur"


def test_faults_name_row_and_column_and_nothing_is_stored(admin):
    data = table(
        cukur={"name": "", "target_hours": "bald", "public": "belki", "questionnaire": "["},
        cop={
            "name": "Çöp",
            "target_hours": "12",
            "public": "yes",
            "questionnaire": "questions: [{name: a}]",
        },
    )
    answer = send(admin, data)
    assert answer.status_code == 422
    found = {(row, column) for row, column, _why in answer.context["plan"].faults}
    assert {
        (2, "name"),
        (2, "target_hours"),
        (2, "public"),
        (2, "questionnaire"),
        (3, "questions.a.kind"),
    } <= found
    kept = {"content": answer.context["content"], "sign": answer.context["plan"].sign}
    assert admin.post(PATH, kept).status_code == 422
    assert contents()["cop"]["name"] == "Cop"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", b" " * 420_000_000)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"name\nx", b"code,code\na,b", b"code,colour\na,b", b"PK\x03\x04xx",
                                  b"code\n" + b"x\n" * 2500, b"x" * 5_000_001])  # fmt: skip
def test_what_is_no_table_of_types_is_refused(admin, data: bytes):
    assert send(admin, data).status_code == 422 or not data


def test_a_zip_bomb_is_refused():
    with pytest.raises(InvalidInput) as refused:
        plan_import(bomb())
    assert list(refused.value.errors) == ["file"]


@pytest.mark.parametrize("content", ["", "x", "eJw=", "AAAA"])
def test_a_content_that_is_none_is_refused(admin, content: str):
    assert admin.post(PATH, {"content": content, "sign": "x"}).status_code == 422


def test_by_command(admin, tmp_path: Path, capsys):
    path = tmp_path / "types.xlsx"
    call_command("request_types", export=path)
    call_command("request_types", "--import", str(path), "--check")
    assert "0 changes, 0 faults" in capsys.readouterr().out
    (tmp_path / "one.csv").write_bytes(table(cukur={"name": "Yol çukuru"}))
    call_command("request_types", "--import", str(tmp_path / "one.csv"), "--check")
    assert contents()["cukur"]["name"] == "Cukur"
    call_command("request_types", "--import", str(tmp_path / "one.csv"))
    assert contents()["cukur"]["name"] == "Yol çukuru"
    (tmp_path / "bad.csv").write_bytes(table(cukur={"name": ""}))
    for name in ("bad.csv", "none.csv"):
        with pytest.raises(CommandError):
            call_command("request_types", "--import", str(tmp_path / name))
