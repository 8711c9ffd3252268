"""Following what is there, own requests by a code, the survey: without JavaScript."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import override_settings
from django.utils import timezone

from accounts.queries.viewers import viewer_of
from cases.actions.move import move_case
from cases.actions.my_requests import check_code, send_code
from cases.actions.notices import UNSUBSCRIBE
from cases.models import Case, CaseReporter, RequestType, SignInCode, Survey, Unsubscribed
from cases.queries import public as queries
from cases.queries.case_pages import Count
from cases.queries.nearby import case_of, nearby
from cases.queries.person import index_of
from cases.queries.public import PublicPage, facts_of
from cases.web import public
from core.rules.secrets import encrypt
from notifications.models import Message
from tests.conftest import forget
from tests.factories import NOW, City, make_case
from tests.integration.tiles.grid import decoded, tile_of

pytestmark = pytest.mark.django_db
EMAIL = "ayse@example.com"


def sent(**more: Any) -> dict[str, Any]:
    lon, lat = "27.905825", "39.5955"
    return {"description": "Burada konteyner kırık", "lon": lon, "lat": lat, "key": "k" * 32,
            "email": EMAIL} | more  # fmt: skip


@pytest.fixture
def here(city: City) -> Case:
    return make_case(city, kind="konteyner", at=(0.5, 0.5), precision="DOOR",
                     neighbourhood=city.areas.neighbourhoods["A"])  # fmt: skip


def keys(page: str) -> list[str]:
    return re.findall(r'name="nearby" value="([^"]+)"', page)


def test_what_is_near_is_offered_before_another_is_opened(city: City, as_, here: Case):
    client = as_("anonymous")
    page = client.post("/report/", sent()).content.decode()
    offered = keys(page)
    assert len(offered) == 2 and offered[-1] == "none"
    assert "Konteyner" in page and "Hasan Basri" in page
    for hidden in (here.number, here.token, here.description):
        assert hidden not in page
    assert Case.objects.count() == 1
    client.post("/report/", sent(nearby="none"))
    assert Case.objects.count() == 2


def test_what_may_not_be_known_is_never_offered(city: City, as_, here: Case):
    lon, lat = city.areas.at(0.5, 0.5)
    assert len(nearby(lon, lat, "konteyner")) == 1
    for values in ({"public": False}, {"state": "CLOSED"}):
        before = {k: getattr(here, k) for k in values}
        Case.objects.filter(pk=here.pk).update(**values)
        assert nearby(lon, lat, "konteyner") == [], values
        Case.objects.filter(pk=here.pk).update(**before)
    assert nearby(lon, lat, "cukur") == []  # another group
    assert len(nearby(lon, lat, "")) == 1  # not known yet which
    assert nearby(lon, lat + 0.0012, "") == []  # more than 100 m away
    RequestType.objects.filter(code="konteyner").update(sensitive=True)
    assert nearby(lon, lat, "") == []


def test_nothing_can_be_read_from_the_key_of_what_is_near(city: City, settings: Any):
    case = make_case(city, kind="konteyner", at=(0.5, 0.5), pk=987654321)
    lon, lat = city.areas.at(0.5, 0.5)
    first, second = (nearby(lon, lat, "")[0].key for _ in range(2))
    assert case_of(first) == case_of(second) == case and first != second
    for part in (first, *re.split("[:.]", first)):
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        assert str(case.pk).encode() not in raw
    Case.objects.filter(pk=case.pk).update(public=False)
    assert case_of(first) is None
    Case.objects.filter(pk=case.pk).update(public=True)
    # Of the same length whatever the number; what was encrypted for something else is no key.
    assert len(encrypt("x", f"{10**18:019d}")) == len(first)
    for forged in ("", "ş", "\0", "A" * 5000, first[:20] + "AAAA" + first[24:],
                   encrypt(settings.DATA_KEY, f"{case.pk:019d}")):  # fmt: skip
        assert case_of(forged) is None, forged[:20]


def test_following_counts_and_asks_whose_the_address_is(city: City, as_, here: Case):
    client = as_("anonymous")
    key = keys(client.post("/report/", sent()).content.decode())[0]
    answer = client.post("/report/", sent(nearby=key))
    link = CaseReporter.objects.get(case=here)
    assert answer.status_code == 200 and link.follows
    assert link.token not in answer.content.decode()  # it goes to the address alone
    assert Case.objects.count() == 1
    asked = Message.objects.get()
    assert link.token in asked.body and here.token not in asked.body
    page = client.get(f"/f/{link.token}/").content.decode()
    assert here.number not in page and here.description not in page
    again = client.post("/report/", sent(nearby=key))  # twice is once
    strip = lambda r: re.sub(r'value="[^"]{20,}"', "", r.content.decode())  # noqa: E731
    assert strip(again) == strip(answer) and CaseReporter.objects.count() == 1
    # Nobody is told before they have confirmed; then without the words meant for the reporter.
    boss = viewer_of(city.people["coordinator"])
    for move, more in (("accept", {}), ("start", {}), ("resolve", {
        "note": "Sayın Mehmet Kaya", "result_code": "done"})):  # fmt: skip
        here.refresh_from_db()
        move_case(number=here.number, move=move, viewer=boss, version=here.version, now=NOW, **more)
    assert Message.objects.count() == 1
    assert client.post(f"/f/{link.token}/", {"do": "yok"}).status_code == 400
    assert CaseReporter.objects.get(pk=link.pk).confirmed_at is None
    client.post(f"/f/{link.token}/", {"do": "confirm"})
    here.refresh_from_db()
    reopened = viewer_of(city.people["superuser"])
    move_case(number=here.number, move="ask_to_reopen", viewer=reopened, version=here.version,
              now=NOW, note="Mehmet Kaya istiyor")  # fmt: skip
    here.refresh_from_db()
    move_case(number=here.number, move="reopen", viewer=reopened, version=here.version, now=NOW)
    told = Message.objects.exclude(pk=asked.pk).get()
    assert f"/f/{link.token}/" in told.body and here.token not in told.body
    assert "Mehmet" not in told.body
    client.post(f"/f/{link.token}/", {"do": "stop"})
    assert not CaseReporter.objects.exists()
    assert client.get(f"/f/{link.token}/").status_code == 404


def test_a_follower_of_what_became_sensitive_sees_nothing(city: City, as_, here: Case):
    client = as_("anonymous")
    key = keys(client.post("/report/", sent()).content.decode())[0]
    client.post("/report/", sent(nearby=key))
    token = CaseReporter.objects.get().token
    RequestType.objects.filter(code="konteyner").update(sensitive=True)
    assert "Konteyner" not in client.get(f"/f/{token}/").content.decode()
    client.post("/report/", sent(nearby=key))
    assert CaseReporter.objects.filter(case=here).count() == 1


def test_without_contact_data_it_counts_too(city: City, as_, here: Case):
    client = as_("anonymous")
    page = client.post("/report/", sent(email="")).content.decode()
    assert 'type="email"' in page
    client.post("/report/", sent(email="", nearby=keys(page)[0]))
    assert CaseReporter.objects.filter(case=here, follows=True).count() == 1
    assert not Message.objects.exists()
    # A key that leads nowhere, or not any more, costs nobody their report.
    assert client.post("/report/", sent(nearby="forged"))["Location"].startswith("/t/")
    assert CaseReporter.objects.filter(case=here).count() == 1


# My requests


def code_of() -> str:
    return re.search(r"\d{6}", Message.objects.order_by("-pk").first().body)[0]


@pytest.fixture
def mine(city: City, as_) -> Case:
    client = as_("anonymous")
    client.post("/report/", sent(description="Çöp alınmıyor"))
    return Case.objects.get()


@override_settings(EMAIL_CONFIGURED=True)
def test_own_requests_by_a_code(city: City, as_, mine: Case):
    client = as_("anonymous")
    page = client.post("/mine/", {"do": "send", "address": EMAIL.upper()}).content.decode()
    assert mine.number not in page
    row = SignInCode.objects.get()
    assert code_of() not in row.digest and len(row.digest) == 64
    answer = client.post("/mine/", {"do": "check", "code": f" {code_of()[:3]} {code_of()[3:]}"})
    assert answer.status_code == 302
    page = client.get("/mine/").content.decode()
    assert mine.number in page and mine.token in page
    other = as_("anonymous")  # another browser sees nothing, and the code is spent
    assert mine.number not in other.get("/mine/").content.decode()
    assert not check_code(index_of(EMAIL), code_of(), now=timezone.now())
    client.post("/mine/", {"do": "leave"})
    assert mine.number not in client.get("/mine/").content.decode()


@override_settings(EMAIL_CONFIGURED=True)
def test_nobody_learns_who_has_reported(city: City, as_, mine: Case):
    known = as_("anonymous").post("/mine/", {"do": "send", "address": EMAIL})
    before = Message.objects.count()
    unknown = as_("anonymous").post("/mine/", {"do": "send", "address": "nobody@example.com"})
    strip = lambda r: re.sub(r'value="[^"]{20,}"', "", r.content.decode())  # noqa: E731
    assert known.status_code == unknown.status_code == 200
    assert strip(known) == strip(unknown)
    assert SignInCode.objects.count() == 2 and Message.objects.count() == before


@override_settings(EMAIL_CONFIGURED=True)
def test_five_tries_ten_minutes_three_codes(city: City, as_, mine: Case):
    now = timezone.now()
    index = send_code(EMAIL, now=now)
    right = code_of()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        assert not check_code(index, wrong, now=now)
    assert not check_code(index, right, now=now)
    send_code(EMAIL, now=now)
    assert not check_code(index, code_of(), now=now + timedelta(minutes=11))
    send_code(EMAIL, now=now)
    assert not check_code(index, right, now=now)  # the last code alone counts
    before = Message.objects.count()
    send_code(EMAIL, now=now)  # a fourth within ten minutes is not sent
    assert Message.objects.count() == before
    assert check_code(index, code_of(), now=now)
    assert not check_code("", "", now=now) and not check_code(index, "\0ş", now=now)


def test_where_nothing_can_be_sent_it_is_said(city: City, as_):
    client = as_("anonymous")
    with override_settings(EMAIL_CONFIGURED=True):
        for address in ("0532 111 22 67", "x", ""):
            assert client.post("/mine/", {"do": "send", "address": address}).status_code == 422
    with override_settings(EMAIL_CONFIGURED=False):
        assert client.post("/mine/", {"do": "send", "address": EMAIL}).status_code == 422
    assert not SignInCode.objects.exists()


# The survey


def close(city: City, case: Case) -> None:
    boss = viewer_of(city.people["coordinator"])
    for move, more in (
        ("accept", {}), ("start", {}), ("resolve", {"note": "x", "result_code": "done"}),
        ("close", {}),
    ):  # fmt: skip
        case.refresh_from_db()
        move_case(number=case.number, move=move, viewer=boss, version=case.version,
                  now=timezone.now(), **more)  # fmt: skip


def test_the_survey_is_asked_once_and_answered_once(city: City, as_, mine: Case):
    close(city, mine)
    asked = Message.objects.filter(key__contains=":survey:").get()
    path = re.search(r"/s/[^\s]+/", asked.body)[0]
    assert re.search(r"/u/[^\s]+/", asked.body)
    client = as_("anonymous")
    assert mine.description not in client.get(path).content.decode()
    for wrong in ({}, {"satisfied": "6", "solved": "yes"}, {"satisfied": "3", "solved": "x"}):
        assert client.post(path, wrong).status_code == 422
    answer = client.post(path, {"satisfied": "4", "solved": "no", "remark": "Yarım kaldı"})
    assert answer.status_code == 200
    row = Survey.objects.get()
    assert (row.satisfied, row.solved, row.remark) == (4, False, "Yarım kaldı")
    assert path.split("/")[2] not in row.digest
    assert client.post(path, {"satisfied": "1", "solved": "yes"}).status_code == 410
    assert Survey.objects.get().satisfied == 4
    page = as_("coordinator").get(f"/console/cases/{mine.number}/").content.decode()
    assert "Yarım kaldı" in page and "4 / 5" in page
    assert client.get("/s/xxxx/").status_code == 404


def test_no_survey_where_the_type_has_none_or_its_time_is_over(city: City, as_, mine: Case):
    RequestType.objects.update(survey=False)
    close(city, mine)
    assert not Survey.objects.exists()
    Survey.objects.create(case=mine, digest="0" * 64)
    from accounts.rules.api_keys import digest

    Survey.objects.update(digest=digest("t"), asked_at=timezone.now() - timedelta(days=61))
    assert as_("anonymous").get("/s/t/").status_code == 410


def test_no_more_messages(city: City, as_, mine: Case):
    path = re.search(r"/u/[^\s]+/", Message.objects.first().body)[0]
    client = as_("anonymous")
    client.get(path)  # a mail program that looks ahead unsubscribes nobody
    assert not Unsubscribed.objects.exists()
    client.post(path)
    before = Message.objects.count()
    close(city, mine)
    assert Message.objects.count() == before
    assert client.get(f"/u/{signing.dumps('x', salt='other')}/").status_code == 404
    assert signing.loads(path.split("/")[2], salt=UNSUBSCRIBE) == index_of(EMAIL)


def test_home_list_and_map_count_the_same(city: City, as_, here: Case):
    make_case(city, kind="yardim", at=(0.5, 0.5))  # sensitive
    make_case(city, at=(0.5, 0.5), public=False)
    make_case(city, state="CLOSED", at=(0.5, 0.5))
    newest = make_case(
        city, kind="cukur", at=(0.5, 0.5), opened_at=here.opened_at + timedelta(days=40)
    )
    client = as_("anonymous")
    forget()
    home = client.get("/")
    listed = client.get("/map/list/")
    z, x, y = tile_of(*city.areas.at(0.5, 0.5), 11)
    tile = client.get(f"/tiles/cases/{z}/{x}/{y}.mvt?open_only=1")
    counted = sum(f["properties"]["count"] for f in decoded(tile)["cases"])
    assert home.context["figures"]["open"] == listed.context["page"].count.n == counted == 2
    assert listed.context["page"].facts == facts_of([newest.pk, here.pk])


def test_pages_of_the_public_list(city: City, as_, monkeypatch):
    made = [make_case(city, at=(0.5, 0.5)).pk for _ in range(5)]
    monkeypatch.setattr(public, "_PER_PAGE", 2)
    facts = facts_of(sorted(made, reverse=True))  # opened at the same moment
    client, all_five = as_("anonymous"), Count(5)

    def page(number: str, told: Count = all_five) -> PublicPage:
        monkeypatch.setattr(queries, "count_up_to", lambda _rows: told)
        return client.get("/map/list/", {"page": number}).context["page"]

    for number, right in (
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 3),
        ("0", 1),
        ("x", 1),
        ("9" * 40, 1),
    ):
        found = page(number)
        assert (found.number, found.last) == (right, 3)
        assert found.facts == facts[2 * right - 2 : 2 * right]
    # Where nobody counted to the end the pages end as well, and lead to the same cases.
    long = page("2", Count(4, more=True))
    assert long.facts == facts[2:4] and long.last == 2500
    assert "filtreler" in client.get("/map/list/").content.decode()
    assert page("2500", Count(0, known=False)).facts == []


def test_the_list_beside_the_map_has_its_filters_and_public_facts(city: City, as_, here: Case):
    make_case(city, kind="yardim", at=(0.5, 0.5))
    make_case(city, kind="cukur", state="CLOSED", at=(0.5, 0.5))
    client = as_("anonymous")
    page = client.get("/map/list/").content.decode()
    assert "Konteyner" in page and "Yardim" not in page.split("<table")[1]
    assert "Cukur" not in page and here.number not in page
    assert "Cukur" in client.get("/map/list/?state=all&group=yol").content.decode()
    assert "Konteyner" not in client.get("/map/list/?since=2100-01-01").content.decode()
    of_type = client.get("/map/list/?state=all&type=cukur").content.decode()
    assert "Cukur" in of_type and "Konteyner" not in of_type.split("<table")[1]
    assert 'name="type" value="cukur" checked' in of_type
    on_the_map = re.search(r'href="(/map/\?[^"]+)"', of_type)[1].replace("&amp;", "&")
    assert 'name="type" value="cukur" checked' in client.get(on_the_map).content.decode()
    # A type that may not be public is not even named.
    assert "Yardim" not in client.get("/map/list/?state=all&type=yardim").content.decode()
    for bad in ("?group=%00&state=x&since=y&page=-1", "?since=9999-99-99"):
        assert client.get("/map/list/" + bad).status_code == 200
    page = client.get("/map/?group=temizlik&since=2026-01-01&state=all").content.decode()
    assert re.search(r'value="temizlik"[^>]* selected', page) and 'value="2026-01-01"' in page
