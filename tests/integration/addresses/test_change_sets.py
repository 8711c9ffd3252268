"""The way of a draft: proposed, checked, reviewed, published, taken back; and who may do what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.rules.viewer import Viewer
from addresses.actions.drafting import (
    NotAllowed,
    NotNow,
    Stale,
    note_lineage,
    propose,
    take_back,
)
from addresses.actions.proposing import Proposal, propose_all
from addresses.actions.publication import (
    OwnChange,
    RolledBackAlready,
    check,
    publish_draft,
    publish_due,
    reject,
    review,
    roll_back,
)
from addresses.actions.quality import inspect
from addresses.models import (
    Address,
    ChangeSet,
    RegisterPolicy,
    Street,
    StreetName,
    StreetSide,
)
from addresses.queries.data_model import entity
from addresses.queries.records import lineage, record, versions
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def publish(change_set: ChangeSet, people: dict[str, Viewer]) -> ChangeSet:
    change_set.refresh_from_db()
    report = check(change_set, viewer=people["city_editor"], now=NOW)
    assert report["problems"] == []
    change_set.refresh_from_db()
    review(change_set, viewer=people["reviewer"], now=NOW)
    return publish_draft(change_set, viewer=people["publisher"], now=NOW)


def update(draft: ChangeSet, viewer: Viewer, row: Any, kind: str, **values: Any):
    return propose(
        draft, viewer=viewer, entity=kind, operation="UPDATE", uid=row.uid,
        base_version=row.version, values=values,
    )  # fmt: skip


class TestPublishing:
    def test_nothing_is_in_the_register_before_and_everything_after(self, city, people, draft):
        door, change_set = city.doors["a5"], draft()
        update(change_set, people["city_editor"], door, "address", number=25)
        report = check(change_set, viewer=people["city_editor"], now=NOW)
        assert report["counts"] == {"address": {"retired": 0, "updated": 1, "created": 0}}
        door = Address.objects.get(pk=door.pk)
        assert (door.number, door.version) == (5, 1)
        published = publish(change_set, people)
        door = Address.objects.get(pk=door.pk)
        assert (door.number, door.version, door.change_set_id) == (25, 2, published.pk)
        assert door.valid_from == TODAY
        assert published.number is not None and published.state == "PUBLISHED"

    def test_a_new_street_with_its_side_and_door_in_one_set(self, city, people, draft):
        change_set, who = draft(), people["city_editor"]
        street = propose(
            change_set, viewer=who, entity="street", operation="CREATE",
            values={"name": "Yeni Sokak", "district": str(city.areas.districts["A"].uid)},
        )  # fmt: skip
        area = city.areas.neighbourhoods["A"]
        side = propose(
            change_set, viewer=who, entity="street_side", operation="CREATE",
            values={"street": str(street.entity_uid), "neighbourhood": str(area.uid), "side": "L"},
        )  # fmt: skip
        lon, lat = city.areas.at(0.3, 0.3)
        door = propose(
            change_set, viewer=who, entity="address", operation="CREATE",
            values={
                "side": str(side.entity_uid), "number": 1,
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
            },
        )  # fmt: skip
        publish(change_set, people)
        row = Address.objects.get(uid=door.entity_uid)
        assert row.side.street.name_key == "yeni sokak"
        assert (row.neighbourhood_id, row.status, row.valid_from) == (area.pk, "ACTIVE", TODAY)

    def test_two_doors_exchange_their_numbers(self, city, people, draft):
        five, nine, change_set = city.doors["a5"], city.doors["a9"], draft()
        update(change_set, people["city_editor"], five, "address", number=9)
        update(change_set, people["city_editor"], nine, "address", number=5)
        publish(change_set, people)
        five, nine = (Address.objects.get(pk=d.pk) for d in (five, nine))
        assert (five.number, nine.number) == (9, 5)
        assert (five.version, five.status) == (2, "ACTIVE")

    def test_a_taken_number_is_a_problem_in_words(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=9)
        report = check(change_set, viewer=people["city_editor"], now=NOW)
        assert report["problems"][0]["code"] == "collision"
        change_set.refresh_from_db()
        assert change_set.state == "DRAFT"

    def test_a_later_day_waits_for_it(self, city, people, draft):
        change_set = draft(effective_from=TODAY + timedelta(days=3))
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        waiting = publish(change_set, people)
        assert (waiting.state, waiting.number) == ("REVIEWED", None)
        assert publish_due(now=NOW + timedelta(days=2)) == []
        numbers = publish_due(now=NOW + timedelta(days=3))
        door = Address.objects.get(pk=city.doors["a5"].pk)
        assert len(numbers) == 1
        assert (door.number, door.valid_from) == (25, TODAY + timedelta(days=3))

    def test_an_edit_undoes_check_and_review(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        change_set.refresh_from_db()
        check(change_set, viewer=people["city_editor"], now=NOW)
        review(change_set, viewer=people["reviewer"], now=NOW)
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=27)
        change_set.refresh_from_db()
        assert (change_set.state, change_set.reviewer) == ("DRAFT", None)

    def test_an_empty_draft_is_not_checked(self, people, draft):
        report = check(draft(), viewer=people["city_editor"], now=NOW)
        assert [p["code"] for p in report["problems"]] == ["empty"]

    def test_numbers_have_no_gaps(self, city, people, draft):
        numbers = []
        for number in (25, 27, 29):
            change_set = draft()
            row = Address.objects.get(pk=city.doors["a5"].pk)
            update(change_set, people["city_editor"], row, "address", number=number)
            numbers.append(publish(change_set, people).number)
        assert numbers == list(range(numbers[0], numbers[0] + 3))


class TestTwoEditors:
    def test_the_second_is_told_when_it_checks(self, city, people, draft):
        first, second = draft(), draft()
        update(first, people["city_editor"], city.doors["a5"], "address", postcode="10010")
        update(second, people["city_editor"], city.doors["a5"], "address", postcode="10020")
        publish(first, people)
        second.refresh_from_db()
        report = check(second, viewer=people["city_editor"], now=NOW)
        assert [(p["code"], p["uid"]) for p in report["problems"]] == [
            ("conflict", str(city.doors["a5"].uid))
        ]
        assert Address.objects.get(pk=city.doors["a5"].pk).postcode == "10010"

    def test_who_read_an_older_version_is_refused(self, city, people, draft):
        first = draft()
        update(first, people["city_editor"], city.doors["a5"], "address", postcode="10010")
        publish(first, people)
        with pytest.raises(Stale):
            update(draft(), people["city_editor"], city.doors["a5"], "address", postcode="1")

    def test_of_one_draft_the_second_does_not_overwrite_the_first(self, city, people, draft):
        shared, door = draft(), city.doors["a5"]
        theirs = ChangeSet.objects.get(pk=shared.pk)
        theirs.seen = theirs.version
        update(shared, people["city_editor"], door, "address", postcode="10010")
        for seen in (theirs.seen, None):
            theirs.seen = seen
            with pytest.raises(Stale):
                update(theirs, people["reviewer"], door, "address", postcode="10020")
            with pytest.raises(Stale):
                take_back(theirs, viewer=people["reviewer"], entity="address", uid=door.uid)
            with pytest.raises(Stale):
                propose_all(
                    theirs,
                    viewer=people["reviewer"],
                    proposals=[Proposal("address", "UPDATE", str(door.uid), {"postcode": "10020"})],
                )
        assert shared.changes.get().values == {"postcode": "10010"}
        theirs.seen = ChangeSet.objects.get(pk=shared.pk).version
        update(theirs, people["reviewer"], door, "address", postcode="10020")
        assert shared.changes.get().values == {"postcode": "10020"}
        with pytest.raises(Stale):
            update(shared, people["city_editor"], door, "address", postcode="10030")

    def test_of_one_draft_both_go_on_with_different_records(self, city, people, draft):
        shared = draft()
        theirs = ChangeSet.objects.get(pk=shared.pk)
        theirs.seen = theirs.version
        update(shared, people["city_editor"], city.doors["a5"], "address", postcode="10010")
        update(theirs, people["reviewer"], city.doors["b7"], "address", postcode="10020")
        assert shared.changes.count() == 2

    def test_who_saw_something_else_does_not_let_it_pass(self, city, people, draft):
        shared = draft()
        update(shared, people["city_editor"], city.doors["a5"], "address", postcode="10010")
        seen = ChangeSet.objects.get(pk=shared.pk)
        seen.seen = seen.version
        update(shared, people["city_editor"], city.doors["a5"], "address", postcode="10020")
        check(shared, viewer=people["city_editor"], now=NOW)
        for step in (review, publish_draft):
            with pytest.raises(Stale):
                step(seen, viewer=people["reviewer"], now=NOW)
        with pytest.raises(Stale):
            reject(seen, viewer=people["reviewer"], reason="?", now=NOW)

    def test_who_publishes_on_an_older_register_is_refused(self, city, people, draft):
        from addresses.drafts.apply import NotApplicable

        first, second = draft(), draft()
        update(first, people["city_editor"], city.doors["a5"], "address", postcode="10010")
        update(second, people["city_editor"], city.doors["a5"], "address", postcode="10020")
        for change_set in (first, second):
            change_set.refresh_from_db()
            check(change_set, viewer=people["city_editor"], now=NOW)
            review(change_set, viewer=people["reviewer"], now=NOW)
        publish_draft(first, viewer=people["publisher"], now=NOW)
        with pytest.raises(NotApplicable):
            publish_draft(second, viewer=people["publisher"], now=NOW)
        second.refresh_from_db()
        assert (second.state, second.number) == ("REVIEWED", None)


class TestQuality:
    def test_the_check_says_what_the_draft_would_bring_and_mend(self, city, people, draft):
        change_set = draft()
        lon, lat = city.areas.at(0.52, 0.5)
        far = {"type": "Point", "coordinates": [lon, lat + 0.004]}
        update(change_set, people["city_editor"], city.doors["a5"], "address", geometry=far)
        report = check(change_set, viewer=people["city_editor"], now=NOW)
        assert "door_far_from_street" in report["quality"]["new_by_rule"]
        assert {f["entity"] for f in report["quality"]["new"]} <= {"address", "street"}
        publish(change_set, people)
        # As the job does that a publication asks for.
        inspect(None, now=NOW + timedelta(minutes=1))
        back = draft(kind="CORRECTION")
        door = Address.objects.get(pk=city.doors["a5"].pk)
        near = {"type": "Point", "coordinates": [lon, lat]}
        update(back, people["city_editor"], door, "address", geometry=near)
        report = check(back, viewer=people["city_editor"], now=NOW)
        assert report["quality"]["new_by_rule"] == {}
        assert report["quality"]["mended"] >= 1


class TestTime:
    def test_as_of_the_day_before(self, city, people, draft):
        door, change_set = city.doors["a5"], draft()
        update(change_set, people["city_editor"], door, "address", number=25)
        publish(change_set, people)
        kind = entity("address")
        assert record(kind, door.uid)["number"] == 25
        assert record(kind, door.uid, as_of=TODAY)["number"] == 25
        assert record(kind, door.uid, as_of=TODAY - timedelta(days=1))["number"] == 5
        assert record(kind, door.uid, as_of=date(2019, 5, 1))["number"] == 5
        assert [(v["version"], v["valid_to"]) for v in versions(kind, door.uid)] == [
            (2, None),
            (1, TODAY),
        ]

    def test_a_correction_changes_the_past_too(self, city, people, draft):
        door, change_set = city.doors["a5"], draft(kind="CORRECTION")
        update(change_set, people["city_editor"], door, "address", number=25)
        publish(change_set, people)
        assert record(entity("address"), door.uid, as_of=date(2019, 5, 1))["number"] == 25
        assert [v["in_force"] for v in versions(entity("address"), door.uid)] == [True, False]
        assert lineage(door.uid) == []

    def test_a_day_before_the_present_version_is_refused(self, city, people, draft):
        first = draft()
        update(first, people["city_editor"], city.doors["a5"], "address", number=25)
        publish(first, people)
        door = Address.objects.get(pk=city.doors["a5"].pk)
        second = draft(effective_from=TODAY - timedelta(days=10))
        update(second, people["city_editor"], door, "address", number=27)
        second.refresh_from_db()
        report = check(second, viewer=people["city_editor"], now=NOW)
        assert [p["code"] for p in report["problems"]] == ["refused"]

    def test_a_renamed_street_keeps_its_old_name(self, city, people, draft):
        street = Street.objects.get(name="10028 Sokak")
        change_set = draft()
        update(change_set, people["city_editor"], street, "street", name="Barış Sokak")
        published = publish(change_set, people)
        old = StreetName.objects.get(street=street)
        assert (old.name, old.kind, old.used_until) == ("10028 Sokak", "FORMER", TODAY)
        assert [(x["relation"], x["old_value"], x["number"]) for x in lineage(street.uid)] == [
            ("RENAMED", "10028 Sokak", published.number)
        ]

    def test_periods_do_not_overlap_by_force_of_the_database(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        publish(change_set, people)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO addresses_address_history SELECT (h).* FROM (SELECT h FROM"
                " addresses_address_history h) x"
            )

    def test_moving_a_side_moves_its_doors(self, city, people, draft):
        side = StreetSide.objects.get(street__name="10028 Sokak")
        other = city.areas.neighbourhoods["a"]
        change_set = draft()
        update(change_set, people["city_editor"], side, "street_side", neighbourhood=str(other.uid))
        publish(change_set, people)
        door = Address.objects.get(pk=city.doors["sk9"].pk)
        assert (door.neighbourhood_id, door.version) == (other.pk, 2)


class TestRollBack:
    def test_it_is_a_new_set_that_brings_back_what_was(self, city, people, draft):
        street = Street.objects.get(name="10028 Sokak")
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        update(change_set, people["city_editor"], street, "street", name="Barış Sokak")
        first = publish(change_set, people)
        back = roll_back(first, viewer=people["city_editor"], reason="wrong", now=NOW)
        second = publish(back, people)
        assert second.number == first.number + 1 and second.rolls_back == first
        street.refresh_from_db()
        assert (street.name, street.name_key) == ("10028 Sokak", "10028 sokak")
        assert Address.objects.get(pk=city.doors["a5"].pk).number == 5
        # The name that was never to be is no former one.
        assert not StreetName.objects.filter(street=street, status="ACTIVE").exists()
        with pytest.raises(RolledBackAlready):
            roll_back(first, viewer=people["city_editor"], reason="again", now=NOW)

    def test_what_was_made_is_retired(self, city, people, draft):
        change_set, area = draft(), city.areas.neighbourhoods["A"]
        made = propose(
            change_set, viewer=people["city_editor"], entity="landmark", operation="CREATE",
            values={
                "neighbourhood": str(area.uid), "name": "Park", "kind": "park",
                "geometry": {"type": "Point", "coordinates": list(city.areas.at(0.5, 0.5))},
            },
        )  # fmt: skip
        first = publish(change_set, people)
        publish(roll_back(first, viewer=people["city_editor"], reason="", now=NOW), people)
        assert record(entity("landmark"), made.entity_uid)["status"] == "RETIRED"

    def test_what_was_wrong_from_the_beginning_shows_on_no_day(self, city, people, draft):
        street = Street.objects.get(name="10028 Sokak")
        change_set = draft()
        update(change_set, people["city_editor"], street, "street", name="Barış Sokak")
        first = publish(change_set, people)
        later = NOW + timedelta(days=20)

        def called(day: date) -> str:
            return record(entity("street"), street.uid, as_of=day)["name"]

        between = (NOW + timedelta(days=10)).date()
        assert called(between) == "Barış Sokak"
        back = roll_back(
            first, viewer=people["city_editor"], reason="", now=later, correct_past=True
        )
        publish(back, people)
        assert (back.kind, back.rolls_back) == ("CORRECTION", first)
        assert called(between) == called(later.date()) == "10028 Sokak"

    def test_what_was_changed_again_is_left_and_said(self, city, people, draft):
        one, two = draft(), draft()
        update(one, people["city_editor"], city.doors["a5"], "address", number=25)
        update(one, people["city_editor"], city.doors["a9"], "address", number=29)
        first = publish(one, people)
        door = Address.objects.get(pk=city.doors["a5"].pk)
        update(two, people["city_editor"], door, "address", number=35)
        publish(two, people)
        back = roll_back(first, viewer=people["city_editor"], reason="", now=NOW)
        assert back.summary["left"] == [{"entity": "address", "uid": str(door.uid)}]
        publish(back, people)
        assert Address.objects.get(pk=door.pk).number == 35
        assert Address.objects.get(pk=city.doors["a9"].pk).number == 9
        # What was left can be taken back later.
        roll_back(first, viewer=people["city_editor"], reason="", now=NOW)


class TestRights:
    def test_nobody_reviews_or_publishes_their_own(self, city, people, draft):
        change_set = draft("reviewer")
        update(change_set, people["reviewer"], city.doors["a5"], "address", number=25)
        change_set.refresh_from_db()
        check(change_set, viewer=people["reviewer"], now=NOW)
        with pytest.raises(OwnChange):
            review(change_set, viewer=people["reviewer"], now=NOW)
        RegisterPolicy.objects.create(four_eyes=False)
        review(change_set, viewer=people["reviewer"], now=NOW)

    @pytest.mark.parametrize("who", ["anonymous", "agent", "coordinator", "crew", "manager"])
    def test_without_the_right_nothing_is_opened(self, people, draft, who):
        people["anonymous"] = Viewer()
        with pytest.raises(NotAllowed):
            draft(who)

    def test_an_editor_of_one_district_changes_nothing_in_another(self, city, people, draft):
        change_set, who = draft("gis_editor"), people["gis_editor"]
        update(change_set, who, city.doors["a5"], "address", number=25)
        with pytest.raises(NotAllowed):
            update(change_set, who, city.doors["b7"], "address", number=25)
        other = StreetSide.objects.get(street__name="Milli Kuvvetler Caddesi")
        with pytest.raises(NotAllowed):
            update(change_set, who, city.doors["a5"], "address", side=str(other.uid))
        with pytest.raises(NotAllowed):
            update(change_set, who, city.areas.neighbourhoods["A"], "neighbourhood", name="x")
        assert change_set.changes.count() == 1

    def test_nor_by_a_street_a_name_a_point_or_a_lineage(self, city, people, draft):
        change_set, who = draft("gis_editor"), people["gis_editor"]
        foreign = StreetSide.objects.get(street__name="Milli Kuvvetler Caddesi")
        own = StreetSide.objects.get(street__name="10028 Sokak")
        lon, lat = city.areas.at(2.5, 0.5)
        with pytest.raises(NotAllowed):
            propose(
                change_set, viewer=who, entity="street", operation="CREATE",
                values={"name": "x Sokak", "district": str(city.areas.districts["B"].uid)},
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            propose(
                change_set, viewer=who, entity="street_name", operation="CREATE",
                values={"street": str(foreign.street.uid), "name": "x", "kind": "FORMER"},
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            update(change_set, who, own, "street_side", street=str(foreign.street.uid))
        with pytest.raises(NotAllowed):
            point = {"type": "Point", "coordinates": [lon, lat]}
            update(change_set, who, city.doors["a5"], "address", geometry=point)
        with pytest.raises(NotAllowed):
            note_lineage(
                change_set, viewer=who, entity="address", relation="MERGED",
                old=city.doors["b7"].uid, new=city.doors["a5"].uid,
            )  # fmt: skip
        street = propose(
            change_set, viewer=who, entity="street", operation="CREATE",
            values={"name": "Bizim Sokak", "district": str(city.areas.districts["A"].uid)},
        )  # fmt: skip
        propose(
            change_set, viewer=who, entity="street_name", operation="CREATE",
            values={"street": str(street.entity_uid), "name": "Eski", "kind": "POPULAR"},
        )  # fmt: skip
        assert change_set.changes.count() == 2

    def test_who_edits_a_draft_of_another_does_not_review_it(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        update(change_set, people["reviewer"], city.doors["a9"], "address", number=29)
        check(change_set, viewer=people["city_editor"], now=NOW)
        with pytest.raises(OwnChange):
            review(change_set, viewer=people["reviewer"], now=NOW)

    def test_a_file_is_reviewed_by_one_and_published_by_another(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        ChangeSet.objects.filter(pk=change_set.pk).update(author=None, editors=[])
        check(change_set, viewer=people["publisher"], now=NOW)
        review(change_set, viewer=people["publisher"], now=NOW)
        with pytest.raises(OwnChange):
            publish_draft(change_set, viewer=people["publisher"], now=NOW)

    def test_an_editor_neither_reviews_nor_publishes(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        change_set.refresh_from_db()
        check(change_set, viewer=people["city_editor"], now=NOW)
        for verb in (review, publish_draft):
            with pytest.raises(NotAllowed):
                verb(change_set, viewer=people["gis_editor"], now=NOW)

    def test_somebody_elses_draft_is_not_edited(self, city, people, draft):
        with pytest.raises(NotAllowed):
            update(draft(), people["gis_editor"], city.doors["a5"], "address", number=25)

    def test_order_is_kept(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        with pytest.raises(NotNow):
            publish_draft(change_set, viewer=people["publisher"], now=NOW)
        reject(change_set, viewer=people["reviewer"], reason="no", now=NOW)
        with pytest.raises(NotNow):
            update(change_set, people["city_editor"], city.doors["a5"], "address", number=27)
