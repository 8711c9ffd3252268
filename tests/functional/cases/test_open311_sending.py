"""Sending to our Open311 server, rule by rule of GeoReport v2, in both formats."""

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from jsonschema import validate
from PIL import Image

from accounts.actions.api_keys import issue_key
from accounts.rules.viewer import Viewer
from cases.actions.move import Given, make_move
from cases.models import Case, Channel, Received
from cases.queries import catalogue
from tests.clients import make_client
from tests.factories import City
from tests.functional.cases import open311_shapes as shapes
from tests.functional.cases.open311 import FLAT, V2, ask, open_one, send, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def key(city: City) -> str:
    return issue_key(city.people["agent"], name="x", days=9, now=timezone.now())


@pytest.fixture
def other_key(city: City) -> str:
    return issue_key(city.people["coordinator"], name="x", days=9, now=timezone.now())


def test_a_request_goes_in_and_is_read(city: City, key: str):
    uid = open_one(
        key, description="Çöp & <b>kötü</b> koku", first_name="Ayşe", last_name="Yılmaz",
        phone="05321112233", email="ayse@example.org", account_id="M-17", device_id="d",
        media_url="https://example.org/a.jpg?x=1&y=2",
    )  # fmt: skip
    case = Case.objects.get(uid=uid)
    assert (case.channel.code, case.state, case.department.code) == (
        "open311",
        "ROUTED",
        "temizlik",
    )
    (mine,) = ask(f"requests/{uid}", shapes.REQUESTS, api_key=key)
    assert mine["description"] == "Çöp & <b>kötü</b> koku"
    assert (mine["lat"], mine["long"]) == (39.595, 27.905)
    assert mine["media_url"] == "https://example.org/a.jpg?x=1&y=2"
    assert case.number in mine["service_notice"]
    raw = Client().get(f"{V2}/requests/{uid}.xml", {"api_key": key}).content.decode()
    assert "Çöp &amp; &lt;b&gt;kötü&lt;/b&gt; koku" in raw
    for text in ("Ayşe", "Yılmaz", "5321112233", "ayse@"):
        assert text not in raw
    # By its number too, for whoever sent it and nobody else.
    assert ask(f"requests/{case.number}", api_key=key)[0]["service_request_id"] == uid
    ask(f"requests/{case.number}", code=404)


def test_keys(city: City, key: str):
    send(None, 403)
    send("vip_wrong", 403)
    send(issue_key(city.people["gis_editor"], name="x", days=1, now=timezone.now()), 403)
    ask("requests", code=403, api_key="vip_wrong")
    ask("servicerequestupdates", code=403)
    ask("servicerequestupdates", shapes.UPDATES, api_key=key)
    header = {"Authorization": f"Bearer {key}"}
    assert send(None, 201, headers=header)
    assert Client().post(f"{V2}/requests.json?api_key={key}", {
        "service_code": "cop", "lat": "39.595", "long": "27.905"}).status_code == 201  # fmt: skip


def test_programs_need_the_scope_and_read_what_they_sent(city: City):
    _row, key = make_client(city, scopes=("cases:exchange",))
    _other, other = make_client(city, scopes=("registry:read",), name="Başka")
    uid = open_one(key, description="Kova", account_id="7")
    assert Received.objects.get().sender.startswith("client:")
    assert ask(f"requests/{uid}", api_key=key)[0]["description"] == "Kova"
    assert [r["service_request_id"] for r in ask("requests", account_id="7", api_key=key)] == [uid]
    assert ask("requests", account_id="8", api_key=key) == []
    ask("requests", code=403, account_id="7")
    send(other, 403)
    ask("requests", code=403, api_key=other)


def test_a_session_alone_sends_nothing(city: City, as_: Any):
    sent = {"service_code": "cop", "lat": "39.595", "long": "27.905"}
    assert as_("administrator").post(f"{V2}/requests.json", sent).status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"service_code": ""}, "service_code"),
        ({"lat": ""}, "lat and long"),
        ({"long": None}, "lat and long"),
        ({"lat": "nan"}, "lat"),
        ({"lat": "1e400"}, "lat"),
        ({"lat": "99"}, "WGS84"),
        ({"lat": None, "long": None}, "place"),
        ({"lat": "10", "long": "10"}, ""),
        ({"address_id": "x"}, "address_id"),
        ({"address_id": str(uuid.uuid4())}, "address_id"),
        ({"description": "x" * 4001}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"email": "x"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"account_id": "x" * 121}, "account_id"),
        ({"media_url": "javascript:alert(1)"}, "media_url"),
        ({"attribute[floor]": "\x00"}, ""),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(city: City, key: str, wrong: Any, said: str):
    assert said in words(send(key, 400, **wrong))
    assert not Case.objects.exists()


def test_a_service_that_there_is_not_is_404(city: City, key: str):
    send(key, 404, service_code="nothing")
    ask("requests", code=404, service_code="cop,nothing")


def test_a_door_of_the_register_is_the_place(city: City, key: str):
    uid = open_one(key, lat="", long="", address_id=str(city.doors["a9"].uid))
    case = Case.objects.get(uid=uid)
    assert case.address_id == city.doors["a9"].pk
    (found,) = ask(f"requests/{uid}", api_key=key)
    assert found["address_id"] == str(city.doors["a9"].uid)
    uid = open_one(key, lat="", long="", address_string="Atatürk Caddesi 5, Hasan Basri Çantay")
    assert Case.objects.get(uid=uid).address_id == city.doors["a5"].pk


def test_attributes_answer_the_questions(city: City, key: str):
    city.types["cop"].questionnaire = FLAT
    city.types["cop"].save()
    assert "attribute[floor]" in words(send(key, 400))
    assert "attribute[floor]" in words(send(key, 400, **{"attribute[floor]": "x"}))
    given = {"attribute[floor]": "3", "attribute[kinds][]": ["a", "b"], "attribute[other]": "y"}
    (found,) = send(key, **given)
    assert "other" in found["service_notice"]
    case = Case.objects.get(uid=found["service_request_id"])
    assert case.answers == {"floor": 3, "kinds": ["a", "b"]}


def test_a_hard_stop_opens_nothing_and_says_what_to_do(city: City, key: str):
    city.types["cop"].questionnaire = FLAT | {
        "stops": [{"code": "call", "when": "answer.floor > 9", "tr": "187 arayın"}]
    }
    city.types["cop"].save()
    assert "187" in words(send(key, 400, **{"attribute[floor]": "10"}))
    assert not Case.objects.exists()


def test_pictures_are_made_anew(city: City, key: str):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "geheim"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=exif)
    media = SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")
    case = Case.objects.get(uid=open_one(key, media=media))
    body = case.photos.get().file.read()
    assert b"geheim" not in body
    assert "media" in words(send(key, 400, media=SimpleUploadedFile("a.jpg", b"no picture")))


def test_repeating_opens_one(city: City, key: str, other_key: str):
    same_key = {"Idempotency-Key": "a-1"}
    first = send(key, 201, headers=same_key)
    assert send(key, 200, headers=same_key) == first
    assert "Idempotency-Key" in words(send(key, 400, headers=same_key, description="Başka"))
    assert send(other_key, 201, headers=same_key) != first  # keys are their senders' own
    # Without a key: the same words at the same place within ten minutes.
    plain = send(key, 201, description="Kova")
    assert send(key, 200, description="Kova") == plain
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert send(key, 201, description="Kova") != plain
    assert Case.objects.count() == 4


def test_batch_gives_a_token_until_a_person_has_looked(city: City, key: str):
    open_one(key)
    Channel.objects.filter(code="open311").update(to_triage=True)
    catalogue.channels.cache_clear()
    assert {s["type"] for s in ask("services")} == {"batch"}
    (found,) = send(key, description="İkinci")
    validate([found], shapes.OPENED)
    token = found["token"]
    assert ask(f"tokens/{token}", shapes.TOKEN) == [{"token": token}]
    case = Received.objects.get(token=token).case
    ask(f"requests/{case.uid}", code=404)
    Case.objects.filter(pk=case.pk).update(state="ROUTED")
    (known,) = ask(f"tokens/{token}", shapes.TOKEN)
    assert known["service_request_id"] == str(case.uid)
    assert ask(f"requests/{case.uid}")
    ask(f"tokens/{uuid.uuid4()}", code=404)
    ask("tokens/x", code=404)


def test_a_sensitive_service_gives_neither(city: City, key: str):
    city.types["budama"].sensitive = True
    city.types["budama"].save()
    (found,) = send(key, service_code="budama")
    assert set(found) == {"service_notice", "account_id"}


def test_updates_both_ways(city: City, key: str, other_key: str):
    uid = open_one(key)
    case = Case.objects.get(uid=uid)
    now = timezone.now()
    make_move(case, "ask", Given(note="Hangi kat? 0532 111 22 33"), {"triage_case"}, Viewer(), now)
    found = ask("servicerequestupdates", shapes.UPDATES, api_key=key)
    assert [u["extended_attributes"]["kind"] for u in found] == ["routed", "ask"]
    assert found[1]["service_request_id"] == uid
    assert "Hangi kat?" in found[1]["description"]
    assert "532" not in found[1]["description"]
    assert ask("servicerequestupdates", shapes.UPDATES, api_key=other_key) == []
    later = (now + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ask("servicerequestupdates", api_key=key, start_date=later) == []

    told = {"service_request_id": uid, "update_id": "u1", "status": "open",
            "updated_datetime": later, "description": "Üçüncü kat"}  # fmt: skip
    path = "servicerequestupdates"
    first = send(key, 200, path, **told)
    assert send(key, 200, path, **told) == first
    case.refresh_from_db()
    assert case.state == "ROUTED"
    assert case.events.filter(kind="answer", note="Üçüncü kat").count() == 1
    send(other_key, 404, path, **told)
    send(key, 404, path, **told | {"service_request_id": "x"})
    send(key, 404, path, **told | {"service_request_id": "z" * 8 + "-zzzz-zzzz-zzzz-" + "z" * 12})
    send(key, 400, path, **told | {"description": "", "update_id": "u2"})
    send(key, 400, path, **told | {"status": "done"})
    send(key, 400, path, **told | {"updated_datetime": "now"})
    root = send(key, 200, path, "xml", **told)
    assert (root.tag, root[0].tag, root[0][0].tag) == (
        "service_request_updates", "request_update", "update_id",
    )  # fmt: skip


def test_what_is_told_of_an_ended_case_can_ask_to_reopen_it(city: City, key: str):
    uid = open_one(key)
    Case.objects.filter(uid=uid).update(state="CLOSED", closed_at=timezone.now())
    told = {"service_request_id": uid, "description": "Hâlâ orada"}
    send(key, 200, "servicerequestupdates", status="closed", **told)
    assert Case.objects.get(uid=uid).state == "CLOSED"
    send(key, 200, "servicerequestupdates", status="open", **told)
    assert Case.objects.get(uid=uid).state == "REOPEN_REQUESTED"


def test_a_failure_behind_is_told_in_its_format_and_not_in_the_log(
    city: City, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    name = " ".join(["Ayşe", "Yılmaz"])

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(name)

    monkeypatch.setattr("cases.api.open311.sent.receive_case", fail)
    body = send(key, 500)
    assert body[0]["code"] == 500
    assert "Ayşe" not in str(body)
    assert "open311 failed: RuntimeError" in caplog.text
    assert "Ayşe" not in caplog.text
    assert key not in caplog.text
