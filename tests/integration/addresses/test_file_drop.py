"""Scheduled imports: what differs little is published, what differs much waits for a person."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.actions.drafting import NotNow
from addresses.actions.file_drop import watch
from addresses.actions.import_file import Origin
from addresses.actions.publication import check, publish_draft, review
from addresses.models import Address, ChangeSet, DroppedFile, ImportNote, RegisterPolicy, StreetName
from tests.factories import open_register

from .conftest import DOORS, NOW, STREETS, Write, city

pytestmark = pytest.mark.django_db
EVERYTHING = Viewer(permissions=frozenset(Permission))


@pytest.fixture
def drop(tmp_path: Path, settings: Any, small_city: None, mapping: str) -> Path:
    """A drop folder with the mapping of the test city."""
    root = tmp_path / "drop"
    (root / "mappings").mkdir(parents=True)
    own = root / "mappings" / "own.yaml"
    own.write_text(Path(mapping).read_text("utf-8"), "utf-8")
    os.utime(own, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    settings.REGISTER_DROP = str(root)
    return root


def put(drop: Path, entity: str, rows: Any, name: str = "file.csv") -> None:
    folder = drop / entity / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")


def take() -> list[DroppedFile]:
    return watch(now=NOW, rested=0)


def test_the_same_file_is_taken_once_and_changes_nothing(drop):
    put(drop, "addresses", DOORS)
    assert [f.state for f in take()] == ["UNCHANGED"]
    assert take() == []


def test_a_file_that_is_still_written_is_left_alone(drop):
    put(drop, "addresses", DOORS)
    assert watch(now=NOW) == []


def test_a_link_is_refused_once_and_never_read(drop, tmp_path: Path):
    put(drop, "addresses", DOORS, name="real.csv")
    (drop / "addresses" / "own" / "real.csv").rename(tmp_path / "elsewhere.csv")
    (drop / "addresses" / "own" / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (drop / "addresses" / "linked").symlink_to(tmp_path)
    assert {f.state for f in take()} == {"REFUSED"}
    assert take() == []


def test_one_bad_file_does_not_keep_the_others(drop):
    folder = drop / "addresses" / "own"
    put(drop, "addresses", DOORS, name="z.csv")
    (folder / "a.csv").write_bytes(b"\xff\xfe\0bin")
    (folder / "b.csv").write_text("x" * 300_000 + ",y\n" * 3, "utf-8")
    (folder / os.fsdecode(b"c\xff.csv")).write_bytes(b"no table")
    taken = {f.path[-5:]: f.state for f in take()}
    assert taken["z.csv"] == "UNCHANGED"
    assert [state for path, state in taken.items() if path != "z.csv"] == ["REFUSED"] * 3
    assert take() == []


def test_contents_that_were_there_before_are_taken_again(drop):
    RegisterPolicy.objects.create(accept_new_share=1, accept_changed_share=1)
    moved = ("1", "Bir", "Gül Sokak", "100", "9", "", "27.0055", "39.005")
    for rows, x in ((DOORS, 27.005), ([DOORS[0], moved, *DOORS[2:]], 27.0055), (DOORS, 27.005)):
        put(drop, "addresses", rows)
        assert len(take()) == 1
        door = Address.objects.get(number=9, status="ACTIVE")
        assert round(door.geom.x, 4) == round(x, 4)


def test_a_refused_file_is_tried_again_with_a_newer_mapping(drop):
    put(drop, "addresses", DOORS)
    mapping = drop / "mappings" / "own.yaml"
    right = mapping.read_text("utf-8")
    mapping.write_text("title: [", "utf-8")
    assert [f.state for f in take()] == ["REFUSED"]
    os.utime(mapping, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    assert take() == []
    mapping.write_text(right, "utf-8")
    assert [f.state for f in take()] == ["UNCHANGED"]


def test_little_is_published_at_once(drop):
    RegisterPolicy.objects.create(accept_new_share=0.5)
    new = ("1", "Bir", "Gül Sokak", "100", "21", "", "27.008", "39.005")
    put(drop, "addresses", [*DOORS, new])
    (taken,) = take()
    assert (taken.state, taken.counts["address"]["inserted"]) == ("PUBLISHED", 1)
    door = Address.objects.get(number=21)
    assert (door.status, door.valid_from) == ("ACTIVE", NOW.date())
    assert taken.change_set.number == door.change_set.number


def test_much_waits_as_a_draft_that_can_be_published(drop):
    RegisterPolicy.objects.create(four_eyes=False)
    before = {(a.number, a.suffix, a.status) for a in Address.objects.all()}
    changed = [DOORS[0], ("1", "Bir", "Gül Sokak", "100", "9", "", "27.0055", "39.005")]
    put(drop, "addresses", changed)
    (taken,) = take()
    assert taken.state == "DRAFTED"
    assert {(a.number, a.suffix, a.status) for a in Address.objects.all()} == before
    draft = ChangeSet.objects.get(pk=taken.change_set_id)
    counts = taken.counts["address"]
    assert (counts["updated"], counts["vanished"]) == (1, 3)
    assert sorted(draft.changes.values_list("operation", flat=True)) == ["RETIRE"] * 3 + ["UPDATE"]
    report = check(draft, viewer=EVERYTHING, now=NOW)
    assert report["problems"] == []
    review(draft, viewer=EVERYTHING, now=NOW)
    published = publish_draft(draft, viewer=EVERYTHING, now=NOW)
    assert published.number is not None
    living = Address.objects.filter(status="ACTIVE")
    assert [(a.number, round(a.geom.x, 4)) for a in living] == [(9, 27.0055)]


def test_a_draft_keeps_the_notes_of_its_rows(drop):
    before = set(ImportNote.objects.values_list("pk", flat=True))
    put(drop, "addresses", [DOORS[0], *DOORS[4:]])
    (taken,) = take()
    assert taken.state == "DRAFTED"
    kept = ImportNote.objects.exclude(pk__in=before).order_by("row", "reason")
    assert list(kept.values_list("change_set", "row", "outcome", "reason")) == [
        (taken.change_set_id, 1, "CONFLICT", "outside_polygon"),
        (taken.change_set_id, 2, "LINKED", "by_name"),
        (taken.change_set_id, 3, "REJECTED", "neighbourhood_unknown"),
        (taken.change_set_id, 4, "REJECTED", "no_number"),
    ]
    outside = kept.get(reason="outside_polygon")
    assert (outside.geom.x, outside.entity_id) == (27.015, None)


def test_a_draft_of_new_streets_and_doors_keeps_their_references(drop, load, csv_file: Write):
    rows = [DOORS[0], ("1", "Bir", "Lale Sokak", "", "1", "", "27.004", "39.004")]
    path = csv_file(rows, "new.csv")
    summary = load("addresses", path, accept=lambda _summary, _known: False)
    assert not Address.objects.filter(number=1).exists()
    draft = ChangeSet.objects.get(pk=summary.draft)
    kinds = sorted(draft.changes.values_list("entity", flat=True))
    assert kinds == ["address", "street", "street_side"]
    RegisterPolicy.objects.create(four_eyes=False)
    assert check(draft, viewer=EVERYTHING, now=NOW)["problems"] == []
    review(draft, viewer=EVERYTHING, now=NOW)
    done = publish_draft(draft, viewer=EVERYTHING, now=NOW)
    assert done.summary["counts"]["address"] == {"retired": 0, "updated": 0, "created": 1}
    door = Address.objects.get(side__street__name="Lale Sokak")
    assert (door.side.street.name, door.side.street.name_key) == ("Lale Sokak", "lale sokak")
    assert load("addresses", path).changed == 0


def test_an_import_that_renames_a_street_keeps_the_old_name(load, small_city, csv_file: Write):
    rows = [STREETS[0], ("100", "LALE SOKAK", "sokak", "1"), *STREETS[2:]]
    load("streets", csv_file(rows, "streets2.csv"))
    assert list(StreetName.objects.values_list("name", "kind")) == [("Gül Sokak", "FORMER")]


@pytest.mark.parametrize(("west", "east", "fault"), [
    (27.012, 27.012, None), (27.008, 27.012, "without a neighbourhood"), (27.012, 27.01, "overlap"),
])  # fmt: skip
def test_boundaries_are_drafted_and_published_as_a_whole(
    load, small_city, geojson: Write, west: float, east: float, fault: str | None
):
    """The line between the two moves for both of them, or it tears and the set is refused."""
    moved = city()
    for feature, to in zip(moved[2:], (west, east), strict=True):
        for ring in feature["geometry"]["coordinates"]:
            for point in ring:
                point[0] = to if point[0] == 27.01 else point[0]
    summary = load("boundaries", geojson(moved, "new.geojson"), accept=lambda _s, _k: False)
    draft = ChangeSet.objects.get(pk=summary.draft)
    assert draft.kind == "BOUNDARIES"
    RegisterPolicy.objects.create(four_eyes=False)
    with override("en"):
        problems = check(draft, viewer=EVERYTHING, now=NOW)["problems"]
    if fault is None:
        assert problems == []
        review(draft, viewer=EVERYTHING, now=NOW)
        assert publish_draft(draft, viewer=EVERYTHING, now=NOW).number
    else:
        [problem] = problems
        assert (problem["entity"], problem["code"]) == ("neighbourhood", "not_whole")
        assert fault in problem["reason"]
        named = {name for name in ("Bir", "İki") if name in problem["reason"]}
        assert len(named) == (2 if fault == "overlap" else 1)
        with pytest.raises(NotNow):
            review(draft, viewer=EVERYTHING, now=NOW)


@pytest.mark.parametrize(
    ("folder", "name", "said"),
    [("addresses/nowhere", "x.csv", "nowhere"), ("cars/own", "x.csv", "cars"),
     ("addresses/own", "x.exe", ".gpkg")],
)  # fmt: skip
def test_what_cannot_be_taken_is_kept_with_the_reason(drop, folder, name, said):
    (drop / folder).mkdir(parents=True)
    (drop / folder / name).write_text("x")
    (taken,) = take()
    assert taken.state == "REFUSED" and said in taken.message


def test_what_a_source_names_again_is_in_force_again(load, small_city, csv_file: Write):
    load("addresses", csv_file(DOORS[:2], "short.csv"), vanished=True)
    gone = set(Address.objects.filter(status="RETIRED").values_list("uid", flat=True))
    assert len(gone) == 3
    summary = load("addresses", csv_file(DOORS, "long.csv"))
    assert summary.notes[("LINKED", "named_again")] == 3
    assert set(Address.objects.filter(status="ACTIVE").values_list("uid", flat=True)) >= gone
    assert load("addresses", csv_file(DOORS, "long.csv")).changed == 0


def test_what_a_person_retired_is_not_brought_back(load, small_city, csv_file: Write):
    open_register()
    Address.objects.filter(number=9).update(status="RETIRED")
    summary = load("addresses", csv_file(DOORS, "again.csv"))
    assert summary.notes[("CONFLICT", "retired")] == 1
    assert not Address.objects.filter(number=9, status="ACTIVE").exists()


def test_an_import_says_who_and_why(load, small_city, csv_file: Write, tmp_path: Path):
    user = User.objects.create_user("importer")
    decision = tmp_path / "decision.pdf"
    decision.write_bytes(b"%PDF-1.4 2026/118")
    origin = Origin(author_id=user.pk, reason="Yearly delivery", evidence=decision)
    new = ("1", "Bir", "Gül Sokak", "100", "21", "", "27.008", "39.005")
    summary = load("addresses", csv_file([*DOORS, new], "new.csv"), origin=origin)
    change_set = ChangeSet.objects.get(number=summary.number)
    assert (change_set.author, change_set.reason) == (user, "Yearly delivery")
    assert change_set.title.endswith("new.csv")
    assert change_set.evidence.read() == decision.read_bytes()
