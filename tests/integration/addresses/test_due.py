"""The timer that publishes change sets on their day: only what is still reviewed, and each by itself."""

from datetime import timedelta
from typing import Any

import pytest

from addresses.actions import publication
from addresses.actions.publication import publish_due, reject
from addresses.models import Address, ChangeSet
from tests.factories import NOW

from .test_change_sets import TODAY, publish, update

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["edited", "rejected"])
def test_what_changes_while_the_timer_runs_is_not_published(city, people, draft, monkeypatch, what):
    """The run has read its list when somebody edits or rejects the second set on it."""
    first, second, third = (draft(effective_from=TODAY + timedelta(days=3)) for _n in range(3))
    doors = [city.doors[name] for name in ("a5", "a9", "b7")]
    for change_set, door in zip((first, second, third), doors, strict=True):
        update(change_set, people["city_editor"], door, "address", postcode="10010")
        publish(change_set, people)

    def meanwhile(change_set: ChangeSet, **options: Any) -> int:
        if change_set.pk == first.pk:
            now = ChangeSet.objects.get(pk=second.pk)
            if what == "edited":
                update(now, people["city_editor"], doors[1], "address", postcode="66666")
            else:
                reject(now, viewer=people["reviewer"], reason="no", now=NOW)
        return as_ever(change_set, **options)

    as_ever = publication.publish
    monkeypatch.setattr(publication, "publish", meanwhile)
    assert len(publish_due(now=NOW + timedelta(days=3))) == 2
    found = [Address.objects.get(pk=door.pk).postcode for door in doors]
    assert found == ["10010", doors[1].postcode, "10010"]


def test_a_failure_of_one_set_leaves_the_others_their_day(city, people, draft, monkeypatch):
    first, second = (draft(effective_from=TODAY + timedelta(days=3)) for _n in range(2))
    for change_set, name in ((first, "a5"), (second, "a9")):
        update(change_set, people["city_editor"], city.doors[name], "address", postcode="10010")
        publish(change_set, people)

    def broken(change_set: ChangeSet, **options: Any) -> int:
        if change_set.pk == first.pk:
            raise RuntimeError
        return as_ever(change_set, **options)

    as_ever = publication.publish
    monkeypatch.setattr(publication, "publish", broken)
    assert len(publish_due(now=NOW + timedelta(days=3))) == 1
    monkeypatch.setattr(publication, "publish", as_ever)
    assert len(publish_due(now=NOW + timedelta(days=3))) == 1  # tried again
