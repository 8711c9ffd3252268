"""The page of a case: clock, neighbours, likely duplicates, reporter's others, timeline, paper."""

import contextlib
import re
import zlib
from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from PIL import ImageFile

from accounts.models import Crew
from accounts.queries.viewers import viewer_of
from cases.models import Case, CaseReporter, ContactLook, Reporter, WorkOrder
from cases.queries.neighbours import around, others_of_reporters
from notifications.models import Message
from tests.factories import METRE_LON, NOW, City, make_case

pytestmark = pytest.mark.django_db


def beside(city: City, metres: float, **more) -> Case:
    lon, lat = city.areas.at(0.5, 0.5)
    return make_case(city, at=None, geom=Point(lon + metres * METRE_LON, lat, srid=4326), **more)


def page(as_, case: Case, who: str = "coordinator", query: str = ""):
    return as_(who).get(f"/console/cases/{case.number}/{query}")


def test_neighbours_are_open_near_and_seen(city: City, as_):
    case = beside(city, 0)
    case.refresh_from_db()
    same, other_group = beside(city, 60), beside(city, 20, kind="cukur")
    beside(city, 30, state="CLOSED")
    beside(city, 120)
    foreign = beside(city, 5, department="b:temizlik")
    found = around(case, viewer_of(city.people["coordinator"]))
    assert [n.case for n in found.near] == [same, other_group]
    assert [round(n.metres) for n in found.near] == pytest.approx([60, 20], abs=1)
    text = page(as_, case).content.decode()
    assert same.number in text and foreign.number not in text
    assert foreign.number in page(as_, case, "agent").content.decode()


def test_likely_duplicates_say_why(city: City, as_):
    case = beside(city, 0, description="Çöp konteyneri taşmış")
    case.refresh_from_db()
    twin = beside(city, 25, description="Konteyner taşmış, çöp kokuyor")
    beside(city, 240, description="Ağaç dalı kırık", kind="cukur")
    old = beside(city, 10, description="Çöp konteyneri taşmış", opened_at=NOW - timedelta(days=200))
    found = around(case, viewer_of(city.people["coordinator"]))
    assert [n.case for n in found.alike] == [twin]
    assert old not in [n.case for n in found.alike]
    assert found.alike[0].likeness.common
    text = page(as_, case).content.decode()
    assert f"/console/cases/{case.number}/compare/{twin.number}/" in text


def test_compare_then_merge_then_take_back(city: City, as_):
    case, twin = make_case(city), make_case(city)
    unseen = make_case(city, department="b:temizlik")
    client = as_("coordinator")
    shown = client.get(f"/console/cases/{case.number}/compare/{twin.number}/")
    assert [side["case"] for side in shown.context["sides"]] == [case, twin]
    for other in (unseen.number, case.number, "2026-0"):
        assert client.get(f"/console/cases/{case.number}/compare/{other}/").status_code == 404
    for who in ("anonymous", "gis_editor", "other_body"):
        status = as_(who).get(f"/console/cases/{case.number}/compare/{twin.number}/").status_code
        assert status == (302 if who == "anonymous" else 404)
    assert (
        not as_("crew")
        .get(f"/console/cases/{case.number}/compare/{twin.number}/")
        .context["sides"][0]["may_merge"]
    )
    move = {"move": "mark_duplicate", "version": twin.version, "original": case.number}
    client.post(f"/console/cases/{twin.number}/move/", move)
    twin.refresh_from_db()
    assert twin.duplicate_of == case
    client.post(
        f"/console/cases/{twin.number}/move/", {"move": "separate", "version": twin.version}
    )
    twin.refresh_from_db()
    assert (twin.duplicate_of, twin.state) == (None, "ROUTED")


def test_the_reporters_other_cases_are_found_by_the_blind_index(city: City, as_):
    case, by_phone, by_mail, stranger, foreign = (make_case(city) for _ in range(5))
    Case.objects.filter(pk=foreign.pk).update(
        department=city.departments["b:temizlik"], organisation=city.bodies["b"]
    )
    for who, phone, mail in (
        (case, "p1", "m1"), (by_phone, "p1", ""), (by_mail, "", "m1"), (stranger, "", ""), (foreign, "p1", ""),
    ):  # fmt: skip
        person = Reporter.objects.create(phone_index=phone, email_index=mail)
        CaseReporter.objects.create(case=who, reporter=person)
    found = set(others_of_reporters(case, viewer_of(city.people["coordinator"])))
    assert found == {by_phone, by_mail}
    assert page(as_, case).context["others"]
    crew = page(as_, case, "crew")
    assert crew.context["others_count"].n == 2 and by_phone.number not in str(
        crew.context["others"]
    )
    assert set(others_of_reporters(stranger, viewer_of(city.people["agent"]))) == set()


def test_the_timeline_is_merged_and_looks_are_for_those_who_may(city: City, as_):
    case = make_case(city)
    case.events.create(kind="accept", at=NOW, state="ACCEPTED")
    Message.objects.create(
        key=f"case:{case.pk}:resolve:1", transport="EMAIL", recipient="a@b.c", body="x",
        created_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    Message.objects.create(key=f"case:{case.pk}0:resolve", transport="SMS", recipient="5", body="x")
    ContactLook.objects.create(
        case=case, user=city.people["agent"], reason="geri arama", at=NOW + timedelta(hours=2)
    )
    assert [e.what for e in page(as_, case).context["entries"]] == ["event", "notice", "look"]
    assert "a@b.c" not in page(as_, case).content.decode()
    crew = page(as_, case, "crew")
    assert [e.what for e in crew.context["entries"]] == ["event", "notice"]
    assert "geri arama" not in crew.content.decode()


def test_the_reasons_that_the_platform_wrote_in_the_agents_language_became_a_code(city: City):
    case, words = (
        make_case(city),
        ("The caller's telephone number", "Arayanın telefon numarası", "x"),
    )
    for reason in words:
        ContactLook.objects.create(case=case, user=city.people["agent"], reason=reason)
    with connection.cursor() as cursor:
        cursor.execute(import_module("cases.migrations.0027_look_code").CODE)
    found = ContactLook.objects.order_by("pk").values_list("code", "reason")
    assert list(found) == [("CALLER", ""), ("CALLER", ""), ("", "x")]


def test_before_and_behind_it_in_the_list(city: City, as_):
    old, middle, new = (make_case(city, opened_at=NOW + timedelta(hours=i)) for i in range(3))
    make_case(city, kind="cukur", opened_at=NOW + timedelta(minutes=90))
    shown = page(as_, middle, query="?type=cop").context
    assert (shown["list_before"], shown["list_after"]) == (new.number, old.number)
    shown = page(as_, new, query="?type=cop&sort=old").context
    assert (shown["list_before"], shown["list_after"]) == (middle.number, None)
    assert "list_query" not in page(as_, middle).context


def test_the_clock_says_how_long(city: City, as_):
    now = timezone.now()
    late = make_case(city, opened_at=now - timedelta(days=3), due_at=now - timedelta(days=2))
    coming = make_case(city, opened_at=now, due_at=now + timedelta(days=2, hours=1))
    assert page(as_, late).context["late_twice"] is True
    assert "2 gün" in page(as_, coming).content.decode().replace("\xa0", " ")


def test_looked_at_takes_the_mark_away_once(city: City, as_):
    case = make_case(city, needs_review=True)
    path = f"/console/cases/{case.number}/looked/"
    assert as_("manager").post(path, {"version": case.version}).status_code == 403
    assert as_("other_body").post(path, {"version": case.version}).status_code == 403
    assert as_("anonymous").post(path).status_code == 302
    as_("crew").post(path, {"version": case.version})
    case.refresh_from_db()
    assert (case.needs_review, case.version) == (False, 2)
    response = as_("crew").post(path, {"version": 2}, follow=True)
    assert next(iter(response.context["messages"])).level_tag == "error"


def test_a_page_costs_the_same_queries_however_much_stands_around(
    city: City, as_, django_assert_max_num_queries
):
    crew = Crew.objects.create(department=city.departments["a:temizlik"], name="Ekip")
    case = beside(city, 0, description="Çöp konteyneri taşmış")
    person = Reporter.objects.create(phone_index="p")
    for i in range(12):
        other = beside(city, i, description="Çöp konteyneri taşmış", state="PLANNED")
        WorkOrder.objects.create(case=other, crew=crew, planned_day=NOW.date())
        case.events.create(kind="accept", at=NOW, state="ACCEPTED", actor=city.people["crew"])
        CaseReporter.objects.create(case=other, reporter=person)
    CaseReporter.objects.create(case=case, reporter=person)
    client = as_("coordinator")
    with django_assert_max_num_queries(46):
        shown = client.get(f"/console/cases/{case.number}/?view=all")
    assert len(shown.context["around"].alike) == 8 and len(shown.context["others"]) == 10


def unpacked(pdf: bytes) -> bytes:
    """What stands in its streams, too."""
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"\n".join(found)


def test_a_case_on_paper(city: City, as_):
    case = make_case(city, description="İğdır şçöü <b>çukur</b>", address=city.doors["a5"])
    case.events.create(kind="accept", at=NOW, state="ACCEPTED", note="Üç gün içinde")
    path = f"/console/cases/{case.number}/case.pdf"
    answer = as_("coordinator").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False  # photos are judged as strictly as before
    inside = unpacked(answer.content)
    assert answer.content.startswith(b"%PDF-")
    for part in (b"pdfuaid:part", b"/StructTreeRoot", b"/Lang", b"/Figure", b"/H1"):
        assert part in inside, part
    for who in ("anonymous", "gis_editor", "other_body"):
        assert as_(who).get(path).status_code == (302 if who == "anonymous" else 404)


def test_the_map_on_paper_holds_the_register_around_the_case(city: City):
    from cases.queries.sketching import sketch_of

    case = make_case(city)
    case.refresh_from_db()
    svg = sketch_of(case, "Yer")
    assert "Atatürk Caddesi" in svg and ">5<" in svg
    assert "Milli Kuvvetler" not in svg  # two kilometres away
    assert sketch_of(make_case(city, at=None), "Yer") == ""
