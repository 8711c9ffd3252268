"""Phones and coordinators at the same moment: real commits, real threads."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.models import Crew, Department
from accounts.queries.viewers import viewer_of
from cases.actions.move import ChangedMeanwhile, move_case
from cases.actions.work import Deed, plan_work, report_work
from cases.models import Case, WorkOrder, WorkReport
from tests.factories import NOW, City, make_case, make_city
from tests.integration.cases.test_work import DAY
from workflows.rules.transitions import MoveRefused


@pytest.fixture
def town(transactional_db: None) -> City:
    with transaction.atomic():  # the register is written within one change set
        return make_city()


def together(*deeds: Any) -> list[Any]:
    """The answers of all, done at once; a refusal is its class."""

    def run(deed: Any) -> Any:
        try:
            return deed()
        except (MoveRefused, ChangedMeanwhile) as refused:
            return type(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_four_times_at_once_is_done_once(town: City):
    crew = Crew.objects.create(department=town.departments["a:temizlik"], name="1")
    crew.members.add(town.people["crew"])
    boss, worker = (viewer_of(town.people[w]) for w in ("coordinator", "crew"))
    case = make_case(town)
    order = plan_work(number=case.number, crew=crew.pk, day=DAY, viewer=boss, version=1, now=NOW)
    deed = Deed("done", uuid.uuid4(), 1, result_code="done")
    answers = together(
        *[lambda: report_work(order=order.pk, deed=deed, viewer=worker, now=NOW)] * 4
    )
    assert {a.state for a in answers} == {"DONE"}
    assert WorkReport.objects.count() == 1
    assert Case.objects.get(pk=case.pk).events.filter(kind="resolve").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_plan_one_case_once(town: City):
    crews = [Crew.objects.create(department=town.departments["a:temizlik"], name=n) for n in "12"]
    boss, case = viewer_of(town.people["coordinator"]), make_case(town)
    answers = together(
        *[
            lambda crew=crew: plan_work(
                number=case.number, crew=crew.pk, day=DAY, viewer=boss, version=1, now=NOW
            )
            for crew in crews
        ]
    )
    assert sum(isinstance(a, WorkOrder) for a in answers) == 1
    assert ChangedMeanwhile in answers
    assert WorkOrder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_cases_accepted_at_once_are_as_many_turns(town: City):
    department = town.departments["a:temizlik"]
    Department.objects.filter(pk=department.pk).update(sharing="LEAST_LOAD")
    for name in "123":
        Crew.objects.create(department=department, name=name)
    boss = viewer_of(town.people["coordinator"])
    together(
        *[
            lambda case=case: move_case(
                number=case.number, move="accept", viewer=boss, version=1, now=NOW
            )
            for case in [make_case(town) for _ in range(6)]
        ]
    )
    given = [Case.objects.filter(crew=c).count() for c in Crew.objects.all()]
    assert given == [2, 2, 2]
