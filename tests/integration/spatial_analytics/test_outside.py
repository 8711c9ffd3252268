"""Outside values: what maps and charts say of them equals SQL of its own; files are read, imported, undone."""

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.queries.viewers import viewer_of
from addresses.models import Address, QualityFinding
from spatial_analytics.models import OutsideImport, OutsideIndicator, OutsideValue
from spatial_analytics.queries.figures import NotForYou
from spatial_analytics.queries.reach import sight
from spatial_analytics.queries.registry import indicators
from spatial_analytics.queries.thematic import thematic
from spatial_analytics.rules.question import BadQuestion
from spatial_analytics.rules.thematic import read_map
from tests.factories import City
from tests.integration.spatial_analytics.outside import (
    ALL,
    NOW,
    PERIOD,
    PUBLIC,
    TODAY,
    asked,
    bring,
    values,
)


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
    months = make(code="aylik", level="city")
    bring(months, "".join(["Ay;Değer\n", *(f"2025-{m:02d};1\n" for m in range(1, 13))]))
    bring(months, "".join(["Ay;Değer\n", *(f"2026-{m:02d};2\n" for m in range(1, 9))]))
    found = asked(indicator="aylik", period="year", compare="year").total
    assert (found.value, found.before) == (16, 8)  # September is not known yet
    found = asked(indicator="aylik", period="last_month", compare="year").total
    assert (found.value, found.before) == (None, None)
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
