"""An outside party's link: sees little, answers once, ends by itself, and every use is written down."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from cases.actions.external import hand_to_party
from cases.conf import CONF
from cases.models import Case, CaseReporter, ExternalLink, Photo, Reporter, RequestType
from core.api.problems import InvalidInput
from tests.conftest import ROLES
from tests.factories import City, make_case
from tests.functional.cases.photos import photo as picture_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(city: City) -> Case:
    found = make_case(
        city, state="ACCEPTED", place_label="Atatürk Caddesi 5",
        description="Direk eğik. Adım Ayşe Yılmaz, 0532 111 22 33, ayse@example.com",
    )  # fmt: skip
    reporter = Reporter.objects.create(
        full_name="Veli Gizli", phone="+905324445566", email="veli@example.com"
    )
    CaseReporter.objects.create(case=found, reporter=reporter)
    return found


@pytest.fixture
def token(case: Case, city: City) -> str:
    return hand(case, city)


def hand(case: Case, city: City, **more: Any) -> str:
    coordinator, version = city.people["coordinator"], Case.objects.get(pk=case.pk).version
    sent: dict[str, Any] = {"party": "Elektrik Ltd.", "note": "Direk sizin", "days": 3}
    sent |= {"viewer": viewer_of(coordinator)} | more
    return hand_to_party(number=case.number, version=version, now=timezone.now(), **sent)


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("pk").values_list("kind", flat=True))


def test_it_shows_the_work_and_nothing_of_people(case, token):
    answer = Client().get(f"/ext/{token}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Direk eğik" in text and "Atatürk Caddesi 5" in text and "Elektrik Ltd." in text
    for hidden in ("Veli", "Ayşe", "0532", "5324445566", "@example", case.token):
        assert hidden not in text
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert token not in {link.digest for link in ExternalLink.objects.all()}


def test_it_answers_once_and_a_person_looks(case, token):
    client = Client()
    version = Case.objects.get(pk=case.pk).version
    client.get(f"/ext/{token}/")
    client.get(f"/ext/{token}/")
    assert Case.objects.get(pk=case.pk).version == version, "a look disturbs nobody"
    sent = {"done": "yes", "note": "Direk değişti"}
    picture = picture_of()
    assert client.post(f"/ext/{token}/", sent | {"photo": picture}).status_code == 200
    case.refresh_from_db()
    assert (case.state, case.needs_review) == ("ACCEPTED", True)
    assert kinds(case) == [
        "hand_out",
        "external_link",
        "external_opened",
        "external_answered",
        "put_back",
    ]
    assert "Direk değişti" in case.events.get(kind="external_answered").note
    photo = Photo.objects.get(case=case)
    assert photo.moment == "AFTER"
    assert client.post(f"/ext/{token}/", sent).status_code == 410
    assert client.get(f"/ext/{token}/").status_code == 410
    assert client.get(f"/ext/{token}/photos/{photo.pk}.jpg").status_code == 404
    assert len(kinds(case)) == 5


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"done": "maybe", "note": "x"},
        {"done": "no"},
        {"done": "no", "note": " "},
        {"note": "x"},
    ],
)
def test_an_answer_without_words_is_asked_again(case, token, sent):
    assert Client().post(f"/ext/{token}/", sent).status_code == 400
    assert (
        Client()
        .post(f"/ext/{token}/", sent | {"photo": SimpleUploadedFile("a.jpg", b"x")})
        .status_code
        == 400
    )
    assert Case.objects.get(pk=case.pk).state == "WITH_EXTERNAL_PARTY"


def test_a_note_that_is_too_long_is_given_back_whole(case, token):
    note = "Direk\r\n" + "ğ" * 4000
    page = Client().post(f"/ext/{token}/", {"done": "no", "note": note})
    assert page.status_code == 400
    text = page.content.decode()
    assert note in text and 'aria-describedby="note-error"' in text
    assert "4006 karakter" in text
    assert Client().post(f"/ext/{token}/", {"done": "no", "note": "ğ" * 4000}).status_code == 200
    assert "ğ" * 4000 in Case.objects.get(pk=case.pk).events.get(kind="external_answered").note


def test_photos_that_are_too_many_are_told_and_not_left_out(case, token):
    photos = [picture_of() for _ in range(CONF.photos_max + 1)]
    sent = {"done": "yes", "note": "Direk değişti"}
    page = Client().post(f"/ext/{token}/", sent | {"photo": photos})
    assert page.status_code == 400 and "Direk değişti" in page.content.decode()
    assert f"En çok {CONF.photos_max} fotoğraf olabilir." in page.content.decode()
    assert not Photo.objects.filter(case=case).exists()
    assert Case.objects.get(pk=case.pk).state == "WITH_EXTERNAL_PARTY"


def test_it_ends_with_time_by_withdrawal_and_with_the_case(as_, case, city, token):
    ExternalLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().get(f"/ext/{token}/").status_code == 410
    second = hand(case, city, party="İkinci")
    link = ExternalLink.objects.get(party="İkinci")
    url = f"/console/cases/{case.number}/party/{link.pk}/withdraw/"
    for who in ("anonymous", "crew", "roads", "other_body", "agent", "manager"):
        assert as_(who).post(url).status_code in (302, 403)
    assert Client().get(f"/ext/{second}/").status_code == 200
    as_("coordinator").post(url)
    assert Client().get(f"/ext/{second}/").status_code == 410
    third = hand(case, city)
    case.refresh_from_db()
    as_("coordinator").post(
        f"/console/cases/{case.number}/move/", {"move": "start", "version": case.version}
    )
    case.refresh_from_db()
    assert case.state == "IN_PROGRESS"
    assert Client().get(f"/ext/{third}/").status_code == 410
    assert "external_withdrawn" in kinds(case)


@pytest.mark.parametrize("how", ["type", "retyped"])
def test_it_ends_with_what_has_become_sensitive(as_, case, city, token, how):
    picture = Photo.objects.create(
        case=case, sha256="1", width=1, height=1, moment="REPORTED", file=picture_of(name="1.jpg")
    )
    where = f"/ext/{token}/photos/{picture.pk}.jpg"
    assert Client().get(where).status_code == 200
    if how == "type":
        RequestType.objects.filter(pk=case.request_type_id).update(sensitive=True, public=False)
    else:
        RequestType.objects.filter(code="budama").update(sensitive=True, public=False)
        Case.objects.update(request_type=RequestType.objects.get(code="budama"))
    page = Client().get(f"/ext/{token}/")
    assert page.status_code == 410
    assert "Atatürk Caddesi" not in page.content.decode()
    assert Client().post(f"/ext/{token}/", {"done": "yes", "note": "x"}).status_code == 410
    assert Client().get(where).status_code == 404
    assert "external_opened" not in kinds(case)
    with pytest.raises(InvalidInput):
        hand(case, city, viewer=Viewer(permissions=frozenset(Permission)))


def test_no_such_link(case, token):
    for wrong in (token[:-1], "x", case.token):
        assert Client().get(f"/ext/{wrong}/").status_code == 404
        assert Client().post(f"/ext/{wrong}/", {"done": "yes", "note": "x"}).status_code == 404
        assert Client().get(f"/ext/{wrong}/photos/1.jpg").status_code == 404


def test_only_the_reporters_photos_and_only_of_this_case(city, case, token):
    mine, work, other = (
        Photo.objects.create(
            case=c, sha256=str(i), width=1, height=1, moment=m, file=picture_of(name=f"{i}.jpg")
        )
        for i, (c, m) in enumerate(
            ((case, "REPORTED"), (case, "BEFORE"), (make_case(city), "REPORTED"))
        )
    )
    found = [
        Client().get(f"/ext/{token}/photos/{p.pk}.jpg").status_code for p in (mine, work, other)
    ]
    assert found == [200, 404, 404]


@pytest.mark.parametrize("who", ROLES)
def test_who_hands_a_case_to_a_party(as_, case, who):
    sent = {"party": "Elektrik Ltd.", "note": "Direk sizin", "version": case.version}
    page = as_(who).post(f"/console/cases/{case.number}/party/", sent, follow=True)
    may = who in {"coordinator", "administrator", "superuser"}
    assert ExternalLink.objects.filter(case=case).exists() == may
    case.refresh_from_db()
    assert case.state == ("WITH_EXTERNAL_PARTY" if may else "ACCEPTED")
    if may:
        shown = re.search(r"/ext/([\w-]+)/", page.content.decode())
        assert shown is not None
        assert Client().get(f"/ext/{shown[1]}/").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [{"party": ""}, {"days": "0"}, {"days": "91"}, {"days": "x"}, {"note": ""}, {"version": "99"}],
)
def test_what_does_not_fit_makes_no_link(as_, case, sent):
    whole = {"party": "X", "note": "y", "version": case.version} | sent
    page = as_("coordinator").post(f"/console/cases/{case.number}/party/", whole, follow=True)
    assert 'class="notice bad"' in page.content.decode()
    assert not ExternalLink.objects.exists()
    assert Case.objects.get(pk=case.pk).state == "ACCEPTED"
