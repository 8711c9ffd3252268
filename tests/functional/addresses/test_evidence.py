"""Source and evidence of a change: who gives them, who sees them, what is refused."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Membership
from addresses.models import ChangeSet
from tests.factories import City, join_register

pytestmark = pytest.mark.django_db
BASE = "/api/v1/register"
PDF = b"%PDF-1.7\nkarar"
PNG = b"\x89PNG\r\n\x1a\nlevha"


@pytest.fixture
def register(city: City) -> City:
    return join_register(city, author="GIS_EDITOR", reviewer="GIS_REVIEWER")


def file(body: bytes = PDF, name: str = "karar.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, content_type="text/html")


def multipart(client: Client, path: str, **values: Any) -> Any:
    """PUT of a form, which the test client does not make by itself."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    body = encode_multipart(BOUNDARY, values)
    return client.put(path, body, content_type=MULTIPART_CONTENT, headers={"Accept-Language": "en"})


@pytest.fixture
def draft(register: City, as_: Callable[[str], Client]) -> ChangeSet:
    answer = as_("author").post(
        f"{BASE}/drafts",
        {"title": "Karar", "source": "Encümen 2026/114", "effective_from": "", "evidence": file()},
    )
    assert answer.status_code == 201, answer.content
    return ChangeSet.objects.get(uid=answer.json()["uid"])


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_draft_is_opened_with_both(as_: Any, draft: ChangeSet):
    shown = as_("author").get(f"{BASE}/drafts/{draft.uid}").json()
    digest = hashlib.sha256(PDF).hexdigest()
    assert shown["source"] == "Encümen 2026/114"
    assert shown["evidence"] == {
        "name": "karar.pdf", "size": len(PDF), "sha256": digest,
        "url": f"/register/changes/{draft.pk}/evidence",
    }  # fmt: skip
    page = as_("manager").get(shown["page"]).content.decode()
    assert "karar.pdf" in page and digest in page and "Encümen 2026/114" in page


def test_it_is_downloaded_and_never_shown(as_: Any, draft: ChangeSet):
    answer = as_("manager").get(f"/register/changes/{draft.pk}/evidence")
    assert body_of(answer) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="karar.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("agent", 403), ("crew", 403)])
def test_who_does_not_see_the_change_gets_nothing(
    as_: Any, draft: ChangeSet, who: str, status: int
):
    assert as_(who).get(f"/register/changes/{draft.pk}/evidence").status_code == status
    answer = multipart(as_(who), f"{BASE}/drafts/{draft.uid}/evidence", evidence=file(PNG))
    assert answer.status_code in (403, 404)
    draft.refresh_from_db()
    assert draft.evidence.read() == PDF


def test_another_editor_does_not_replace_it(as_: Any, register: City, draft: ChangeSet):
    Membership.objects.create(
        user=register.people["manager"], organisation=register.bodies["bbb"], role="GIS_EDITOR"
    )
    answer = multipart(as_("manager"), f"{BASE}/drafts/{draft.uid}/evidence", evidence=file(PNG))
    assert answer.status_code == 403
    page = as_("manager").get(f"/register/changes/{draft.pk}/").content.decode()
    assert 'id="found"' not in page


def test_it_is_replaced_and_the_old_file_goes(
    as_: Any, draft: ChangeSet, django_capture_on_commit_callbacks: Any
):
    old = draft.evidence.name
    with django_capture_on_commit_callbacks(execute=True):
        answer = multipart(
            as_("author"), f"{BASE}/drafts/{draft.uid}/evidence", evidence=file(PNG, "levha.png")
        )
    assert (answer.status_code, answer.json()["evidence"]["name"]) == (200, "levha.png")
    draft.refresh_from_db()
    assert draft.evidence.read() == PNG and not default_storage.exists(old)
    kept = draft.evidence.name
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_("author").delete(f"{BASE}/drafts/{draft.uid}/evidence")
    assert answer.json()["evidence"] is None and not default_storage.exists(kept)


def test_a_check_stays_and_a_review_closes_it(as_: Any, draft: ChangeSet):
    path = f"{BASE}/drafts/{draft.uid}/evidence"
    ChangeSet.objects.filter(pk=draft.pk).update(state="CHECKED")
    assert multipart(as_("author"), path, evidence=file(PNG)).json()["state"] == "CHECKED"
    ChangeSet.objects.filter(pk=draft.pk).update(state="REVIEWED")
    assert multipart(as_("author"), path, evidence=file()).status_code == 409
    assert as_("author").delete(path).status_code == 409
    as_("author").post(f"/register/changes/{draft.pk}/found", {"source": "x", "remove": "1"})
    draft.refresh_from_db()
    assert draft.evidence.read() == PNG and draft.source == "Encümen 2026/114"


def test_whoever_attaches_has_a_hand_in_it(as_: Any, register: City, draft: ChangeSet):
    multipart(as_("reviewer"), f"{BASE}/drafts/{draft.uid}/evidence", evidence=file(PNG))
    draft.refresh_from_db()
    assert draft.editors == [register.people["author"].pk, register.people["reviewer"].pk]


@pytest.mark.parametrize("body", [b"MZ\x90\x00 program", b"<script>alert(1)</script>", b""])
def test_what_is_no_evidence(as_: Any, draft: ChangeSet, body: bytes):
    """Refused by its content whatever it calls itself; what was there stays, no draft is opened."""
    before = ChangeSet.objects.count()
    sent = {"title": "x", "evidence": file(body, "karar.pdf")}
    for answer in (
        multipart(as_("author"), f"{BASE}/drafts/{draft.uid}/evidence", evidence=file(body)),
        as_("author").post(f"{BASE}/drafts", sent),
    ):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["evidence"])
    assert ChangeSet.objects.count() == before
    draft.refresh_from_db()
    assert draft.evidence.read() == PDF


def test_what_is_too_large(as_: Any, draft: ChangeSet, tmp_path: Path):
    huge = SimpleUploadedFile("karar.pdf", PDF + bytes(20 * 1024**2))
    answer = multipart(as_("author"), f"{BASE}/drafts/{draft.uid}/evidence", evidence=huge)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["evidence"])


def test_the_form_of_the_page(as_: Any, draft: ChangeSet):
    client, url = as_("author"), f"/register/changes/{draft.pk}/found"
    client.post(url, {"source": "Ölçüm krokisi", "evidence": file(PNG, "kroki.png")})
    draft.refresh_from_db()
    assert (draft.source, draft.evidence_name) == ("Ölçüm krokisi", "kroki.png")
    page = client.post(url, {"source": "x", "evidence": file(b"MZ", "a.pdf")}, follow=True)
    assert "notice bad" in page.content.decode()
    client.post(url, {"source": "Mektup"})
    draft.refresh_from_db()
    assert (draft.source, draft.evidence_name) == ("Mektup", "kroki.png")
    client.post(url, {"source": "", "remove": "1"})
    draft.refresh_from_db()
    assert (draft.source, bool(draft.evidence), draft.evidence_sha256) == ("", False, "")


def test_a_rejection_needs_a_reason(as_: Any, draft: ChangeSet):
    path = f"{BASE}/drafts/{draft.uid}/reject"
    for sent in ({}, {"reason": " "}):
        answer = as_("author").post(path, sent, content_type="application/json")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])
    answer = as_("author").post(path, {"reason": "Yanlış yer"}, content_type="application/json")
    assert answer.json()["state"] == "REJECTED"
    draft.refresh_from_db()
    assert draft.rejection == "Yanlış yer"
