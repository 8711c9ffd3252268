"""Extract and feed give exactly the register: under eight publishers, roll-backs and crashes."""

import gzip
import hashlib
import json
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.utils import DatabaseError

from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.actions.change_sets import publish
from addresses.actions.drafting import Stale, open_draft, propose
from addresses.actions.publication import (
    RolledBackAlready,
    _locked,
    _publish,
    check,
    publish_draft,
    review,
    roll_back,
)
from addresses.drafts.apply import NotApplicable
from addresses.feed.extract import write
from addresses.models import (
    Address,
    ChangeSet,
    Neighbourhood,
    RegisterPolicy,
    Street,
    StreetSide,
)
from addresses.queries.data_model import entities, entity
from addresses.queries.feed import Area, TooOld, checksums, events, latest, transactions
from addresses.queries.schema import schema
from core.rules.database import in_each_others_way
from tests.factories import NOW, Areas, area_grid, door, open_register

PUBLISHERS, ROUNDS = 8, 8
KINDS = entities()
SCHEMA = schema()


class Replica:
    """A consumer: the rows of an extract, then whatever whole change sets the feed brings."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.numbers: list[int] = []
        self.rows: dict[str, dict[str, Any]] = defaultdict(dict)

    def load(self, folder: Path, area: Area | None = None) -> None:
        for kind in KINDS:
            path = folder / f"{kind.name}.ndjson.gz"
            self.number = write([kind], "ndjson", path, area=area)
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                self.rows[kind.name] = {(b := json.loads(line))["uid"]: b for line in lines}

    def follow(self, lines: Iterator[str]) -> None:
        waiting: list[dict[str, Any]] = []
        for line in lines:
            event = json.loads(line)
            if "transaction" in event:
                self._take(waiting)
                waiting = []
                assert event["transaction"]["number"] == self.number + 1, "a gap"
                self.number += 1
                self.numbers.append(self.number)
            elif "end" in event:
                self._take(waiting)
                assert event["end"]["number"] == self.number
                return
            else:
                assert event["number"] == self.number
                waiting.append(event)
        raise AssertionError("the answer was cut")

    def _take(self, waiting: list[dict[str, Any]]) -> None:
        for event in waiting:
            rows = self.rows[event["entity"]]
            known = rows.get(event["uid"])
            match event["operation"]:
                case "I":
                    assert known is None
                    rows[event["uid"]] = event["body"]
                case "U":
                    assert known is not None and known["version"] < event["version"]
                    rows[event["uid"]] = event["body"]
                case "D":
                    del rows[event["uid"]]

    def sums(self) -> dict[tuple[str, str | None], tuple[int, str]]:
        """The checksums of the copy, made as the documentation tells a consumer to make them."""
        lines: dict[tuple[str, str | None], list[str]] = defaultdict(list)
        for name, rows in self.rows.items():
            for body in rows.values():
                place, path = body, SCHEMA["$defs"][name]["x-neighbourhood"]
                *through, last = path.split(".") if path else [None]
                for step in through:
                    place = self.rows[SCHEMA["$defs"][name]["x-references"][step]][place[step]]
                place = place[last] if last else None
                lines[name, place].append(f"{body['uid']} {body['version']}\n")
        return {
            key: (len(some), hashlib.sha256("".join(sorted(some)).encode()).hexdigest())
            for key, some in lines.items()
        }


def sums(area: Area | None = None) -> dict[tuple[str, str | None], tuple[int, str]]:
    return {
        (row["entity"], row["neighbourhood"]): (row["count"], row["sha256"])
        for row in checksums(KINDS, area=area)
    }


def everything() -> Viewer:
    return Viewer(user_id=None, permissions=frozenset(Permission))


def build() -> Areas:
    """Two districts with forty doors, published as set 1."""
    with transaction.atomic():
        areas = area_grid("AaBb\nAaBb")
        for i in range(40):
            letter = "AaBb"[i % 4]
            column = "AaBb".index(letter)
            place = (column + 0.1 + i / 50, 0.5)
            door(areas, number=i + 1, neighbourhood=letter, at=place, street=f"{letter} Sokak")
        change_set = open_register()
        # What the factories wrote stands in several sets of their own: publish them all.
        for waiting in ChangeSet.objects.exclude(pk=change_set.pk).order_by("pk"):
            publish(waiting, now=NOW)
        RegisterPolicy.objects.create(four_eyes=False)
    return areas


class Publisher:
    """Makes, changes, moves, renames, retires, takes back; gives up in the middle; is killed."""

    def __init__(self, seed: int, start: threading.Barrier) -> None:
        self.random = random.Random(seed)
        self.start = start
        self.published = self.refused = self.crashed = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.start.wait(20)
            for _ in range(ROUNDS):
                self.one()
        except BaseException as error:
            self.error = error
        finally:
            connections.close_all()

    def one(self) -> None:
        viewer = everything()
        sets = list(ChangeSet.objects.filter(number__gt=2, kind="EDIT"))
        try:
            if sets and self.random.random() < 0.25:
                draft = roll_back(self.random.choice(sets), viewer=viewer, reason="", now=NOW)
            else:
                draft = self.draft(viewer)
            if check(draft, viewer=viewer, now=NOW)["problems"]:
                self.refused += 1
                return
            review(draft, viewer=viewer, now=NOW)
            if self.random.random() < 0.2:
                self.crash(draft)
            else:
                publish_draft(draft, viewer=viewer, now=NOW)
                self.published += 1
        except (NotApplicable, RolledBackAlready, Stale):
            self.refused += 1
        except OperationalError as error:
            if not in_each_others_way(error):
                raise
            self.refused += 1

    def crash(self, draft: ChangeSet) -> None:
        """Everything is written and numbered; then the session dies, or the caller gives up."""
        try:
            with _locked(draft) as locked:
                _publish(locked, now=NOW)
                if self.random.random() < 0.5:
                    raise KeyError("given up")
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        except (KeyError, DatabaseError):
            self.crashed += 1
            connection.close()

    def draft(self, viewer: Viewer) -> ChangeSet:
        draft = open_draft(viewer=viewer, kind="EDIT", title="x", reason="x", now=NOW)
        pick = self.random
        for _ in range(pick.randint(1, 4)):
            door = pick.choice(list(Address.objects.filter(status="ACTIVE")))
            street = pick.choice(list(Street.objects.all()))
            match pick.randint(0, 5):
                case 0:
                    values = {"number": pick.randint(1, 90), "postcode": str(pick.randint(1, 9))}
                    what = ("address", "UPDATE", door, values)
                case 1:
                    side = pick.choice(list(StreetSide.objects.all()))
                    what = ("address", "UPDATE", door, {"side": str(side.uid)})
                case 2:
                    name = f"{pick.randint(1, 30)} Sokak"
                    what = ("street", "UPDATE", street, {"name": name})
                case 3:
                    what = ("address", "RETIRE", door, None)
                case 4:
                    side = pick.choice(list(StreetSide.objects.all()))
                    other = pick.choice(list(Neighbourhood.objects.all()))
                    values = {"neighbourhood": str(other.uid)}
                    what = ("street_side", "UPDATE", side, values)
                case _:
                    point = {"type": "Point", "coordinates": [27.9 + pick.random() / 50, 39.59]}
                    area = pick.choice(list(Neighbourhood.objects.all()))
                    values = {
                        "neighbourhood": str(area.uid), "name": "Park", "kind": "park",
                        "geometry": point,
                    }  # fmt: skip
                    what = ("landmark", "CREATE", None, values)
            kind, operation, row, values = what
            propose(
                draft, viewer=viewer, entity=kind, operation=operation,
                uid=row.uid if row else None, values=values,
            )  # fmt: skip
        return draft


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_extract_and_feed_give_the_register(tmp_path: Path, seed: int):
    build()
    replica, narrow = Replica(), Replica()
    one_area = Area.of([Neighbourhood.objects.order_by("pk").values_list("pk", flat=True)[0]])
    replica.load(tmp_path)
    narrow.load(tmp_path, one_area)
    first = replica.number
    barrier = threading.Barrier(PUBLISHERS)
    publishers = [Publisher(seed * 100 + n, barrier) for n in range(PUBLISHERS)]
    threads = [threading.Thread(target=p.run) for p in publishers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        replica.follow(events(KINDS, after=replica.number, limit=3, now=NOW))
    replica.follow(events(KINDS, after=replica.number, limit=1000, now=NOW))
    narrow.follow(events(KINDS, after=narrow.number, limit=1000, now=NOW, area=one_area))
    assert [p.error for p in publishers if p.error] == []
    published = sum(p.published for p in publishers)
    assert published > 10 and sum(p.crashed for p in publishers) > 0
    assert replica.numbers == list(range(first + 1, latest() + 1))
    assert len(replica.numbers) == published
    fresh = Replica()
    fresh.load(tmp_path)
    assert replica.rows == fresh.rows
    assert replica.sums() == sums()
    narrow_fresh = Replica()
    narrow_fresh.load(tmp_path, one_area)
    assert narrow.rows == narrow_fresh.rows


@pytest.mark.django_db
class TestRules:
    @pytest.fixture
    def areas(self) -> Areas:
        return build()

    def change(self, **values: Any) -> ChangeSet:
        viewer = everything()
        draft = open_draft(viewer=viewer, kind="EDIT", title="x", reason="x", now=NOW)
        row = Address.objects.order_by("pk")[0]
        propose(
            draft, viewer=viewer, entity="address", operation="UPDATE", uid=row.uid, values=values
        )
        assert check(draft, viewer=viewer, now=NOW)["problems"] == []
        review(draft, viewer=viewer, now=NOW)
        return publish_draft(draft, viewer=viewer, now=NOW)

    def test_one_event_for_one_record_and_set(self, areas):
        before = latest()
        published = self.change(number=77, postcode="10010")
        lines = [json.loads(t) for t in events(KINDS, after=before, limit=9, now=NOW)]
        assert lines[0]["transaction"]["number"] == published.number
        moved = [x for x in lines if x.get("entity") == "address"]
        assert [(x["operation"], x["version"], x["body"]["number"]) for x in moved] == [
            ("U", 2, 77)
        ]
        assert lines[-1] == {"end": {"number": published.number}}

    def test_who_is_too_far_behind_takes_a_new_extract(self, areas):
        self.change(number=77)
        later = NOW + timedelta(days=401)
        with pytest.raises(TooOld) as caught:
            events(KINDS, after=0, limit=9, now=later)
        assert caught.value.oldest == latest()
        assert transactions(after=latest(), limit=9, now=later) == []

    def test_a_record_that_leaves_an_area_is_deleted_there(self, areas):
        a, b = areas.neighbourhoods["A"], areas.neighbourhoods["B"]
        before = latest()
        side = StreetSide.objects.get(neighbourhood=b)
        row = Address.objects.order_by("pk")[0]
        assert row.neighbourhood_id == a.pk
        self.change(side=str(side.uid), number=91)
        for area, operation, body in ((a, "D", False), (b, "I", True)):
            lines = events(
                [entity("address")], after=before, limit=9, now=NOW, area=Area.of([area.pk])
            )
            found = [x for x in map(json.loads, lines) if "operation" in x]
            assert [(x["operation"], x["uid"], x["body"] is not None) for x in found] == [
                (operation, str(row.uid), body)
            ]

    def test_a_neighbourhood_that_changed_its_district_asks_for_a_new_extract(self, areas):
        viewer, before = everything(), latest()
        area, other = areas.neighbourhoods["a"], areas.districts["B"]
        draft = open_draft(viewer=viewer, kind="BOUNDARIES", title="x", reason="x", now=NOW)
        propose(
            draft, viewer=viewer, entity="neighbourhood", operation="UPDATE", uid=area.uid,
            values={"district": str(other.uid)},
        )  # fmt: skip
        # The land goes with it.
        for district, change in ((areas.districts["A"], "difference"), (other, "union")):
            shape = getattr(district.geom, change)(area.geom)
            propose(
                draft, viewer=viewer, entity="district", operation="UPDATE", uid=district.uid,
                values={"geometry": json.loads(shape.geojson)},
            )  # fmt: skip
        assert check(draft, viewer=viewer, now=NOW)["problems"] == []
        review(draft, viewer=viewer, now=NOW)
        publish_draft(draft, viewer=viewer, now=NOW)
        with pytest.raises(TooOld):
            events(KINDS, after=before, limit=9, now=NOW, area=Area.of([area.pk]))

    def test_people_are_not_in_it(self, areas):
        assert "neighbourhood_head" not in {kind.name for kind in KINDS}
