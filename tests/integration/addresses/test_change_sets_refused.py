"""What a draft refuses, and what the database itself refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from addresses.actions import publication
from addresses.actions.drafting import NoSuchRecord, propose, take_back
from addresses.actions.publication import check
from addresses.models import Address, ChangeSet, Lineage, Street
from addresses.queries.record_values import InvalidValues
from tests.factories import NOW, City, join_register

from .test_change_sets import publish, update

pytestmark = pytest.mark.django_db


class TestBadInput:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"number": "x"}, "number"),
            ({"number": -1}, "number"),
            ({"number": 10**12}, "number"),
            ({"side": "no uid"}, "side"),
            ({"status": "GONE"}, "status"),
            ({"suffix": "x" * 21}, "suffix"),
            ({"uid": "00000000-0000-0000-0000-000000000000"}, "uid"),
            ({"neighbourhood": "00000000-0000-0000-0000-000000000000"}, "neighbourhood"),
            ({"geometry": {"type": "Point", "coordinates": [400, 10]}}, "geometry"),
            ({"geometry": {"type": "Point", "coordinates": [[[[[[[1]]]]]]]}}, "geometry"),
            ({"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, "geometry"),
            ({"geometry": None}, "geometry"),
            ({"identifiers": {"osm": "somewhere"}}, "identifiers"),
            ({"identifiers": []}, "identifiers"),
            ({"code": "12345678901234567890"}, "code"),
            ({"postcode": "1\x000"}, "postcode"),
        ],
    )
    def test_a_wrong_value_names_its_field(self, city, people, draft, values, field):
        with pytest.raises(InvalidValues) as caught:
            update(draft(), people["city_editor"], city.doors["a5"], "address", **values)
        assert list(caught.value.errors) == [field]

    def test_a_self_crossing_polygon_says_where(self, city, people, draft):
        bow = [[[27.9, 39.5], [27.91, 39.51], [27.91, 39.5], [27.9, 39.51], [27.9, 39.5]]]
        with pytest.raises(InvalidValues, match=r"kendini kesiyor.*39.505000, 27.905000"):
            update(
                draft(), people["city_editor"], city.areas.neighbourhoods["A"], "neighbourhood",
                geometry={"type": "Polygon", "coordinates": bow},
            )  # fmt: skip

    def test_what_is_missing_is_named(self, people, draft):
        with pytest.raises(InvalidValues) as caught:
            propose(
                draft(), viewer=people["city_editor"], entity="address", operation="CREATE",
                values={"number": 3},
            )  # fmt: skip
        assert set(caught.value.errors) == {"side", "geometry"}

    def test_a_record_that_there_is_not(self, people, draft):
        with pytest.raises(NoSuchRecord):
            propose(
                draft(), viewer=people["city_editor"], entity="address", operation="UPDATE",
                uid="00000000-0000-0000-0000-000000000000", values={"number": 3},
            )  # fmt: skip

    def test_a_dangling_reference_is_a_problem(self, city, people, draft):
        change_set = draft()
        update(
            change_set, people["city_editor"], city.doors["a5"], "address",
            building="00000000-0000-0000-0000-000000000000",
        )  # fmt: skip
        change_set.refresh_from_db()
        report = check(change_set, viewer=people["city_editor"], now=NOW)
        assert [(p["field"], p["code"]) for p in report["problems"]] == [("building", "invalid")]

    def test_taking_back(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        who = people["city_editor"]
        assert take_back(change_set, viewer=who, entity="address", uid=city.doors["a5"].uid)
        assert change_set.changes.count() == 0


class TestTheDatabaseHolds:
    def test_writes_outside_a_set_are_refused(self, city, people):
        with pytest.raises(IntegrityError, match="change set"), transaction.atomic():
            Address.objects.filter(pk=city.doors["a5"].pk).update(number=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Street.objects.create(district=city.areas.districts["A"], name="x", name_key="x")

    def test_a_published_set_takes_no_more(self, city, people, draft):
        change_set = draft()
        update(change_set, people["city_editor"], city.doors["a5"], "address", number=25)
        published = publish(change_set, people)
        with pytest.raises(IntegrityError), transaction.atomic():
            Street.objects.create(
                district=city.areas.districts["A"], name="x", name_key="x", change_set=published
            )

    def test_nothing_is_deleted(self, city, people):
        with pytest.raises(IntegrityError, match="retire"), transaction.atomic():
            Address.objects.filter(pk=city.doors["a5"].pk).delete()

    def test_lineage_has_no_draft(self, city, people):
        assert Lineage.objects.count() == 0


def deadlock(*_args: Any, **_options: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$")


def test_a_deadlock_is_a_conflict_and_no_fault_of_the_server(
    city: City, as_: Any, monkeypatch: pytest.MonkeyPatch
):
    join_register(city, city_editor="GIS_EDITOR")
    client: Client = as_("city_editor")
    opened = client.post(
        "/api/v1/register/drafts", {"title": "Test"}, content_type="application/json"
    ).json()
    draft = ChangeSet.objects.get(uid=opened["uid"])
    monkeypatch.setattr(publication, "apply", deadlock)
    answer = client.post(f"/api/v1/register/drafts/{draft.uid}/check")
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    page = client.post(f"/register/changes/{draft.pk}/check")
    assert page.status_code == 302
    shown = client.get(page["Location"]).content.decode()
    assert "yeniden deneyin" in shown


def test_a_server_that_is_gone_is_not_called_a_conflict(
    city: City, people: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
):
    def gone(*_args: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(publication, "apply", gone)
    with pytest.raises(OperationalError):
        check(draft(), viewer=people["city_editor"], now=timezone.now())
