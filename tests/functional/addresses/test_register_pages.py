"""The register's pages: who enters, what each button does, what the comparison shows."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from accounts.queries.viewers import viewer_of
from addresses.actions.change_requests import submit
from addresses.actions.drafting import open_draft, propose
from addresses.actions.evidence import attach
from addresses.models import Address, ChangeRequest, ChangeSet, ImportNote, RegisterPolicy
from tests.conftest import ROLES
from tests.factories import NOW, City, join_register

pytestmark = pytest.mark.django_db
MAY_VIEW = {"manager", "gis_editor", "administrator", "superuser"}


@pytest.fixture
def register(city: City) -> City:
    return join_register(city, reviewer="GIS_REVIEWER", publisher="GIS_PUBLISHER")


@pytest.fixture
def draft(register: City) -> ChangeSet:
    """Renumbers door 5, retires door 9 and makes door 11; written by the reviewer."""
    viewer, city = viewer_of(register.people["reviewer"]), register
    one = open_draft(
        viewer=viewer, kind="EDIT", title="Kapı <b>numaraları</b>", reason="Encümen", now=NOW,
    )  # fmt: skip
    attach(one, viewer=viewer, file=ContentFile(b"%PDF-1.7", name="karar.pdf"))
    lon, lat = city.areas.at(0.6, 0.5)
    for kind, uid, values in (
        ("UPDATE", city.doors["a5"].uid, {"number": 25}),
        ("RETIRE", city.doors["a9"].uid, {}),
        ("CREATE", None, {
            "side": str(city.doors["a5"].side.uid), "number": 11,
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }),
    ):  # fmt: skip
        propose(one, viewer=viewer, entity="address", operation=kind, uid=uid, values=values)
    return one


@pytest.fixture
def asked(register: City) -> ChangeRequest:
    return submit(
        kind="MISSING_ADDRESS", source="PARTNER", text="Atatürk Caddesi 5", now=NOW,
        point=register.areas.at(0.5, 0.5),
    )  # fmt: skip


def press(client: Client, one: ChangeSet, name: str, **form: str) -> Any:
    return client.post(f"/register/changes/{one.pk}/{name}", form, follow=True)


def state(one: Any) -> str:
    one.refresh_from_db()
    return str(one.state)


@pytest.mark.parametrize("who", ROLES)
def test_who_enters(as_: Callable[[str], Client], draft: ChangeSet, asked: Any, who: str):
    client = as_(who)
    pages = [
        "/register/", "/register/changes/", "/register/changes/changes.csv",
        f"/register/changes/{draft.pk}/", f"/register/changes/{draft.pk}/evidence",
        f"/register/changes/{draft.pk}/before.geojson", "/register/requests/",
        f"/register/requests/{asked.pk}/", f"/register/changes/{draft.pk}/notes/",
        f"/register/changes/{draft.pk}/notes/notes.csv",
    ]  # fmt: skip
    expected = 200 if who in MAY_VIEW else 302 if who == "anonymous" else 403
    assert {p: client.get(p).status_code for p in pages} == dict.fromkeys(pages, expected)
    posts = [f"/register/changes/{draft.pk}/check", f"/register/requests/{asked.pk}/take"]
    for page in posts:
        assert client.post(page).status_code == (302 if expected == 200 else expected)
    shown = "/register/" in client.get("/status/").content.decode()
    assert shown == (who in MAY_VIEW)


def test_a_feature_of_the_tiles_leads_to_its_record(as_: Any, register: City):
    client, door = as_("manager"), register.doors["a5"]
    lon, lat = door.geom.coords
    answer = client.get(f"/register/shown/doors/{door.pk}/")
    assert answer["Location"] == f"/register/edit/#map=19/{lat:.6f}/{lon:.6f}&record={door.uid}"
    area = door.side.neighbourhood
    for layer, feature, uid in (
        ("streets", door.side.street_id, door.side.street.uid),
        ("boundaries", area.pk * 4 + 2, area.uid),
        ("boundary_labels", area.district_id * 4 + 1, area.district.uid),
    ):
        answer = client.get(f"/register/shown/{layer}/{feature}/")
        assert answer["Location"].endswith(f"&record={uid}")
    for path in ("doors/999999999", "boundaries/3", "cases/1", "doors/99999999999999999999"):
        assert client.get(f"/register/shown/{path}/").status_code == 404, path


def test_what_is_not_there(as_: Any, draft: ChangeSet, asked: Any):
    client = as_("superuser")
    for page in (
        "/register/changes/999999/", "/register/changes/99999999999999999999999/",
        "/register/requests/999999/", f"/register/requests/{asked.pk}/photo",
        f"/register/changes/{draft.pk}/now.geojson",
    ):  # fmt: skip
        assert client.get(page).status_code == 404, page
    assert client.post(f"/register/changes/{draft.pk}/explode").status_code == 404


def test_the_way_of_a_draft_through_its_buttons(as_: Any, register: City, draft: ChangeSet):
    author, publisher = as_("reviewer"), as_("publisher")
    assert "/check" in author.get(f"/register/changes/{draft.pk}/").content.decode()
    press(author, draft, "check")
    assert state(draft) == "CHECKED"
    page = press(author, draft, "review").content.decode()  # one's own
    assert state(draft) == "CHECKED"
    assert f"/register/changes/{draft.pk}/review" not in page
    assert "notice warn" in page.split('id="next"')[1]  # says why
    press(publisher, draft, "review")
    assert state(draft) == "REVIEWED"
    page = press(publisher, draft, "publish").content.decode()
    assert state(draft) == "PUBLISHED"
    assert draft.number is not None and "roll_back" not in page  # a publisher does not edit
    assert Address.objects.get(pk=register.doors["a5"].pk).number == 25
    press(author, draft, "roll_back")  # without a reason
    assert not ChangeSet.objects.filter(rolls_back=draft).exists()
    press(author, draft, "roll_back", reason="yanlış")
    back = ChangeSet.objects.get(rolls_back=draft)
    assert (back.kind, back.reason) == ("ROLLBACK", "yanlış")


def test_one_alone_may_do_all_without_four_eyes(as_: Any, draft: ChangeSet):
    RegisterPolicy.objects.create(four_eyes=False)
    ChangeSet.objects.filter(pk=draft.pk).update(author=User.objects.get(username="superuser"))
    for name in ("check", "review", "publish"):
        press(as_("superuser"), draft, name)
    assert state(draft) == "PUBLISHED"


def test_a_rejection_needs_a_reason(as_: Any, draft: ChangeSet):
    press(as_("publisher"), draft, "reject")
    assert state(draft) == "DRAFT"
    page = press(as_("publisher"), draft, "reject", reason="eksik belge").content.decode()
    assert state(draft) == "REJECTED" and "eksik belge" in page


def test_who_may_only_look_sees_no_button(as_: Any, draft: ChangeSet):
    page = as_("manager").get(f"/register/changes/{draft.pk}/").content.decode()
    assert 'id="next"' not in page
    press(as_("manager"), draft, "reject", reason="x")
    assert state(draft) == "DRAFT"


def test_problems_are_told_in_words(as_: Any, register: City, draft: ChangeSet):
    viewer = viewer_of(register.people["reviewer"])
    propose(
        draft, viewer=viewer, entity="address", operation="UPDATE", uid=register.doors["sk9"].uid,
        values={"side": str(uuid.uuid4())},
    )  # fmt: skip
    page = press(as_("reviewer"), draft, "check").content.decode()
    draft.refresh_from_db()
    reason = draft.report["problems"][0]["reason"]
    assert draft.state == "DRAFT" and reason and reason in page


def test_the_comparison_of_a_draft_and_of_what_it_became(as_: Any, draft: ChangeSet):
    client = as_("superuser")

    def seen() -> tuple[dict[str, Any], dict[str, Any]]:
        page = client.get(f"/register/changes/{draft.pk}/")
        rows = {r.operation: r for r in page.context["page"].object_list}
        maps = {
            when: client.get(f"/register/changes/{draft.pk}/{when}.geojson").json()
            for when in ("before", "after")
        }
        return rows, maps

    for published in (False, True):
        if published:
            for name, who in (("check", "reviewer"), ("review", "publisher"), ("publish", "publisher")):  # fmt: skip
                press(as_(who), draft, name)
        rows, maps = seen()
        assert set(rows) == {"UPDATE", "RETIRE", "CREATE"}
        change = rows["UPDATE"]
        assert [(d.field, d.before, d.after) for d in change.differences] == [("number", 5, 25)]
        assert change.label == "Atatürk Caddesi 25"
        made = {d.field: d.after for d in rows["CREATE"].differences}
        assert (made["number"], made["side"], made["geometry"]) == (11, "Atatürk Caddesi (B)", True)
        before, after = (
            sorted(f["properties"]["operation"] for f in maps[w]["features"])
            for w in ("before", "after")
        )
        assert (before, after) == (["RETIRE", "UPDATE"], ["CREATE", "UPDATE"])
        assert maps["before"]["more"] is False
        # The basemap leaves out what the shapes stand for: before, the new door too.
        doors = set(maps["before"]["tiles"]["doors"])
        assert doors == set(
            Address.objects.filter(
                uid__in=draft.changes.values_list("entity_uid", flat=True)
            ).values_list("pk", flat=True)
        )
        assert len(doors) == (3 if published else 2)
        day = client.get(f"/register/changes/{draft.pk}/").context["day_before"]
        draft.refresh_from_db()
        assert day == (draft.effective_from - timedelta(days=1) if published else None)
    html = client.get(f"/register/changes/{draft.pk}/").content.decode()
    assert "<b>numaraları" not in html and "&lt;b&gt;numaraları" in html


def test_a_later_change_leaves_the_comparison_as_it_was(as_: Any, register: City, draft: ChangeSet):
    for name, who in (("check", "reviewer"), ("review", "publisher"), ("publish", "publisher")):
        press(as_(who), draft, name)
    viewer = viewer_of(register.people["superuser"])
    RegisterPolicy.objects.create(four_eyes=False)
    later = open_draft(viewer=viewer, kind="EDIT", title="x", reason="x", now=NOW)
    propose(
        later, viewer=viewer, entity="address", operation="UPDATE", uid=register.doors["a5"].uid,
        values={"number": 27},
    )  # fmt: skip
    for name in ("check", "review", "publish"):
        press(as_("superuser"), later, name)
    assert state(later) == "PUBLISHED"
    page = as_("superuser").get(f"/register/changes/{draft.pk}/")
    rows = [r for r in page.context["page"].object_list if r.operation == "UPDATE"]
    assert [(d.before, d.after) for d in rows[0].differences] == [(5, 25)]


def test_pages_of_the_comparison(as_: Any, draft: ChangeSet, monkeypatch: Any):
    monkeypatch.setattr("addresses.web.change._PER_PAGE", 2)
    found = [
        len(as_("superuser").get(f"/register/changes/{draft.pk}/?page={n}").context["page"])
        for n in (1, 2)
    ]
    assert found == [2, 1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("q=encümen", True), ("q=yok", False), ("state=DRAFT&kind=EDIT", True),
        ("state=PUBLISHED&kind=IMPORT", False), ("mine=1", False), ("sort=title&q=Kapı", True),
        ("sort=number&q=Kapı", False), ("sort=;drop&state=x&kind=y&page=zz", True),
        ("q=%00", True), ("q=99999999999999999999", False),
    ],
)  # fmt: skip
def test_the_list_is_filtered_and_exported(as_: Any, draft: ChangeSet, query: str, found: bool):
    client = as_("superuser")
    page = client.get(f"/register/changes/?{query}")
    assert (draft in page.context["page"].object_list) is found
    lines = b"".join(client.get(f"/register/changes/changes.csv?{query}").streaming_content)
    assert ("numaraları" in lines.decode("utf-8-sig")) is found


def test_a_formula_in_a_title_stays_a_text(as_: Any, draft: ChangeSet):
    ChangeSet.objects.filter(pk=draft.pk).update(title="=HYPERLINK(1)")
    lines = b"".join(as_("superuser").get("/register/changes/changes.csv").streaming_content)
    assert b"'=HYPERLINK" in lines


class TestRequests:
    def press(self, client: Client, one: ChangeRequest, name: str, **form: str) -> Any:
        return client.post(f"/register/requests/{one.pk}/{name}", form, follow=True)

    def test_taken_and_answered_with_a_door(self, as_: Any, register: City, asked: ChangeRequest):
        client = as_("reviewer")
        self.press(client, asked, "take")
        assert state(asked) == "IN_REVIEW" and asked.assignee == register.people["reviewer"]
        page = client.get(f"/register/requests/{asked.pk}/")
        door = register.doors["a5"]
        assert str(door.uid) in [d["uid"] for d in page.context["found"]]
        assert "/register/edit/#map=18/39.5955" in page.content.decode()
        self.press(client, asked, "process", address=str(door.uid), answer="Bu kapı")
        assert (state(asked), asked.address_uid, asked.answer) == (
            "PROCESSED", door.uid, "Bu kapı",
        )  # fmt: skip

    def test_answered_with_a_change(self, as_: Any, asked: ChangeRequest, draft: ChangeSet):
        for name, who in (("check", "reviewer"), ("review", "publisher"), ("publish", "publisher")):
            press(as_(who), draft, name)
        draft.refresh_from_db()
        self.press(as_("reviewer"), asked, "process", number=str(draft.number))
        assert state(asked) == "PROCESSED" and asked.change_set == draft

    @pytest.mark.parametrize(
        "form",
        [{}, {"number": "999999"}, {"number": "-1"}, {"other": "x"}, {"other": str(uuid.uuid4())}],
    )
    def test_what_cannot_end_it(self, as_: Any, asked: ChangeRequest, form: Any):
        page = self.press(as_("reviewer"), asked, "process", **form)
        assert state(asked) == "PENDING" and "notice bad" in page.content.decode()

    def test_a_refusal_needs_a_reason(self, as_: Any, asked: ChangeRequest):
        self.press(as_("reviewer"), asked, "decline")
        assert state(asked) == "PENDING"
        self.press(as_("reviewer"), asked, "decline", answer="Cadde 3'te biter")
        assert (state(asked), asked.answer) == ("REJECTED", "Cadde 3'te biter")
        self.press(as_("reviewer"), asked, "decline", answer="again")
        assert ChangeRequest.objects.get(pk=asked.pk).answer == "Cadde 3'te biter"

    def test_who_may_only_look(self, as_: Any, asked: ChangeRequest):
        page = as_("manager").get(f"/register/requests/{asked.pk}/").content.decode()
        assert "/take" not in page and "/decline" not in page
        self.press(as_("manager"), asked, "take")
        assert state(asked) == "PENDING"

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", True), ("state=all", True), ("state=PROCESSED", False), ("q=atatürk", True),
            ("q=yok", False), ("kind=OTHER", False), ("source=PARTNER", True), ("source=%00", True),
        ],
    )  # fmt: skip
    def test_the_list(self, as_: Any, asked: ChangeRequest, query: str, found: bool):
        page = as_("manager").get(f"/register/requests/?{query}")
        assert (asked in page.context["page"].object_list) is found


def test_the_notes_of_an_import_stand_on_its_page(as_: Any, draft: ChangeSet):
    ImportNote.objects.bulk_create(
        ImportNote(
            change_set=draft, row=row, outcome=outcome, reason=reason, field=field, detail=detail,
            entity="address",
        )
        for row, outcome, reason, field, detail in [
            (7, "REJECTED", "no_number", "house_number", "=Gül <b>Sokak</b>"),
            *((row, "LINKED", "by_name", "neighbourhood", "Bir") for row in range(10, 130)),
        ]
    )  # fmt: skip
    client = as_("superuser")
    page = client.get(f"/register/changes/{draft.pk}/").content.decode()
    assert "Kapı numarası yok" in page
    assert f"/register/changes/{draft.pk}/notes/?kind=REJECTED+no_number" in page
    listed = client.get(f"/register/changes/{draft.pk}/notes/?kind=REJECTED+no_number")
    assert "=Gül &lt;b&gt;Sokak&lt;/b&gt;" in listed.content.decode()
    assert [note.row for note in listed.context["page"]] == [7]
    second = client.get(f"/register/changes/{draft.pk}/notes/?page=2").context["page"]
    assert [note.row for note in second][:1] == [109]
    text = b"".join(client.get(f"/register/changes/{draft.pk}/notes/notes.csv").streaming_content)
    lines = text.decode().splitlines()
    assert len(lines) == 122
    assert lines[1] == "7,alınmadı,Kapı numarası yok,Numara,'=Gül <b>Sokak</b>,Kapı,,"


def test_the_form_for_what_a_draft_says(as_: Any, draft: ChangeSet):
    draft.refresh_from_db()
    page = as_("reviewer").get(f"/register/changes/{draft.pk}/").content.decode()
    assert "Başlık, gerekçe ve gün" in page
    said = {
        "version": str(draft.version), "title": "Yeni başlık", "reason": "Bir\r\nİki",
        "legal_basis": "2026/7", "kind": "CORRECTION", "effective_from": "2026-12-24",
    }  # fmt: skip
    press(as_("reviewer"), draft, "described", **said)
    draft.refresh_from_db()
    assert (draft.title, draft.reason, draft.legal_basis, draft.kind) == (
        "Yeni başlık", "Bir\nİki", "2026/7", "CORRECTION",
    )  # fmt: skip
    assert str(draft.effective_from) == "2026-12-24"
    for refused in (said | {"title": "Eski sürüm"}, said | {"version": "", "effective_from": "x"}):
        answer = press(as_("reviewer"), draft, "described", **refused)
        assert "notice bad" in answer.content.decode()
    press(as_("gis_editor"), draft, "described", **(said | {"version": "", "title": "Başkası"}))
    assert as_("gis_editor").get(f"/register/changes/{draft.pk}/").status_code == 200
    draft.refresh_from_db()
    assert draft.title == "Yeni başlık"
