"""Whoever plans a department's work keeps its crews: each change is told and written down."""

import re
from typing import Any

import pytest

from accounts.models import Crew, CrewEvent, Membership
from cases.actions.crews import last_change
from cases.models import WorkOrder
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
PATH = "/console/crews/"


@pytest.fixture
def coordinator(city: City, as_):
    return as_("coordinator")


@pytest.fixture
def send(city: City, coordinator):
    def post(do: str, crew: Crew | None = None, status: int = 302, **sent: Any) -> Any:
        sent |= {"do": do, "department": city.departments["a:temizlik"].pk}
        of = {"crew": crew.pk, "seen": last_change(crew)} if crew else {}
        answer = coordinator.post(PATH, sent | of)
        assert answer.status_code == status, answer.content.decode()
        return answer

    return post


def kinds() -> list[str]:
    return list(CrewEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_a_crew_is_made_named_filled_and_ended(city: City, coordinator, send):
    worker, own = city.people["crew"], city.people["coordinator"]
    send("make", name="  Süpürge 1 ", members=[worker.pk])
    crew = Crew.objects.get()
    assert (crew.name, crew.department, crew.active) == (
        "Süpürge 1",
        city.departments["a:temizlik"],
        True,
    )
    assert list(crew.members.all()) == [worker]
    send("change", crew, name="Süpürge A", members=[own.pk])
    crew.refresh_from_db()
    assert crew.name == "Süpürge A" and list(crew.members.all()) == [own]
    send("change", crew, name="Süpürge A", members=[own.pk])  # nothing
    send("end", crew)
    crew.refresh_from_db()
    assert not crew.active
    send("resume", crew)
    assert kinds() == ["MADE", "CHANGED", "ENDED", "RESUMED"]
    changed = CrewEvent.objects.get(kind="CHANGED")
    assert changed.by == own
    assert changed.before == {"name": "Süpürge 1", "members": [worker.pk]}
    assert changed.after == {"name": "Süpürge A", "members": [own.pk]}
    page = coordinator.get(PATH).content.decode()
    assert "Süpürge 1 → Süpürge A, + Test coordinator, − Test crew" in page
    edited = coordinator.get(f"{PATH}?edit={crew.pk}").content.decode()
    assert re.findall(r'value="(\d+)" checked', edited) == [str(own.pk)]


def test_what_cannot_be_is_refused_and_what_was_typed_stays(city: City, send):
    stranger = city.people["other_body"]
    text = send("make", status=422, name="Gece", members=[stranger.pk]).content.decode()
    assert 'value="Gece"' in text and not Crew.objects.exists()
    send("make", status=422, name=" ")
    send("make", status=422, name="x" * 121)
    send("make", name="Gece")
    send("make", status=422, name="Gece")
    send("change", Crew(pk=10**9), status=422, name="x")
    foreign = Crew.objects.create(department=city.departments["b:temizlik"], name="1")
    send("end", foreign, status=422)
    assert kinds() == ["MADE"]


def test_who_no_longer_works_there_can_stay_and_be_taken_out(city: City, coordinator, send):
    worker = city.people["crew"]
    send("make", name="1", members=[worker.pk])
    Membership.objects.filter(user=worker).delete()
    crew = Crew.objects.get()
    assert "Test crew" in coordinator.get(f"{PATH}?edit={crew.pk}").content.decode()
    send("change", crew, name="2", members=[worker.pk])
    send("change", crew, name="2")
    assert not crew.members.exists()
    send("change", crew, name="2", members=[worker.pk], status=422)


def test_a_crew_with_work_does_not_end(city: City, send):
    send("make", name="1")
    crew = Crew.objects.get()
    case = make_case(city, state="PLANNED", crew=crew)
    order = WorkOrder.objects.create(case=case, crew=crew, planned_day=NOW.date())
    assert "1 başvuru" in send("end", crew, status=422).content.decode()
    case.crew = None
    case.save()
    send("end", crew, status=422)
    order.state = "DONE"
    order.save()
    send("end", crew)


def test_crews_of_another_body_are_not_theirs(city: City, as_):
    there = city.departments["b:temizlik"].pk
    for who in ("coordinator", "crew", "agent", "manager"):
        sent = {"do": "make", "name": "x", "department": there}
        assert as_(who).get(f"{PATH}?department={there}").status_code == 403
        assert as_(who).post(PATH, sent).status_code == 403
    assert not Crew.objects.exists()
