"""Findings in time: new, still there, gone, back; exceptions; areas and the whole."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.rules.viewer import Viewer
from addresses.actions.quality import NoReason, NotOpen, accept, count_day, inspect, withdraw
from addresses.models import QualityCount, QualityFinding, Street
from addresses.queries.quality import areas_of, findings
from addresses.queries.where import touched
from addresses.rules.quality import RULES
from tests.factories import open_register

from .quality_city import Clock, Small, change, open_findings, the_one
from .test_quality_rules import FAULTS

pytestmark = pytest.mark.django_db


def test_a_finding_comes_stays_goes_and_comes_back(small: Small, clock: Clock) -> None:
    change(small.doors["A1"], number=0)
    first = inspect(None, now=clock()).rules["number_missing"]
    assert (first.open, first.new, first.resolved) == (1, 1, 0)
    found = the_one("number_missing")
    assert (found.entity_uid, found.label) == (small.doors["A1"].uid, "Atatürk Caddesi 0")
    assert found.neighbourhood == small.areas.neighbourhoods["A"]
    assert found.district == small.areas.districts["A"]

    again = inspect(None, now=clock()).rules["number_missing"]
    assert (again.open, again.new, again.resolved) == (1, 0, 0)

    change(small.doors["A1"], number=1)
    gone = inspect(None, now=clock()).rules["number_missing"]
    assert (gone.open, gone.new, gone.resolved) == (0, 0, 1)
    assert the_one("number_missing").state == "resolved"

    change(small.doors["A1"], number=0)
    back = inspect(None, now=clock()).rules["number_missing"]
    assert (back.open, back.new) == (1, 1)
    assert the_one("number_missing").first_seen == clock.now


def test_an_area_leaves_the_findings_of_others_alone(small: Small, clock: Clock) -> None:
    for name in ("A1", "a1"):
        change(small.doors[name], number=0)
    inspect(None, now=clock())
    for name in ("A1", "a1"):
        change(small.doors[name], number=1)
    area = small.areas.neighbourhoods["A"]
    inspect([area.pk], now=clock())
    assert [f.neighbourhood_id for f in open_findings(rule="number_missing")] == [
        small.areas.neighbourhoods["a"].pk
    ]


def test_a_pair_is_resolved_from_either_neighbourhood(small: Small, clock: Clock) -> None:
    change(small.parcels["A9"], geom=small.box(990, 6, 20, 24))
    inspect(None, now=clock())
    assert open_findings(rule="parcel_overlap")
    change(small.parcels["A9"], geom=small.box(-16, 6, 16, 24))
    inspect([small.areas.neighbourhoods["A"].pk], now=clock())
    assert open_findings(rule="parcel_overlap") == []


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5, 24])
def test_after_each_change_what_it_touched_gives_what_the_whole_gives(
    small: Small, clock: Clock, seed: int
) -> None:
    """Random faults, each in a change set of its own; only what that touched is looked at again."""
    chance = random.Random(seed)
    makers: list[Callable[[Small], object]] = [m for makers in FAULTS.values() for m in makers]
    inspect(None, now=clock())
    for make in chance.sample(makers, 15):
        change_set = open_register()
        try:
            with transaction.atomic():
                make(small)
        except IntegrityError:  # two faults may exclude each other
            continue
        inspect(touched(change_set), now=clock())
    kept = {(f.rule, f.entity_id, f.other_id) for f in open_findings()}
    assert kept == {f.key for f in findings(None)}
    assert kept


def test_an_exception_stays_until_the_fault_is_gone(
    small: Small, clock: Clock, editor: Viewer
) -> None:
    change(small.doors["A1"], number=0)
    inspect(None, now=clock())
    found = the_one("number_missing")
    with pytest.raises(NoReason):
        accept(found.pk, reason="  ", viewer=editor, now=clock())
    accept(found.pk, reason="A gate without a number", viewer=editor, now=clock())
    with pytest.raises(NotOpen):
        accept(found.pk, reason="again", viewer=editor, now=clock())
    tally = inspect(None, now=clock()).rules["number_missing"]
    assert (tally.open, tally.accepted, tally.new) == (0, 1, 0)
    assert the_one("number_missing").state == "accepted"

    withdraw(found.pk, viewer=editor, now=clock())
    assert the_one("number_missing").state == "open"
    with pytest.raises(NotOpen):
        withdraw(found.pk, viewer=editor, now=clock())
    assert [n.kind for n in found.notes.all()] == ["ACCEPTED", "WITHDRAWN"]

    accept(found.pk, reason="A gate", viewer=editor, now=clock())
    change(small.doors["A1"], number=1)
    inspect(None, now=clock())
    change(small.doors["A1"], number=0)
    inspect(None, now=clock())
    # It is there again, but what was accepted was another state of the world.
    assert the_one("number_missing").state == "open"


def test_the_day_is_counted_once(small: Small, clock: Clock, editor: Viewer) -> None:
    for name in ("A1", "A3"):
        change(small.doors[name], number=0, suffix=name)
    inspect(None, now=clock())
    accept(open_findings(rule="number_missing")[0].pk, reason="x", viewer=editor, now=clock())
    for _twice in range(2):
        count_day(now=clock())
    row = QualityCount.objects.get(rule="number_missing", neighbourhood__isnull=False)
    assert (row.open, row.accepted) == (1, 1)
    # A rule that finds nothing is counted too: its trend is zero, not unknown.
    assert QualityCount.objects.filter(neighbourhood__isnull=True).count() == len(RULES)


def test_findings_of_a_draft_are_seen_without_being_stored(small: Small) -> None:
    change(small.doors["A1"], number=0)
    area = small.areas.neighbourhoods["A"]
    assert [f.rule for f in findings([area.pk])] == ["number_missing"]
    assert not QualityFinding.objects.exists()


def test_the_command_prints_what_it_did(small: Small, capsys: Any) -> None:
    change(small.doors["A1"], number=0)
    call_command("inspect_quality", "--rule", "number_missing", "--neighbourhood", "100")
    line = next(r for r in capsys.readouterr().out.splitlines() if "number_missing" in r)
    assert line.split()[1:5] == ["1", "1", "0", "0"]


def test_areas_are_named_by_code(small: Small) -> None:
    area = small.areas.neighbourhoods["A"]
    assert areas_of(["100"]) == {area.pk}
    assert areas_of(["D-A"]) == {a.pk for a in small.areas.neighbourhoods.values()}
    with pytest.raises(LookupError):
        areas_of(["nowhere"])


def test_hostile_names_are_only_text(small: Small, clock: Clock) -> None:
    """Per cent signs, quotes and markup in the register reach no statement."""
    Street.objects.filter(pk=small.streets["A"].pk).update(name="O'Neil %s  %(x)s <b>{}")
    inspect(None, now=clock())
    assert the_one("street_name_untidy").label == "O'Neil %s  %(x)s <b>{}"
