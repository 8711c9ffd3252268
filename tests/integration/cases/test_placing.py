"""An agent puts a case at the right door, and the geocoder remembers what the words meant."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.queries.viewers import viewer_of
from addresses.actions.aliases import teach
from addresses.models import PlaceAlias
from addresses.queries.geocoding import geocode
from cases.actions.move import ChangedMeanwhile
from cases.actions.placing import correct_place
from cases.models import Case
from core.api.problems import InvalidInput
from tests.factories import NOW, City, make_case

pytestmark = pytest.mark.django_db
WORDS = "kırmızı çeşmenin oradaki bakkal"


@pytest.fixture
def case(city: City) -> Case:
    case = make_case(city, at=(0.5, 0.5))
    case.place_text = WORDS
    case.save(update_fields=["place_text"])
    return case


def correct(city: City, case: Case, who: str = "agent", **more: object) -> Case:
    label = geocode("Hasan Basri Çantay mah. 10028 Sk no:9").candidates[0].label
    given = {"written": label, "version": case.version} | more
    return correct_place(number=case.number, viewer=viewer_of(city.people[who]), now=NOW, **given)  # type: ignore[arg-type]


def test_the_case_moves_and_the_words_are_learned(city: City, case: Case):
    door = city.doors["sk9"]
    assert geocode(WORDS).best is None
    moved = correct(city, case)
    assert (moved.address, moved.precision, moved.method) == (door, "DOOR", "CHOSEN")
    assert case.events.filter(kind="place_corrected", actor=city.people["agent"]).exists()
    answer = geocode("KIRMIZI ÇEŞMENİN oradaki, bakkal")
    assert answer.best is not None
    assert (answer.best.address_id, answer.category, answer.warnings) == (door.pk, "B", ("taught",))
    alias = PlaceAlias.objects.get()
    assert (alias.taught_by, alias.reference) == (city.people["agent"], case.number)


def test_the_last_teaching_counts_and_a_withdrawn_one_does_not(city: City):
    viewer = viewer_of(city.people["agent"])
    for name in ("sk9", "a5"):
        teach(WORDS, address_id=city.doors[name].pk, viewer=viewer, reference="", now=NOW)
    best = geocode(WORDS).best
    assert best is not None and best.address_id == city.doors["a5"].pk
    PlaceAlias.objects.filter(withdrawn_at=None).update(withdrawn_at=NOW)
    assert geocode(WORDS).best is None


def test_what_is_sure_or_says_nothing_is_not_learned(city: City):
    viewer, door = viewer_of(city.people["agent"]), city.doors["sk9"].pk
    for words in ("Hasan Basri Çantay mah. 10028 Sk no:9", "ev", "", "x " * 400):
        assert teach(words, address_id=door, viewer=viewer, reference="", now=NOW) is None


@pytest.mark.parametrize("written", ["", "10028 Sokak", "Yok Sokak 5", "10028 Sokak No:99"])
def test_only_one_door_will_do(city: City, case: Case, written: str):
    with pytest.raises(InvalidInput):
        correct(city, case, written=written)
    case.refresh_from_db()
    assert (case.address, PlaceAlias.objects.count()) == (None, 0)


def test_who_does_not_see_the_case_or_saw_an_older_one_is_refused(city: City, case: Case):
    with pytest.raises(PermissionDenied):
        correct(city, case, who="gis_editor")
    with pytest.raises(ChangedMeanwhile):
        correct(city, case, version=case.version - 1)


def test_by_the_page(city: City, case: Case, client: Client):
    client.force_login(city.people["agent"])
    page = client.get(f"/console/cases/{case.number}/").content.decode()
    assert f"/console/cases/{case.number}/place/" in page
    data = {"version": case.version, "place": "Hasan Basri Çantay mah. 10028 Sk no:9"}
    answer = client.post(f"/console/cases/{case.number}/place/", data, follow=True)
    assert "10028 Sokak" in answer.content.decode()
    case.refresh_from_db()
    assert case.address == city.doors["sk9"]
