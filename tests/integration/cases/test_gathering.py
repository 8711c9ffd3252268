"""Many requests that tell of one thing become the parts of one."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.actions.gathering import gather, release
from cases.actions.move import ChangedMeanwhile
from cases.actions.reporters import attach_reporter
from cases.models import Case, CaseEvent, CaseReporter, Channel
from cases.rules.draft import Contact
from core.api.problems import InvalidInput
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(city: City) -> City:
    Channel.objects.create(code="desk", name="Danışma", family="INTEGRATED", transport="FORM")
    return city


def over(city: City, *cases: Case, who: str = "coordinator", key: str = "alert:1"):
    return gather(
        [one.pk for one in cases],
        description="Su kesintisi", key=key, viewer=viewer_of(city.people[who]), now=NOW,
    )  # fmt: skip


def test_open_requests_become_parts_and_their_reporters_hear_from_the_parent(form: City):
    cases = [make_case(form) for _ in range(3)]
    attach_reporter(case=cases[0], contact=Contact(email="a@example.org"))
    ended = make_case(form, state="CLOSED")
    made = over(form, *cases, ended)
    assert [part.pk for part in made.parts] == [case.pk for case in cases]
    assert made.left == 1
    assert set(made.parent.children.values_list("pk", flat=True)) == {case.pk for case in cases}
    assert made.parent.request_type == cases[0].request_type
    assert made.parent.geom.distance(cases[0].geom) < 1e-6
    assert CaseReporter.objects.filter(case=made.parent, merged_from=cases[0]).exists()
    event = CaseEvent.objects.get(case=cases[1], kind="gathered")
    assert event.data["parent"] == made.parent.number
    assert event.data["changed"] == {"parent_id": made.parent.pk}
    assert Case.objects.get(pk=cases[0].pk).version == cases[0].version + 1


def test_again_with_the_same_key_it_takes_what_has_come_since(form: City):
    first = over(form, make_case(form), make_case(form))
    late = make_case(form)
    again = over(form, *Case.objects.filter(parent=first.parent), late)
    assert again.parent == first.parent
    assert [part.pk for part in again.parts] == [late.pk]
    assert Case.objects.filter(description="Su kesintisi").count() == 1


def test_two_at_least_and_by_those_who_may(form: City):
    one, other = make_case(form), make_case(form)
    with pytest.raises(InvalidInput):
        over(form, one)
    with pytest.raises(PermissionDenied):
        gather([one.pk, other.pk], description="x", key="k", viewer=ANONYMOUS, now=NOW)
    with pytest.raises((PermissionDenied, InvalidInput)):
        over(form, one, other, who="crew")
    assert not Case.objects.filter(parent__isnull=False).exists()


def let_go(city: City, case: Case, who: str = "coordinator", version: int | None = None) -> Case:
    case.refresh_from_db()
    return release(
        case.number, viewer=viewer_of(city.people[who]), now=NOW,
        version=case.version if version is None else version,
    )  # fmt: skip


def test_a_part_that_was_gathered_can_stand_for_itself_again(form: City):
    cases = [make_case(form) for _ in range(3)]
    attach_reporter(case=cases[0], contact=Contact(email="a@example.org"))
    parent = over(form, *cases).parent
    with pytest.raises(ChangedMeanwhile):
        let_go(form, cases[0], version=1)
    with pytest.raises(PermissionDenied):
        let_go(form, cases[0], who="crew")
    freed = let_go(form, cases[0])
    assert freed.parent is None
    assert CaseReporter.objects.filter(case=freed).exists()
    assert not CaseReporter.objects.filter(case=parent).exists()
    event = CaseEvent.objects.get(case=freed, kind="released")
    assert event.data["parent"] == parent.number
    assert event.data["changed"]["parent_id"] is None
    with pytest.raises(InvalidInput):
        let_go(form, cases[0])


def test_the_last_open_part_that_goes_asks_for_the_end_of_the_parent(form: City):
    cases = [make_case(form), make_case(form)]
    parent = over(form, *cases).parent
    Case.objects.filter(pk=cases[0].pk).update(state="CLOSED")
    let_go(form, cases[1])
    assert CaseEvent.objects.filter(case=parent, kind="children_ended").exists()
