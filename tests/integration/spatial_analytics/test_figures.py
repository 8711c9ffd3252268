"""Every figure equals what is counted from the raw tables by SQL of its own, whatever happens to the cases."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts.queries.viewers import viewer_of
from cases.models import Case, CaseEvent, Referral, RequestType, Survey
from spatial_analytics.facts import ask, copying
from spatial_analytics.queries.figures import Answer, NotForYou, answer
from spatial_analytics.queries.reach import Counted, Sight, sight
from spatial_analytics.rules.indicators import BUILT_IN, DIMENSIONS, Source
from spatial_analytics.rules.question import read
from tests.factories import City, make_case, make_city

ALL = Sight(Counted.ALL)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.get_fixed_timezone(180))

_CASES = "cases_case c LEFT JOIN cases_requesttype t ON t.id = c.request_type_id"
_OPENED = "(c.opened_at AT TIME ZONE 'Europe/Istanbul')::date"
_RESOLVED = "(c.resolved_at AT TIME ZONE 'Europe/Istanbul')::date"
_HOURS = "extract(epoch FROM c.resolved_at - c.opened_at)::float8 / 3600"
_TARGET = "extract(epoch FROM c.due_at - c.opened_at)::float8 / 3600"
_OVER = "c.state IN ('RESOLVED','CLOSED','CANCELLED','DUPLICATE')"
_ENDED = f"CASE WHEN {_OVER} THEN coalesce(c.resolved_at, c.closed_at, c.changed_at) END"
_ENDED_ON = f"(({_ENDED}) AT TIME ZONE 'Europe/Istanbul')::date"
_STOCK = f"{_OPENED} <= %(end)s AND ({_ENDED_ON} IS NULL OR {_ENDED_ON} > %(end)s)"
_EVENTS = "cases_caseevent e JOIN cases_case c ON c.id = e.case_id LEFT JOIN cases_requesttype t ON t.id = c.request_type_id"
_DONE = "(e.at AT TIME ZONE 'Europe/Istanbul')::date"
_SURVEYS = _EVENTS.replace("cases_caseevent", "cases_survey")
_ANSWERED = "(e.answered_at AT TIME ZONE 'Europe/Istanbul')::date"
_TOLD = "e.actor_id IS NOT NULL"


def _percentile(share: float) -> str:
    return f"percentile_cont({share}) WITHIN GROUP (ORDER BY {_HOURS})"


# Indicator → value, tables, day (or none: a stock), more conditions.
BY_HAND: dict[str, tuple[str, str, str, str]] = {
    "opened": ("count(*)", _CASES, _OPENED, ""),
    "resolved": ("count(*)", _CASES, _RESOLVED, ""),
    "closed": ("count(*)", _CASES, _ENDED_ON, ""),
    "open": ("count(*)", _CASES, "", ""),
    "open_late": ("count(*)", _CASES, "", "c.due_at < %(now)s"),
    "resolved_share": ("100.0 * count(c.resolved_at) / count(*)", _CASES, _OPENED, ""),
    "late": ("count(*)", _CASES, _OPENED, f"c.due_at < coalesce({_ENDED}, %(now)s)"),
    "late_share": (
        f"100.0 * count(*) FILTER (WHERE c.due_at < coalesce({_ENDED}, %(now)s)) / nullif(count(c.due_at), 0)",
        _CASES, _OPENED, "",
    ),
    "on_time_share": (
        "100.0 * count(*) FILTER (WHERE c.resolved_at <= c.due_at) / nullif(count(c.due_at), 0)", _CASES, _RESOLVED, "",
    ),
    "legal_on_time_share": (
        "100.0 * count(*) FILTER (WHERE c.resolved_at <= c.legal_due_at) / nullif(count(c.legal_due_at), 0)",
        _CASES, _RESOLVED, "",
    ),
    "hours_mean": (f"avg({_HOURS})", _CASES, _RESOLVED, ""),
    "hours_median": (_percentile(0.5), _CASES, _RESOLVED, ""),
    "hours_p90": (_percentile(0.9), _CASES, _RESOLVED, ""),
    "hours_p10": (_percentile(0.1), _CASES, _RESOLVED, ""),
    "hours_p25": (_percentile(0.25), _CASES, _RESOLVED, ""),
    "hours_p75": (_percentile(0.75), _CASES, _RESOLVED, ""),
    "target_hours_mean": (f"avg({_TARGET})", _CASES, _RESOLVED, ""),
    "hours_of_target": (
        f"100.0 * sum({_HOURS}) FILTER (WHERE c.due_at IS NOT NULL) / sum({_TARGET})", _CASES, _RESOLVED, "",
    ),
    "returned": ("count(*)", _EVENTS, _DONE, "e.kind = 'return'"),
    "reopened": ("count(*)", _EVENTS, _DONE, "e.kind = 'reopen'"),
    "duplicates": ("count(*)", _CASES, _OPENED, "c.state = 'DUPLICATE'"),
    "cancelled": ("count(*)", _CASES, _OPENED, "c.state = 'CANCELLED'"),
    "referred": ("count(*)", _EVENTS.replace("cases_caseevent", "cases_referral"), _DONE, ""),
    "satisfaction": ("avg(e.satisfied)", _SURVEYS, _ANSWERED, ""),
    "solved_share": (
        "100.0 * count(*) FILTER (WHERE e.solved) / nullif(count(e.solved), 0)", _SURVEYS, _ANSWERED, "",
    ),
    "survey_answers": ("count(*)", _SURVEYS, _ANSWERED, ""),
    "survey_share": (
        "100.0 * count(e.answered_at) / count(*)", _SURVEYS, _DONE.replace("e.at", "e.asked_at"), "",
    ),
    "accepted_deeds": ("count(*)", _EVENTS, _DONE, f"e.kind = 'accept' AND {_TOLD}"),
    "started_deeds": ("count(*)", _EVENTS, _DONE, f"e.kind = 'start' AND {_TOLD}"),
    "completed_deeds": ("count(*)", _EVENTS, _DONE, f"e.kind IN ('resolve', 'close') AND {_TOLD}"),
    "on_time_deeds_share": (
        "100.0 * count(*) FILTER (WHERE e.at <= c.due_at) / nullif(count(c.due_at), 0)", _EVENTS, _DONE,
        f"e.kind = 'resolve' AND {_TOLD}",
    ),
    "comments": ("count(*)", _EVENTS, _DONE, f"e.note <> '' AND ({_TOLD} OR e.kind IN ('return', 'reopen'))"),
    "deeds": ("count(*)", _EVENTS, _DONE, f"({_TOLD} OR e.kind IN ('return', 'reopen'))"),
}  # fmt: skip
COLUMNS = {
    "district": "c.district_id", "neighbourhood": "c.neighbourhood_id", "street": "c.street_id", "cell": "c.h3_10",
    "type": "c.request_type_id", "group": "t.group_id", "kind": "c.kind", "channel": "c.channel_id",
    "organisation": "c.organisation_id", "department": "c.department_id", "crew": "c.crew_id",
    "state": "c.state", "result": "c.result_code_id",
}  # fmt: skip
SENSITIVE = "coalesce(t.sensitive, false) = false"


def by_hand(
    code: str, by: str, *, begin: date, end: date, where: str = SENSITIVE
) -> dict[Any, Any]:
    """Key → value, from the raw tables."""
    value, tables, day, more = BY_HAND[code]
    key = COLUMNS.get(by, "NULL::int")
    when = f"{day} BETWEEN %(begin)s AND %(end)s" if day else _STOCK
    text = f"SELECT {key}, {value} FROM {tables} WHERE {when} AND {where}"
    text += f" AND {more}" if more else ""
    with connection.cursor() as cursor:
        cursor.execute(text + f" GROUP BY {key}", {"begin": begin, "end": end, "now": NOW})
        return {k: None if v is None else float(v) for k, v in cursor.fetchall()}


def asked(seen: Sight = ALL, **query: str) -> Answer:
    return answer(read(query, today=TODAY), seen, now=NOW)


def values(found: Answer) -> dict[Any, Any]:
    return {row.keys[0]: row.value for row in found.rows}


STATES = [
    "NEW",
    "ROUTED",
    "ACCEPTED",
    "IN_PROGRESS",
    "RESOLVED",
    "CLOSED",
    "CANCELLED",
    "DUPLICATE",
]


def live(city: City, dice: random.Random, n: int) -> list[Case]:
    """Cases with everything that figures look at, and what people did to them."""
    found = []
    people = list(city.people.values())
    for _ in range(n):
        opened = NOW - timedelta(hours=dice.uniform(0, 24 * 500))
        state = dice.choice(STATES)
        ended = opened + timedelta(hours=dice.lognormvariate(3.5, 1))
        area = dice.choice([*city.areas.neighbourhoods.values(), None])
        case = make_case(
            city,
            kind=dice.choice(list(city.types)),
            department=dice.choice([*city.departments, None]),
            state=state,
            opened_at=opened,
            at=(dice.uniform(0.1, 3.9), dice.uniform(0.1, 1.9)),
            channel=dice.choice(list(city.channels.values())),
            district=area.district if area else None,
            neighbourhood=area,
            due_at=dice.choice([None, opened + timedelta(hours=dice.uniform(5, 200))]),
            legal_due_at=dice.choice([None, opened + timedelta(days=30)]),
            resolved_at=ended if state in ("RESOLVED", "CLOSED") and dice.random() < 0.9 else None,
            closed_at=ended if state in ("CLOSED", "CANCELLED", "DUPLICATE") else None,
            changed_at=ended,
        )
        found.append(case)
        act(city, dice, case, people)
    return found


def act(city: City, dice: random.Random, case: Case, people: list[Any]) -> None:
    at = case.opened_at + timedelta(hours=dice.uniform(0, 300))
    for kind in dice.sample(
        ["accept", "start", "resolve", "close", "return", "reopen", "routed"], 3
    ):
        CaseEvent.objects.create(
            case=case, kind=kind, at=at, actor=dice.choice([*people, None]), state=case.state,
            note=dice.choice(["", "…"]),
        )  # fmt: skip
    if dice.random() < 0.3:
        units = list(city.departments.values())
        Referral.objects.create(
            case=case, from_department=dice.choice([*units, None]), to_department=dice.choice(units),
            reason="…", at=at,
        )  # fmt: skip
    if dice.random() < 0.4:
        answered = dice.random() < 0.6
        Survey.objects.create(
            case=case, digest=f"{case.pk}", asked_at=at, answered_at=at + timedelta(days=1) if answered else None,
            satisfied=dice.randint(1, 5) if answered else None, solved=dice.random() < 0.7 if answered else None,
        )  # fmt: skip


@pytest.fixture
def dice() -> random.Random:
    return random.Random(7)


@pytest.fixture
def city(db: None) -> City:
    city = make_city()
    RequestType.objects.filter(code="yardim").update(sensitive=True)
    return city


def test_every_indicator_by_everything(city: City, dice: random.Random):
    live(city, dice, 150)
    # Those of the register have a test of their own.
    assert set(BY_HAND) == {c for c, i in BUILT_IN.items() if i.source is not Source.REGISTER}
    compared = 0
    for code in BY_HAND:
        one = BUILT_IN[code]
        whole = by_hand(code, "", begin=TODAY - timedelta(days=364), end=TODAY)
        found = asked(indicator=code)
        assert found.total.value == pytest.approx(whole.get(None, 0.0 if one.additive else None)), (
            code
        )
        for by in COLUMNS:
            if one.source not in DIMENSIONS[by].sources:
                continue
            expected = by_hand(code, by, begin=TODAY - timedelta(days=29), end=TODAY)
            assert values(
                asked(indicator=code, by=by, days="30", resolution="10")
            ) == pytest.approx(expected), (
                code,
                by,
            )
            compared += len(expected)
    assert compared > 500


def test_filters_and_periods(city: City, dice: random.Random):
    live(city, dice, 120)
    group, district = city.groups["temizlik"], city.areas.districts["A"]
    found = asked(
        indicator="opened", by="kind", group=str(group.pk), district=str(district.pk),
        **{"from": "2026-01-01", "to": "2026-06-30"},
    )  # fmt: skip
    where = f"{SENSITIVE} AND t.group_id = {group.pk} AND c.district_id = {district.pk}"
    expected = by_hand("opened", "kind", begin=date(2026, 1, 1), end=date(2026, 6, 30), where=where)
    assert values(found) == expected
    state = asked(indicator="opened", by="type", state="CLOSED,RESOLVED", days="3000")
    where = f"{SENSITIVE} AND c.state IN ('CLOSED', 'RESOLVED')"
    assert values(state) == by_hand(
        "opened", "type", begin=date(2020, 1, 1), end=TODAY, where=where
    )


def test_months_add_up_and_meet_those_of_the_year_before(city: City, dice: random.Random):
    live(city, dice, 150)
    found = asked(indicator="opened", by="month", period="year", compare="year")
    assert [row.keys[0] for row in found.rows] == [date(2026, m, 1) for m in range(1, 12)]
    assert sum(row.value or 0 for row in found.rows) == found.total.value
    for row in found.rows:
        first = row.keys[0]
        last = min((first + timedelta(days=32)).replace(day=1) - timedelta(days=1), TODAY)
        assert row.value == by_hand("opened", "", begin=first, end=last).get(None, 0)
        then = first.replace(year=2025), last.replace(year=2025)
        assert (row.before or 0) == by_hand("opened", "", begin=then[0], end=then[1]).get(None, 0)


def test_parts_of_months_and_weeks_are_called_so(city: City, dice: random.Random):
    live(city, dice, 40)

    def labelled(code: str, by: str, begin: str, end: str) -> list[str]:
        with translation.override("en"):
            found = asked(indicator=code, by=by, **{"from": begin, "to": end})
            return [" ".join(found.labels(row)) for row in found.rows]

    assert labelled("opened", "month", "2026-08-30", "2026-11-20") == [
        "August 2026 (in part)", "September 2026", "October 2026", "November 2026 (so far)",
    ]  # fmt: skip
    assert labelled("opened", "month", "2026-08-01", "2026-09-15") == [
        "August 2026", "September 2026 (in part)",
    ]  # fmt: skip
    assert labelled("open", "month", "2026-08-30", "2026-09-15") == [
        "August 2026",
        "September 2026",
    ]
    weeks = labelled("opened", "week", "2026-11-04", "2026-11-20")  # Wednesday to Friday
    assert [name.partition(" (")[2] for name in weeks] == ["in part)", "", "so far)"]
    days = labelled("opened", "day", "2026-11-18", "2026-11-20")
    assert [name.partition(" (")[2] for name in days] == ["", "", "so far)"]


def test_what_was_open_at_the_end_of_each_month(city: City, dice: random.Random):
    live(city, dice, 150)
    for code in ("open", "open_late"):
        found = asked(indicator=code, by="month", **{"from": "2026-03-10", "to": "2026-06-15"})
        assert [row.keys[0].month for row in found.rows] == [3, 4, 5, 6]
        last = found.rows[-1]
        assert last.value == found.total.value
    ends = [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 15)]
    opened = asked(indicator="open", by="month", **{"from": "2026-03-10", "to": "2026-06-15"})
    assert [row.value for row in opened.rows] == [
        by_hand("open", "", begin=end, end=end).get(None, 0) for end in ends
    ]


def test_the_public_is_told_little(city: City, dice: random.Random):
    live(city, dice, 60)
    public = Sight(Counted.PUBLIC)
    found = asked(public, indicator="opened", by="neighbourhood", days="60")
    where = f"{SENSITIVE} AND c.public"
    expected = by_hand(
        "opened", "neighbourhood", begin=TODAY - timedelta(days=59), end=TODAY, where=where
    )
    assert {k: v for k, v in expected.items() if v >= 3} == {
        k: v for k, v in values(found).items() if v is not None
    }
    assert found.hidden == sum(v < 3 for v in expected.values()) > 0
    assert found.total.value == sum(v for v in expected.values() if v >= 3)
    for query in (
        {"indicator": "hours_mean"},
        {"indicator": "opened", "by": "channel"},
        {"indicator": "opened", "organisation": "1"},
        {"indicator": "comments", "by": "person"},
    ):
        with pytest.raises(NotForYou):
            asked(public, **query)


def test_who_works_in_a_department_has_its_figures(city: City, dice: random.Random):
    live(city, dice, 120)
    seen = sight(viewer_of(city.people["coordinator"]))
    unit = city.departments["a:temizlik"]
    assert not seen.public
    where = f"{SENSITIVE} AND c.department_id = {unit.pk}"
    expected = by_hand("opened", "type", begin=TODAY - timedelta(days=364), end=TODAY, where=where)
    assert expected and values(asked(seen, indicator="opened", by="type")) == expected


# ── The copy ─────────────────────────────────────────────────────────────────────────────────────


def raw() -> list[tuple[int, str]]:
    return sorted(Case.objects.values_list("pk", "state"))


def copied() -> list[tuple[int, str]]:
    return sorted(ask("SELECT case_id, state FROM cases"))


@pytest.mark.django_db(transaction=True)
def test_the_copy_follows_every_change(dice: random.Random):
    with transaction.atomic():
        city = make_city()
    cases = live(city, dice, 30)
    assert copied() == raw()
    assert copying._held is not None
    for _round in range(15):
        case = dice.choice(cases)
        match dice.choice(["move", "delete", "open", "event", "undo", "renew"]):
            case "move":
                Case.objects.filter(pk=case.pk).update(state=dice.choice(STATES))
            case "delete":
                Referral.objects.filter(case=case).delete()
                CaseEvent.objects.filter(case=case).delete()
                Case.objects.filter(pk=case.pk).delete()
                cases.remove(case)
            case "open":
                cases += live(city, dice, 2)
            case "event":
                act(city, dice, case, list(city.people.values()))
            case "undo":
                with pytest.raises(ZeroDivisionError), transaction.atomic():
                    Case.objects.filter(pk=case.pk).update(state="NEW")
                    assert (case.pk, "NEW") in copied()
                    raise ZeroDivisionError
            case "renew":
                copying.make(
                    copying._state(None)["store"], known=copying.newest(copying._held.store)
                )
        assert copied() == raw()
        assert ask("SELECT count(*) FROM deeds") == [
            (
                CaseEvent.objects.exclude(
                    actor=None, kind__in=["accept", "start", "resolve", "close", "routed"]
                ).count(),
            )
        ]
    Case.objects.all().delete()
    assert copied() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_not_missed():
    """Its number is lower than that of one which the copy has seen."""
    import threading

    with transaction.atomic():
        city = make_city()
    first, second = make_case(city), make_case(city)
    copied()
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            Case.objects.filter(pk=first.pk).update(state="ACCEPTED")
            written.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    written.wait(10)
    Case.objects.filter(pk=second.pk).update(state="CLOSED")
    assert dict(copied()) == {first.pk: "ROUTED", second.pk: "CLOSED"}
    go.set()
    thread.join()
    assert dict(copied()) == {first.pk: "ACCEPTED", second.pk: "CLOSED"}


@pytest.mark.django_db(transaction=True)
def test_another_process_makes_no_second_file():
    with transaction.atomic():
        make_case(make_city())
    copied()
    held = copying._held
    assert held is not None
    copying._held = None
    assert copied() == raw()
    assert copying._held is not None and copying._held.base == held.base


# ── The door ─────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_as_json(city: City, dice: random.Random, client: Client):
    live(city, dice, 40)
    client.force_login(city.people["superuser"])
    body = client.get(
        "/figures/data.json", {"indicator": "opened", "by": "group,month", "days": "3000"}
    ).json()
    assert body["indicator"]["code"] == "opened"
    assert [by["code"] for by in body["by"]] == ["group", "month"]
    assert sum(row["value"] for row in body["rows"]) == body["total"]["value"] == 40
    assert body["query"] == {"indicator": "opened", "by": "group,month", "days": "3000"}


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("indicator", {"indicator": "rain"}),
        ("by", {"by": "colour"}),
        ("by", {"indicator": "returned", "by": "hour"}),
        ("by", {"by": "day,week,month,year"}),
        ("by", {"indicator": "open", "by": "weekday"}),
        ("per", {"per": "residents"}),
        ("per", {"indicator": "hours_mean", "by": "district", "per": "residents"}),
        ("compare", {"compare": "tomorrow"}),
        ("period", {"period": "soon"}),
        ("days", {"days": "0"}),
        ("days", {"days": "9" * 400}),
        ("from", {"from": "2026-13-01", "to": "2026-01-01"}),
        ("from", {"from": "2026-02-01", "to": "2026-01-01"}),
        ("to", {"from": "2026-02-01", "to": "9999999"}),
        ("district", {"district": "1;DROP TABLE"}),
        ("kind", {"kind": "'"}),
        ("state", {"state": "ASLEEP"}),
        ("family", {"family": "INTEGRATED,NEAR"}),
        ("type", {"type": ",".join(["1"] * 201)}),
        ("resolution", {"by": "cell", "resolution": "11"}),
    ],
)
def test_a_bad_question_is_told_its_field(
    city: City, client: Client, field: str, query: dict[str, str]
):
    client.force_login(city.people["superuser"])
    found = client.get("/figures/data.json", query)
    assert found.status_code == 400
    assert found["Content-Type"] == "application/problem+json"
    assert found.json()["field"] == field


def test_what_is_not_told_is_refused(city: City, client: Client):
    assert client.get("/figures/data.json", {"indicator": "hours_mean"}).status_code == 403
    assert (
        client.get("/figures/data.json", {"indicator": "opened", "by": "month"}).status_code == 200
    )


def test_the_registry_is_a_page_for_whoever_may_see_it(city: City, client: Client):
    told = client.get("/figures/").content.decode()
    assert "<code>opened</code>" in told
    assert "<code>hours_mean</code>" not in told
    client.force_login(city.people["manager"])
    told = client.get("/figures/").content.decode()
    assert all(f"<code>{code}</code>" in told for code in BUILT_IN)


def test_all_sources_have_words(city: City):
    from spatial_analytics.queries.indicator_words import BY, WORDS
    from spatial_analytics.rules.indicators import OTHER_FILTERS, TIMES

    assert set(WORDS) == set(BUILT_IN)
    assert set(BY) == set(DIMENSIONS) | set(TIMES) | set(OTHER_FILTERS)
    assert {one.source for one in BUILT_IN.values()} <= set(Source)
