"""The coordinator's board: without scripts, by forms; each by whoever plans that department only."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Crew
from cases.models import Case, WorkOrder
from tests.conftest import ROLES
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def crews(city: City) -> list[Crew]:
    return [
        Crew.objects.create(department=city.departments[d], name=f"Ekip {i}")
        for i, d in enumerate(("a:temizlik", "a:temizlik", "a:fen"), 1)
    ]


def day() -> str:
    return timezone.localdate().isoformat()


def plan(client: Any, crew: Crew, *cases: Case) -> Any:
    chosen = [f"{c.number}:{c.version}" for c in cases]
    return client.post(
        "/console/work/plan/",
        {"crew": crew.pk, "day": day(), "department": crew.department_id, "case": chosen},
        follow=True,
    )


PLANNERS = {"coordinator", "administrator", "superuser"}


@pytest.mark.parametrize("who", ROLES)
def test_who_sees_and_plans_the_cleaning_department(as_, city: City, crews, who):
    case, client = make_case(city), as_(who)
    here = f"department={crews[0].department_id}&day={day()}"
    expected = 200 if who in PLANNERS else 302 if who == "anonymous" else 403
    for page in ("", "print/"):
        assert client.get(f"/console/work/{page}?{here}").status_code == expected, page
    tour = client.get(f"/console/work/tour.json?crew={crews[0].pk}&day={day()}").status_code
    assert tour == (expected if expected != 403 else 404)
    plan(client, crews[0], case)
    planned = WorkOrder.objects.filter(case=case)
    assert planned.exists() == (who in PLANNERS)
    if who in PLANNERS:
        return
    plan(as_("coordinator"), crews[0], case)
    order = planned.get()
    sent = {"crew": crews[1].pk, "day": day(), "version": order.version, "orders": order.pk}
    client.post(f"/console/work/orders/{order.pk}/", sent | {"to": day()})
    client.post(f"/console/work/orders/{order.pk}/", sent | {"cancel": 1, "note": "x"})
    client.post(f"/console/cases/{case.number}/crew/", {"crew": "", "version": 3})
    order.refresh_from_db()
    assert (order.crew, order.state, order.version) == (crews[0], "PLANNED", 1)
    assert Case.objects.get(pk=case.pk).crew == crews[0]


def test_a_day_by_forms_alone(as_, city: City, crews):
    client = as_("coordinator")
    cases = [make_case(city, at=(0.1 * i, 0.5)) for i in (1, 9, 5)]
    page = plan(client, crews[0], *cases)
    assert page.status_code == 200
    orders = list(WorkOrder.objects.filter(crew=crews[0]))
    assert [o.case_id for o in orders] == [c.pk for c in cases]
    listed = re.search(r'name="orders" value="([\d,]+)"', page.content.decode())
    assert listed is not None
    base = {"crew": crews[0].pk, "department": crews[0].department_id, "day": day()}
    client.post("/console/work/order/", base | {"orders": listed[1], "down": orders[0].pk})
    found = [o.case_id for o in WorkOrder.objects.filter(crew=crews[0])]
    assert found == [cases[1].pk, cases[0].pk, cases[2].pk]
    ids = ",".join(str(o.pk) for o in WorkOrder.objects.filter(crew=crews[0]))
    client.post("/console/work/order/", base | {"orders": ids, "nearest": 1})
    found = [o.case_id for o in WorkOrder.objects.filter(crew=crews[0])]
    assert found in (
        [c.pk for c in (cases[0], cases[2], cases[1])],
        [c.pk for c in (cases[1], cases[2], cases[0])],
    )
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    first = orders[0]
    client.post(
        f"/console/work/orders/{first.pk}/",
        base | {"crew": crews[1].pk, "to": tomorrow, "version": 1},
    )
    first.refresh_from_db()
    assert (first.crew, first.planned_day.isoformat()) == (crews[1], tomorrow)
    page = client.post(
        f"/console/work/orders/{first.pk}/",
        base | {"cancel": 1, "note": "Yağmur", "version": 1},
        follow=True,
    )
    assert 'class="notice bad"' in page.content.decode()
    client.post(
        f"/console/work/orders/{first.pk}/", base | {"cancel": 1, "note": "Yağmur", "version": 2}
    )
    assert Case.objects.get(pk=cases[0].pk).state == "ACCEPTED"
    paper = client.get(
        f"/console/work/print/?department={crews[0].department_id}&day={day()}"
    ).content.decode()
    assert cases[1].number in paper and cases[0].number not in paper


@pytest.mark.parametrize(
    "sent",
    [
        {"crew": "x", "case": "2026-1:1"},
        {"crew": "9" * 30, "case": "\0:z"},
        {"crew": "", "case": ":"},
        {},
        {"day": "31.12.2026", "crew": "1", "case": "a"},
    ],
)
def test_nonsense_is_told(as_, city: City, crews, sent):
    client = as_("coordinator")
    for path in ("plan/", "order/"):
        assert client.post(f"/console/work/{path}", sent).status_code in (302, 403)
    assert client.get("/console/work/", sent | {"department": "x"}).status_code == 200
    assert not WorkOrder.objects.exists()


def test_the_number_of_questions_does_not_grow_with_the_orders(
    as_, city, crews, django_assert_max_num_queries
):
    client, counts = as_("coordinator"), []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for more in (2, 10):
        plan(client, crews[0], *[make_case(city) for _ in range(more)])
        for _ in range(more):
            make_case(city)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(f"/console/work/?department={crews[0].department_id}&day={day()}")
        counts.append(len(captured))
    assert counts[0] == counts[1]
