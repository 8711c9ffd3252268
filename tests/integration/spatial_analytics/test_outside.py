"""Outside values: what maps and charts say of them equals SQL of its own; files are read, imported, undone."""

import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from addresses.exchange.errors import ImportRefused
from addresses.models import Address, QualityFinding
from core.actions import jobs
from core.models import Job
from spatial_analytics.actions import outside
from spatial_analytics.conf import CONF
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.queries.figures import Answer, NotForYou, answer
from spatial_analytics.queries.outside_reading import read_values
from spatial_analytics.queries.reach import Counted, Sight, sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.thematic import thematic
from spatial_analytics.rules.question import BadQuestion, read
from spatial_analytics.rules.thematic import read_map
from tests.factories import City

ALL = Sight(Counted.ALL)
PUBLIC = Sight(Counted.PUBLIC)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.get_fixed_timezone(180))
PERIOD = {"from": "2026-01-01", "to": "2026-10-31"}


def asked(seen: Sight = ALL, **query: str) -> Answer:
    return answer(read(query, today=TODAY, indicators=indicators()), seen, now=NOW)


def values(found: Answer) -> dict[Any, Any]:
    return {row.keys if len(row.keys) > 1 else row.keys[0]: row.value for row in found.rows}


@pytest.fixture
def make(city: City) -> Callable[..., OutsideIndicator]:
    def made(code: str = "su", level: str = "neighbourhood", **more: Any) -> OutsideIndicator:
        body = city.bodies[more.pop("body", "a")]
        return outside.define(
            OutsideIndicator(code=code, name=code, level=level, organisation=body, **more)
        )

    return made


def bring(
    indicator: OutsideIndicator,
    text: str | bytes,
    *,
    mark: str = "",
    fixed: str = "",
    **columns: int,
) -> OutsideImport:
    """A file comes in, its columns are said (or guessed), it is imported."""
    data = text.encode() if isinstance(text, str) else text
    came = outside.take_in(indicator, data, name="tablo.csv", by=None, now=NOW)
    outside.choose(came, columns or came.choices["columns"], mark=mark, fixed=fixed)
    return outside.begin(came, now=NOW)


def filled(indicator: OutsideIndicator, dice: random.Random, keys: list[int]) -> None:
    """Values of every kind, with gaps, straight into the table."""
    came = OutsideImport.objects.create(indicator=indicator, name="x", sha256="", state="DONE")
    rows = []
    for year, month in [(2025, m) for m in range(1, 13)] + [(2026, m) for m in range(1, 12)]:
        for key in keys:
            for category in ("Gelir", "Gider"):
                if dice.random() < 0.8:
                    rows.append(
                        OutsideValue(
                            indicator=indicator, key=key, begin=date(year, month, 1), category=category,
                            value=dice.uniform(-5, 100), weight=dice.randint(1, 9), came_with=came,
                        )
                    )  # fmt: skip
    OutsideValue.objects.bulk_create(rows)


_BY_HAND = {
    "sum": "sum(v.value)",
    "mean": "avg(v.value)",
    "weighted": "sum(v.value * v.weight) / sum(v.weight)",
}
_KEYS = {
    "district": "(SELECT n.district_id FROM addresses_neighbourhood n WHERE n.id = v.key)",
    "neighbourhood": "v.key",
    "category": "v.category",
    "month": "v.begin",
    "quarter": "make_date(extract(year FROM v.begin)::int, (3 * extract(quarter FROM v.begin) - 2)::int, 1)",
    "year": "make_date(extract(year FROM v.begin)::int, 1, 1)",
}


def by_hand(
    row: OutsideIndicator, by: str, begin: str, end: str, where: str = "true"
) -> dict[Any, Any]:
    """Key → value, by SQL of its own."""
    key = _KEYS.get(by, "NULL::int")
    value = _BY_HAND.get(row.together, "")
    table = "spatial_analytics_outsidevalue v"
    if row.together == "last":
        moment = key if by in ("month", "quarter", "year") else "v.indicator_id"
        value = "sum(v.value)"
        table = (
            f"(SELECT DISTINCT ON (v.key, v.category, {moment}) v.* FROM spatial_analytics_outsidevalue v"
            f" WHERE v.indicator_id = {row.pk} AND v.begin BETWEEN '{begin}' AND '{end}' AND {where}"
            f" ORDER BY v.key, v.category, {moment}, v.begin DESC) v"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {value} FROM {table} WHERE v.indicator_id = {row.pk}"
            f" AND v.begin BETWEEN '{begin}' AND '{end}' AND {where} GROUP BY 1"
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("together", ["sum", "mean", "weighted", "last"])
def test_every_figure_equals_sql_of_its_own(city: City, make: Any, together: str):
    row = make(together=together)
    keys = [n.pk for n in city.areas.neighbourhoods.values()]
    filled(row, random.Random(3), keys)
    compared = 0
    for by in ["", *_KEYS]:
        expected = by_hand(row, by, PERIOD["from"], PERIOD["to"])
        found = asked(indicator="su", **PERIOD, **({"by": by} if by else {}))
        assert found.total.value == pytest.approx(by_hand(row, "", **_days(PERIOD))[None])
        if by:
            assert values(found) == pytest.approx(expected), by
            compared += len(expected)
    assert compared > 20
    # Filters.
    a = city.areas.districts["A"].pk
    where = f"v.category = 'Gelir' AND {_KEYS['district']} = {a}"
    found = asked(indicator="su", by="month", category="Gelir", district=str(a), **PERIOD)
    assert values(found) == pytest.approx(by_hand(row, "month", **_days(PERIOD), where=where))
    # Against the year before, month by month.
    found = asked(indicator="su", by="month", compare="year", **PERIOD)
    before = by_hand(row, "month", "2025-01-01", "2025-10-31")
    assert {r.keys[0].month: r.before for r in found.rows} == pytest.approx(
        {day.month: v for day, v in before.items()}
    )


def _days(period: dict[str, str]) -> dict[str, str]:
    return {"begin": period["from"], "end": period["to"]}


def test_months_that_nobody_brought_are_not_nought(city: City, make: Any):
    row = make()
    a = city.areas.neighbourhoods["A"]
    bring(row, "Mahalle kodu;Dönem;Değer\nN-A;2026-01;5\nN-A;2026-03;7\n")
    bring(row, "Mahalle kodu;Dönem;Değer\nN-A;2025-02;4\nN-A;2025-03;6\n")
    found = asked(indicator="su", by="month", compare="year", **PERIOD)
    assert [(r.keys[0], r.value, r.before) for r in found.rows] == [
        (date(2026, 1, 1), 5, None), (date(2026, 2, 1), None, 4), (date(2026, 3, 1), 7, 6),
    ]  # fmt: skip
    empty = asked(indicator="su", **{"from": "2026-05-01", "to": "2026-05-31"})
    assert (empty.total.value, empty.total.n) == (None, 0)
    per = asked(indicator="su", by="neighbourhood", per="residents", **PERIOD)
    assert values(per) == {a.pk: pytest.approx(12 / 500 * 1000)}
    assert per.total.value == pytest.approx(12 / 500 * 1000)


def test_only_whole_periods_count_and_the_one_under_way(make: Any):
    make(code="ayda")
    row = make(code="yilda", level="city", step="year")
    bring(row, "Yıl;Değer\n2024;1\n2025;2\n2026;4\n")
    assert asked(indicator="yilda", **{"from": "2025-01-01", "to": "2025-12-31"}).total.value == 2
    assert (
        asked(indicator="yilda", **{"from": "2025-01-01", "to": "2025-12-30"}).total.value is None
    )
    assert (
        asked(indicator="yilda", **{"from": "2025-01-02", "to": "2026-10-31"}).total.value is None
    )
    so_far = asked(indicator="yilda", period="year", compare="year")
    assert (so_far.total.value, so_far.total.before) == (4, 2)


def test_what_makes_no_sense_is_refused(city: City, make: Any):
    make()
    make(code="butce", level="organisation", step="quarter")
    for field, query in [
        ("by", {"indicator": "su", "by": "street"}),
        ("by", {"indicator": "su", "by": "cell"}),
        ("by", {"indicator": "su", "by": "type"}),
        ("by", {"indicator": "su", "by": "week"}),
        ("by", {"indicator": "su", "by": "month,year"}),
        ("by", {"indicator": "butce", "by": "month"}),
        ("by", {"indicator": "butce", "by": "district"}),
        ("by", {"indicator": "opened", "by": "category"}),
        ("type", {"indicator": "su", "type": "1"}),
        ("organisation", {"indicator": "su", "organisation": "1"}),
        ("category", {"indicator": "su", "category": "x" * 81}),
        ("by", {"indicator": "register_problems", "by": "month"}),
        ("compare", {"indicator": "register_problems", "compare": "year"}),
        ("indicator", {"indicator": "yok"}),
    ]:
        with pytest.raises(BadQuestion) as refused:
            asked(**query)
        assert refused.value.field == field, query
    with pytest.raises(BadQuestion):
        read_map({"indicator": "su", "show": "primary"}, today=TODAY, indicators=indicators())
    with pytest.raises(BadQuestion):
        read_map({"indicator": "butce"}, today=TODAY, indicators=indicators())


def test_a_map_shows_the_same_and_no_data_where_there_is_none(city: City, make: Any):
    row = make()
    filled(row, random.Random(5), [city.areas.neighbourhoods[n].pk for n in "Aab"])
    query = {"indicator": "su", "level": "neighbourhood", "per": "none", **PERIOD}
    found = thematic(read_map(query, today=TODAY, indicators=indicators()), ALL, now=NOW)
    expected = by_hand(row, "neighbourhood", **_days(PERIOD))
    assert {a.id: a.value for a in found.areas if not a.state} == pytest.approx(expected)
    assert {a.id: a.state for a in found.areas if a.state} == {
        city.areas.neighbourhoods["B"].pk: "none"
    }


# ── Rights ───────────────────────────────────────────────────────────────────────────────────────


def test_who_sees_what_a_body_brought_in(city: City, make: Any):
    for code, audience in (("ic", "staff"), ("acik", "public")):
        bring(make(code=code, level="city", audience=audience), "Ay;Değer\n2026-01;5\n2026-02;1\n")
    for who, may in {
        "administrator": True, "manager": True, "agent": True,
        "coordinator": False, "crew": False, "other_body": False, "gis_editor": False,
    }.items():  # fmt: skip
        seen = sight(viewer_of(city.people[who]))
        assert asked(seen, indicator="acik", **PERIOD).total.value == 6, who
        if may:
            assert asked(seen, indicator="ic", **PERIOD).total.value == 6, who
        else:
            with pytest.raises(NotForYou):
                asked(seen, indicator="ic", **PERIOD)
    with pytest.raises(NotForYou):
        asked(PUBLIC, indicator="ic", by="month")
    # The public sees what is public as it is: small numbers are no cases.
    assert [r.value for r in asked(PUBLIC, indicator="acik", by="month", **PERIOD).rows] == [5, 1]
    # Who works for the whole of the owner sees its figures, another body's people do not.
    for body, may in (("a", True), ("b", False)):
        member = city.people["coordinator"].memberships.get()
        member.department, member.organisation = None, city.bodies[body]
        member.save()
        seen = sight(viewer_of(city.people["coordinator"]))
        if may:
            assert asked(seen, indicator="ic", **PERIOD).total.value == 6
        else:
            with pytest.raises(NotForYou):
                asked(seen, indicator="ic", **PERIOD)


def test_problems_of_the_register(city: City):
    a, b = city.areas.neighbourhoods["A"], city.areas.neighbourhoods["B"]
    for n, (area, rule, more) in enumerate(
        [(a, "number_gap", {}), (a, "number_gap", {}), (a, "number_twice", {}), (b, "number_gap", {}),
         (b, "number_twice", {"resolved_at": NOW}),
         (b, "number_twice", {"accepted_at": NOW, "accepted_reason": "x"})]
    ):  # fmt: skip
        QualityFinding.objects.create(
            rule=rule, severity="ERROR", entity="address", entity_id=n, district=area.district,
            entity_uid="00000000-0000-0000-0000-000000000000", neighbourhood=area,
            first_seen=NOW, last_seen=NOW, **more,
        )  # fmt: skip
    doors = {n.pk: Address.objects.filter(neighbourhood=n).count() for n in (a, b)}
    all_doors = Address.objects.count()
    found = asked(indicator="register_problems", by="neighbourhood")
    assert {k: v for k, v in values(found).items() if v} == {a.pk: 3, b.pk: 1}
    assert (found.total.value, found.total.n) == (4, 4)
    assert values(asked(indicator="register_problems", by="rule")) == {
        "number_gap": 3,
        "number_twice": 1,
    }
    rate = asked(indicator="register_problems_per_doors", by="district")
    assert values(rate)[a.district_id] == pytest.approx(
        3000 / Address.objects.filter(neighbourhood__district=a.district).count()
    )
    assert rate.total.value == pytest.approx(4000 / all_doors)
    both = asked(
        indicator="register_problems_per_doors", by="neighbourhood,rule", rule="number_gap"
    )
    assert values(both) == {
        (a.pk, "number_gap"): pytest.approx(2000 / doors[a.pk]),
        (b.pk, "number_gap"): pytest.approx(1000 / doors[b.pk]),
    }
    with pytest.raises(NotForYou):
        asked(PUBLIC, indicator="register_problems")
    with pytest.raises(NotForYou):
        asked(sight(viewer_of(city.people["crew"])), indicator="register_problems")


# ── Files ────────────────────────────────────────────────────────────────────────────────────────


def present(row: OutsideIndicator) -> dict[tuple[int, str, str], float]:
    rows = OutsideValue.objects.filter(indicator=row, replaced_by=None)
    return {(v.key, v.begin.isoformat(), v.category): v.value for v in rows}


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
