"""Tables of outside values: how they are read, imported, brought again, undone."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from addresses.exchange.errors import ImportRefused
from addresses.models import Address
from core.actions import jobs
from core.models import Job
from spatial_analytics.actions import outside
from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideValue
from spatial_analytics.queries.outside_reading import read_values
from tests.factories import City
from tests.integration.spatial_analytics.outside import NOW, PERIOD, asked, bring, present, values


def test_the_same_file_twice_changes_nothing_and_imports_are_undone(city: City, make: Any):
    row = make()
    a, b = (city.areas.neighbourhoods[n].pk for n in "AB")
    text = (
        "Mahalle kodu;Dönem;Kalem;Tutar\nN-A;2026-01;x;1.234,5\nN-B;2026-01;x;2\nN-B;2026-01;y;3\n"
    )
    first = bring(row, text)
    assert (first.taken, first.changed, first.refused) == (3, 3, 0)
    assert first.data is None and first.sha256
    start = present(row)
    assert start == {
        (a, "2026-01-01", "x"): 1234.5,
        (b, "2026-01-01", "x"): 2,
        (b, "2026-01-01", "y"): 3,
    }
    ids = set(OutsideValue.objects.values_list("pk", flat=True))
    again = bring(row, text)
    assert (again.taken, again.changed) == (3, 0)
    assert set(OutsideValue.objects.values_list("pk", flat=True)) == ids
    # A correction replaces all of the place and period that it holds, and nothing else.
    fixed = bring(row, "Mahalle kodu;Dönem;Kalem;Tutar\nN-B;2026-01;x;9\n")
    assert fixed.changed == 2
    assert present(row) == {(a, "2026-01-01", "x"): 1234.5, (b, "2026-01-01", "x"): 9}
    with pytest.raises(outside.NotTheLast):
        outside.undo(first, now=NOW)
    outside.undo(fixed, now=NOW)
    assert present(row) == start
    with pytest.raises(outside.NotTheLast):
        outside.undo(fixed, now=NOW)
    outside.undo(again, now=NOW)
    outside.undo(first, now=NOW)
    assert present(row) == {}
    assert outside.last_import(row) is None


def test_places_by_code_name_address_and_point(city: City, make: Any):
    a, b, small = (city.areas.neighbourhoods[n] for n in "ABa")
    Address.objects.filter(pk=city.doors["a5"].pk).update(code="1234567890")
    Address.objects.filter(pk=city.doors["a9"].pk).update(code="1234567891")
    row = make()
    came = bring(
        row,
        "kod,mahalle,ilçe,lon,lat,ay,değer\n"
        "N-A,,,,,2026-01,1\n"
        ",PAŞAALANI MAH.,KARESİ,,,2026-01,2\n"
        ",bahçelievler mahallesi,,,,2026-01,4\n"
        "1234567890,,,,,2026-02,8\n"
        "1234567891,,,,,2026-02,16\n"
        f",,,{_lonlat(city, 2.5)},2026-02,32\n"
        f",,,{_lonlat(city, 2.6)},2026-02,64\n"
        "yok,,,,,2026-01,1\n"
        ",Olmayan,,,,2026-01,1\n"
        ",Paşaalanı,Altıeylül,,,2026-01,1\n"
        ",,,500,500,2026-01,1\n"
        ",,,1,1,2026-01,1\n"
        ",,,x,39,2026-01,1\n"
        ",,,,,2026-01,1\n",
        code=0, name=1, district=2, lon=3, lat=4, period=5, value=6,
    )  # fmt: skip
    assert present(row) == {
        (a.pk, "2026-01-01", ""): 1, (b.pk, "2026-01-01", ""): 2, (small.pk, "2026-01-01", ""): 4,
        (a.pk, "2026-02-01", ""): 24, (b.pk, "2026-02-01", ""): 96,
    }  # fmt: skip
    assert [(one["row"], one["code"]) for one in came.reasons] == [
        (9, "no_such_code"), (10, "no_such_place"), (11, "no_such_place"), (12, "no_point"),
        (13, "no_such_place"), (14, "no_point"), (15, "no_place"),
    ]  # fmt: skip


def _lonlat(city: City, column: float) -> str:
    lon, lat = city.areas.at(column, 0.5)
    return f"{lon},{lat}"


def test_bodies_streets_and_districts(city: City, make: Any):
    bodies = make(code="butce", level="organisation")
    bring(bodies, f"kurum;ay;tutar\n{city.bodies['a'].name};2026-01;5\n")
    assert values(asked(indicator="butce", by="organisation", **PERIOD)) == {city.bodies["a"].pk: 5}
    units = make(code="birim", level="department")
    department = city.departments["a:temizlik"]
    bring(units, f"birim kodu;ay;tutar\n{department.code};2026-01;6\n")
    found = asked(indicator="birim", by="department,organisation", **PERIOD)
    assert values(found) == {(department.pk, department.organisation_id): 6}
    streets = make(code="yol", level="street")
    side = city.doors["a5"].side
    type(side).objects.filter(pk=side.pk).update(code="555")
    bring(streets, "csbm kodu;ay;tutar\n555;2026-01;7\n")
    assert values(asked(indicator="yol", by="street,district", **PERIOD)) == {
        (side.street_id, side.street.district_id): 7
    }
    districts = make(code="ilce", level="district")
    bring(districts, "ilçe;ay;tutar\nKaresi İlçesi;2026-01;8\n")
    assert values(asked(indicator="ilce", by="district", **PERIOD)) == {
        city.areas.districts["B"].pk: 8
    }


def test_weights_and_a_period_for_the_whole_table(city: City, make: Any):
    row = make(together="weighted")
    came = bring(
        row, "mahalle kodu;abone;tüketim\nN-A;10;2\nN-a;30;6\nN-B;0;5\nN-b;;5\n", fixed="Mart 2026",
        code=0, weight=1, value=2,
    )  # fmt: skip
    assert [one["code"] for one in came.reasons] == ["no_weight", "no_value"]
    found = asked(indicator="su", by="district", **PERIOD)
    assert values(found) == {city.areas.districts["A"].pk: pytest.approx(5)}
    assert row.values.get(key=city.areas.neighbourhoods["A"].pk).begin == date(2026, 3, 1)


def test_a_table_brought_again_remembers_its_columns(make: Any):
    row = make(level="city")
    bring(row, "A;B;C\n2026-01;x;5\n", period=0, value=2)
    row.refresh_from_db()
    again = outside.take_in(row, b"C;A;D\n5;2026-02;y\n", name="x", by=None, now=NOW)
    assert again.choices["columns"] == {"period": 1, "value": 0}


def test_hostile_tables(city: City, make: Any):
    row = make()

    def refused(data: bytes) -> str:
        with pytest.raises(ImportRefused) as error:
            outside.take_in(row, data, name="x", by=None, now=NOW)
        return error.value.field

    assert refused(b"") == "file"
    assert refused(b"kod;ay;deger\n") == "file"
    assert refused(b"kod;ay;deger\nN-A;2026-01;5\0\n") == "file"
    assert refused(b"%PDF-1.7 ...") == "file"
    assert refused(b"PK\x03\x04 no zip") == "file"
    assert refused(_bomb()) == "file"
    assert refused(b"x" * (CONF.outside_bytes + 1)) == "file"
    came = bring(
        row,
        "kod;ay;deger\nN-A;2026-01;=1+1\nN-A;2026-01;1e300\nN-A;2026-01;" + "9" * 30 + "\n"
        "N-A;2026-99;5\nN-A;9999-01;5\n=cmd|'/c calc'!A0;2026-01;5\nN-A;2026-01;5\nN-A;2026-01;6\n",
        code=0, period=1, value=2,
    )  # fmt: skip
    assert [one["code"] for one in came.reasons] == [
        "no_number", "too_large", "too_large", "no_period", "no_period", "no_such_code", "twice",
    ]  # fmt: skip
    assert list(present(row).values()) == [5]
    assert bring(row, "kod;ay;tutar\nN-A;Şubat 2026;7\n".encode("cp1254")).taken == 1
    assert bring(row, "kod;ay;tutar\nN-A;Mart 2026;7\n".encode("utf-16")).taken == 1
    draft = outside.take_in(row, b"kod;ay;tutar\nN-A;2026-01;5\n", name="x", by=None, now=NOW)
    for columns in ({"code": 0, "period": 1, "value": 9}, {"code": 0, "period": 1, "value": -1},
                    {"code": 0, "period": 0, "value": 2}, {"no": 0}, {"value": 2}, {}):  # fmt: skip
        with pytest.raises(ImportRefused):
            outside.choose(draft, columns, mark="", fixed="")
    with pytest.raises(ImportRefused):
        outside.choose(draft, {"code": 0, "value": 2}, mark="", fixed="irgendwann")
    nothing = outside.take_in(row, b"kod;ay;tutar\nN-A;2026-01;x\n", name="x", by=None, now=NOW)
    with pytest.raises(ImportRefused):
        outside.begin(nothing, now=NOW)
    assert OutsideImport.objects.get(pk=nothing.pk).state == "DRAFT"


def _bomb() -> bytes:
    """A spreadsheet that unpacks to very much."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for n in range(5):
            parts.writestr(f"xl/worksheets/sheet{n}.xml", b"0" * (90 * 1024**2))
    return out.getvalue()


def test_a_spreadsheet_with_formulas_and_numbers(make: Any):
    import io
    from datetime import datetime as moment

    import openpyxl

    row = make(level="city")
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (
        ["Dönem", "Tutar"], [moment(2026, 1, 1), 1234.567], [moment(2026, 2, 1), "1.234,5"],
        [moment(2026, 3, 1), "=SUM(B2:B3)"], [moment(2026, 4, 1), 7],
    ):  # fmt: skip
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    came = bring(row, out.getvalue(), mark=".")
    assert present(row) == {(0, "2026-01-01", ""): 1234.567, (0, "2026-04-01", ""): 7}
    assert [(one["row"], one["code"]) for one in came.reasons] == [
        (3, "no_number"),
        (4, "no_value"),
    ]


def test_a_large_table_is_a_job_that_can_be_stopped(city: City, make: Any):
    row = make(level="city", step="day")
    days = [
        f"{date.fromordinal(date(2010, 1, 1).toordinal() + n)};{n}"
        for n in range(CONF.outside_at_once + 5)
    ]
    came = bring(row, "Tarih;Değer\n" + "\n".join(days) + "\n")
    assert came.state == "DRAFT" and came.job.state == Job.State.WAITING
    assert outside.begin(came, now=NOW).job_id == came.job_id
    assert outside.cancel(came, now=NOW)
    came.refresh_from_db()
    assert came.state == "DRAFT" and present(row) == {}

    def stopped(done: float, message: str = "") -> None:
        raise jobs.JobCancelled

    with pytest.raises(jobs.JobCancelled):
        outside.work({"import": came.pk}, stopped, now=NOW)
    assert present(row) == {}
    came = outside.begin(OutsideImport.objects.get(pk=came.pk), now=NOW)
    told: list[float] = []
    for _ in range(2):  # a worker may die between its work and its report
        outside.work({"import": came.pk}, lambda done, message="": told.append(done), now=NOW)
    assert OutsideImport.objects.get(pk=came.pk).taken == len(days) == len(present(row))
    assert told == sorted(told) and len(told) >= 2


def test_drafts_are_forgotten(make: Any):
    row = make(level="city")
    outside.take_in(row, b"ay;tutar\n2026-01;5\n", name="x", by=None, now=NOW)
    kept = bring(row, "ay;tutar\n2026-01;5\n")
    assert outside.forget_drafts(now=NOW) == 0
    later = NOW + timezone.timedelta(days=CONF.outside_draft_days, seconds=1)
    assert outside.forget_drafts(now=later) == 1
    assert list(row.imports.all()) == [kept]


def test_a_code_of_a_built_in_indicator_is_refused(make: Any):
    with pytest.raises(ValueError, match="opened"):
        make(code="opened")


def test_a_preview_reads_like_the_import(make: Any):
    row = make(level="city")
    came = outside.take_in(
        row, b"ay;tutar\n2026-01;1.234\n2026-02;5.678\n", name="x", by=None, now=NOW
    )
    outside.choose(came, {"period": 0, "value": 1}, mark="", fixed="")
    assert came.choices["mark"] == ","
    seen = [one.value for one in read_values(came, first=10).seen]
    outside.begin(came, now=NOW)
    assert seen == [1234, 5678] == sorted(present(row).values())
