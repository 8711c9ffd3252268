"""A place that the register lacks becomes a task; its end comes back to the case, once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from addresses.actions.change_requests import decline, process
from addresses.actions.drafting import NotNow, open_draft, propose
from addresses.actions.proposing import Proposal, propose_all
from addresses.actions.publication import check, publish_draft, review
from addresses.actions.request_drafts import put_into_draft
from addresses.models import Address, ChangeRequest, RegisterPolicy
from cases.actions import numbering
from cases.actions.open_case import open_case
from cases.models import Case, RoutingDecision
from cases.queries.boundary_effects import in_words
from cases.queries.place import locate, none_of_them
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput
from tests.factories import NOW, City, close_register, make_case

pytestmark = pytest.mark.django_db
LACKING = "Atatürk Caddesi No: 77"


def opened(city: City, **more: Any) -> Case:
    values = {
        "description": "çöp alınmıyor", "channel": "web", "external_id": "k1", "place_text": LACKING,
    }  # fmt: skip
    draft = Draft(**values | more)
    return open_case(draft, viewer=ANONYMOUS, now=NOW).case


def task() -> ChangeRequest:
    return ChangeRequest.objects.get()


class TestFiling:
    def test_an_unknown_number_is_asked_for_with_the_case(self, city: City):
        contact = Contact("Test Kişi", "+905321112233", "kisi@example.com")
        case = opened(city, contact=contact)
        found = task()
        assert (found.kind, found.source, found.state) == ("MISSING_ADDRESS", "CASE", "PENDING")
        assert (found.text, found.reference) == (LACKING, case.number)
        assert found.neighbourhood == city.areas.neighbourhoods["A"]
        assert found.geom.coords == pytest.approx((case.geom.x, case.geom.y))
        assert found.author_id is None
        held = f"{found.text} {found.values} {found.reference} {found.answer}"
        assert "Kişi" not in held and "0532" not in held and "@" not in held

    def test_the_second_delivery_files_nothing_more(self, city: City):
        opened(city)
        opened(city)
        assert ChangeRequest.objects.count() == 1

    def test_a_description_is_not_copied(self, city: City):
        text = "Ben Test Kişi, Atatürk Caddesi No: 77 önünde çöp alınmıyor"
        opened(city, description=text, place_text="")
        assert task().text.endswith("Atatürk Caddesi, Altıeylül/Balıkesir No: 77")

    def test_a_number_between_two_doors_is_a_door_to_be_drawn(self, city: City):
        case = opened(city, description="Atatürk Caddesi No: 7 önünde çöp alınmıyor", place_text="")
        assert case.precision == "INTERPOLATED"
        assert "No:7" in task().text
        viewer = viewer_of(city.people["superuser"])
        draft = put_into_draft(task(), viewer=viewer, now=NOW)
        change = draft.changes.get()
        assert (change.entity, change.operation) == ("address", "CREATE")
        assert (change.values["side"], change.values["number"]) == (
            str(city.doors["a5"].side.uid), 7
        )  # fmt: skip
        assert change.values["geometry"]["coordinates"] == list(case.geom.coords)

    def test_a_pin_with_an_address_that_nobody_knows(self, city: City):
        lon, lat = city.areas.at(2.5, 0.5)
        opened(city, place_text="Hayali Sokak 4", lon=lon, lat=lat)
        assert task().neighbourhood == city.areas.neighbourhoods["B"]

    @pytest.mark.parametrize(
        "more",
        [
            {"place_text": "Atatürk Caddesi No: 5"},
            {"place_text": "10028 Sokak"},
            {"place_text": "okulun arkası", "lon": 27.906, "lat": 39.5955},
            {"place_text": "", "lon": 27.906, "lat": 39.5955},
        ],
    )
    def test_what_lacks_nothing_files_nothing(self, city: City, more: Any):
        opened(city, **more)
        assert not ChangeRequest.objects.exists()

    def test_who_refuses_the_doors_that_were_offered(self, city: City):
        draft = Draft("çöp", "web", "k", place_text="Atatürk Cad 9")
        refused = none_of_them(locate(draft), written=draft.place_text)
        assert refused.lacking == "Atatürk Cad 9"

    def test_both_or_neither(self, city: City, monkeypatch: Any):
        def fails(**_: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(numbering, "submit", fails)
        with pytest.raises(RuntimeError):
            opened(city)
        assert not Case.objects.exists()


class TestTheEnd:
    def test_an_address_that_was_found_becomes_the_place(self, city: City):
        case = opened(city)
        door, viewer = city.doors["a5"], viewer_of(city.people["superuser"])
        process(task(), viewer=viewer, now=NOW, answer="Eski no", address_uid=door.uid)
        after = Case.objects.get(pk=case.pk)
        assert (after.address, after.precision, after.category) == (door, "DOOR", "A")
        assert after.geom.coords == door.geom.coords
        assert after.version == case.version + 1
        event = after.events.order_by("-pk").first()
        assert (event.kind, event.actor) == ("address_found", city.people["superuser"])
        assert "No: 5" in event.note and "Eski no" in event.note
        assert RoutingDecision.objects.filter(case=case).count() == 1  # the same area: not again

    def test_another_district_is_routed_again(self, city: City):
        case = opened(city)
        process(
            task(), viewer=viewer_of(city.people["superuser"]), now=NOW,
            address_uid=city.doors["b7"].uid,
        )  # fmt: skip
        after = Case.objects.get(pk=case.pk)
        assert after.district == city.areas.districts["B"]
        assert after.department == city.departments["b:temizlik"]
        assert [e.kind for e in after.events.order_by("pk")][-2:] == ["address_found", "routed"]

    def test_work_that_has_begun_is_left_to_a_person(self, city: City):
        case = opened(city)
        Case.objects.filter(pk=case.pk).update(state="IN_PROGRESS", needs_review=False)
        process(
            task(), viewer=viewer_of(city.people["superuser"]), now=NOW,
            address_uid=city.doors["b7"].uid,
        )  # fmt: skip
        after = Case.objects.get(pk=case.pk)
        assert (after.state, after.needs_review) == ("IN_PROGRESS", True)
        assert after.department == city.departments["a:temizlik"]

    def test_no_such_address_says_why_and_only_once(self, city: City):
        case, viewer = opened(city), viewer_of(city.people["superuser"])
        decline(task(), viewer=viewer, reason="Cadde 20 numarada biter", now=NOW)
        with pytest.raises(NotNow):
            decline(task(), viewer=viewer, reason="again", now=NOW)
        ends = case.events.filter(kind="no_such_address")
        assert [e.note for e in ends] == ["Cadde 20 numarada biter"]

    def test_a_door_out_of_force_ends_nothing(self, city: City):
        case = opened(city)
        door = city.doors["a9"]
        door.status = "RETIRED"
        door.save()
        with pytest.raises(InvalidInput):
            process(
                task(), viewer=viewer_of(city.people["superuser"]), now=NOW, address_uid=door.uid
            )
        assert task().state == "PENDING"
        assert case.events.filter(kind="address_found").count() == 0


def square(city: City, west: float, north: float, east: float, south: float) -> dict[str, Any]:
    (w, n), (e, s) = city.areas.at(west, north), city.areas.at(east, south)
    return {"type": "Polygon", "coordinates": [[[w, n], [e, n], [e, s], [w, s], [w, n]]]}


def test_a_moved_boundary_tells_how_many_cases_change_hands(city: City):
    """The line between districts A and B moves west, over one open case and one closed one."""
    RegisterPolicy.objects.create(four_eyes=False)
    close_register()
    now = timezone.now()
    over = make_case(city, at=(1.9, 0.5), opened_at=now - timedelta(days=400))
    make_case(city, at=(1.9, 0.6), state="CLOSED", opened_at=now - timedelta(days=10))
    make_case(city, at=(1.9, 0.7), state="CLOSED", opened_at=now - timedelta(days=400))
    make_case(city, at=(1.2, 0.5), opened_at=now)
    viewer = viewer_of(city.people["superuser"])
    draft = open_draft(viewer=viewer, kind="BOUNDARIES", title="x", reason="x", now=NOW)
    for kind, row, shape in (
        ("neighbourhood", city.areas.neighbourhoods["a"], square(city, 1, 0, 1.8, 2)),
        ("neighbourhood", city.areas.neighbourhoods["B"], square(city, 1.8, 0, 3, 2)),
        ("district", city.areas.districts["A"], square(city, 0, 0, 1.8, 2)),
        ("district", city.areas.districts["B"], square(city, 1.8, 0, 4, 2)),
    ):
        propose(
            draft, viewer=viewer, entity=kind, operation="UPDATE", uid=row.uid,
            values={"geometry": shape},
        )  # fmt: skip
    report = check(draft, viewer=viewer, now=NOW)
    assert report["problems"] == []
    assert report["effects"]["cases"] == {
        "looked_at": 2, "more": False, "neighbourhood": 1, "district": 1, "body": 1,
        "year": 2, "moved": 1,
        "moves": [["Altıeylül Belediyesi · Temizlik", "Karesi Belediyesi · Temizlik", 1]],
    }  # fmt: skip
    assert len(in_words(report["effects"]["cases"])) == 6
    moved = report["effects"]["addresses"]
    assert (moved["areas"], moved["district"]) == (2, 0)
    over.refresh_from_db()
    assert (over.neighbourhood, over.version) == (None, 1)


def test_a_neighbourhood_that_goes_to_another_district_takes_its_cases_along(city: City):
    RegisterPolicy.objects.create(four_eyes=False)
    close_register()
    make_case(city, at=(0.5, 0.5))
    viewer = viewer_of(city.people["superuser"])
    draft = open_draft(viewer=viewer, kind="BOUNDARIES", title="x", reason="x", now=NOW)
    area = city.areas.neighbourhoods["A"]
    propose(
        draft, viewer=viewer, entity="neighbourhood", operation="UPDATE", uid=area.uid,
        values={"district": str(city.areas.districts["B"].uid)},
    )  # fmt: skip
    for letter, change in (("A", "difference"), ("B", "union")):  # the land goes along
        district = city.areas.districts[letter]
        shape = getattr(district.geom, change)(area.geom)
        propose(
            draft, viewer=viewer, entity="district", operation="UPDATE", uid=district.uid,
            values={"geometry": json.loads(shape.geojson)},
        )  # fmt: skip
    report = check(draft, viewer=viewer, now=NOW)["effects"]
    assert (report["cases"]["district"], report["cases"]["neighbourhood"]) == (1, 0)
    doors = Address.objects.filter(neighbourhood=area, status="ACTIVE").count()
    assert report["addresses"] == {"areas": 1, "ground": 0, "district": doors}
    assert doors > 0


class TestThroughADraft:
    def test_publication_tells_the_case(self, city: City):
        """The task goes into a draft, a person draws the door there, its publication ends the task."""
        case = opened(city)
        viewer = viewer_of(city.people["superuser"])
        RegisterPolicy.objects.create(four_eyes=False)
        draft = put_into_draft(task(), viewer=viewer, now=NOW)
        propose_all(draft, viewer=viewer, proposals=[Proposal("address", "CREATE", values={
            "side": str(city.doors["a5"].side.uid), "number": 77,
            "geometry": {"type": "Point", "coordinates": list(city.areas.at(0.6, 0.5))},
        })])  # fmt: skip
        close_register()
        for step in (check, review, publish_draft):
            step(draft, viewer=viewer, now=NOW)
        after = Case.objects.get(pk=case.pk)
        assert (after.address.number, after.precision) == (77, "DOOR")
        assert after.events.order_by("-pk").first().kind == "address_found"
        assert task().state == "PROCESSED"

    def test_a_door_that_is_not_in_force_leaves_the_task_open(self, city: City):
        opened(city)
        viewer = viewer_of(city.people["superuser"])
        RegisterPolicy.objects.create(four_eyes=False)
        draft = put_into_draft(task(), viewer=viewer, now=NOW)
        propose_all(draft, viewer=viewer, proposals=[Proposal("address", "CREATE", values={
            "side": str(city.doors["a5"].side.uid), "number": 77, "status": "PROPOSED",
            "geometry": {"type": "Point", "coordinates": list(city.areas.at(0.6, 0.5))},
        })])  # fmt: skip
        close_register()
        for step in (check, review, publish_draft):
            step(draft, viewer=viewer, now=NOW)
        draft.refresh_from_db()
        assert draft.number is not None and task().state == "IN_REVIEW"
