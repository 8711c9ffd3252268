"""Each field of a draft and each of its faults."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cases.rules.draft import Contact, Draft, looks_like_email
from cases.rules.validation import check_draft
from core.api.problems import InvalidInput

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
GOOD = Draft(description="Çöp alınmıyor", channel="web", external_id="k-1")


def faults(**changes) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as error:
        check_draft(replace(GOOD, **changes), now=NOW)
    return error.value.errors


def test_a_good_draft_is_kept():
    assert check_draft(GOOD, now=NOW) == GOOD


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": " \n\t\u00a0\u200b "}, "description"),
        ({"description": "x" * 4001}, "description"),
        ({"place_text": "x" * 501}, "place_text"),
        ({"lon": 27.9}, "lat"),
        ({"lat": 39.6}, "lon"),
        ({"lon": 180.001, "lat": 39.6}, "lon"),
        ({"lon": -181.0, "lat": 39.6}, "lon"),
        ({"lon": 27.9, "lat": 90.001}, "lat"),
        ({"lon": math.nan, "lat": 39.6}, "lon"),
        ({"lon": 27.9, "lat": math.nan}, "lat"),
        ({"lon": math.inf, "lat": 39.6}, "lon"),
        ({"lon": 27.9, "lat": -math.inf}, "lat"),
        ({"kind": "PRAISE"}, "kind"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"external_id": "a\x00b"}, "external_id"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"opened_at": NOW.replace(tzinfo=None)}, "opened_at"),
        ({"opened_at": NOW + timedelta(minutes=5, seconds=1)}, "opened_at"),
        ({"opened_at": datetime(1, 1, 1, tzinfo=UTC)}, "opened_at"),
        ({"contact": Contact(phone="12")}, "phone"),
        ({"contact": Contact(phone="abc")}, "phone"),
        ({"contact": Contact(phone="+90 532 111 22")}, "phone"),
        ({"contact": Contact(email="nobody")}, "email"),
        ({"contact": Contact(email="a,b@example.com")}, "email"),
        ({"contact": Contact(email="x@" + "a" * 260 + ".com")}, "email"),
    ],
)
def test_one_fault_names_its_field_and_no_other(changes, field):
    found = faults(**changes)
    assert list(found) == [field]
    assert all(reason.strip() for reason in found[field])


def test_every_fault_is_told_at_once():
    found = faults(description="", lon=math.nan, lat=100.0, contact=Contact(phone="1", email="y"))
    assert sorted(found) == ["description", "email", "lat", "lon", "phone"]


def test_the_edges_are_allowed():
    for changes in (
        {"description": "x" * 4000, "place_text": "y" * 500, "external_id": "z" * 120},
        {"lon": 180.0, "lat": -90.0},
        {"lon": -180.0, "lat": 90.0},
        {"opened_at": NOW + timedelta(minutes=5)},
        {"kind": "TIP"},
    ):
        assert check_draft(replace(GOOD, **changes), now=NOW) == replace(GOOD, **changes)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0532 111 22 33", "+905321112233"),
        ("532 111 22 33", "+905321112233"),
        ("+90 (532) 111-22-33", "+905321112233"),
        ("+49 30 901820", "+4930901820"),
        ("0266 239 15 10", "+902662391510"),
    ],
)
def test_phone_numbers_come_in_one_form(sent, kept):
    draft = check_draft(replace(GOOD, contact=Contact(phone=sent)), now=NOW)
    assert draft.contact.phone == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  iki\r\nsatır  ", "iki\nsatır"),
        ("Atatürk\u00a0Caddesi\u2003No:5", "Atatürk Caddesi No:5"),
        ("S\u0327is\u0327li", "Şişli"),
        ("a\x00b\x07c\u202e", "abc"),
        ("Nový Þór Ýmir", "Nový Þór Ýmir"),
        ("👩\u200d👧 ve kedi", "👩\u200d👧 ve kedi"),
        ("<b>kalın</b>", "<b>kalın</b>"),
    ],
)
def test_text_is_tidied_and_otherwise_kept(sent, kept):
    draft = Draft(sent, "web", "k", place_text=sent, contact=Contact(full_name=sent))
    checked = check_draft(draft, now=NOW)
    assert (checked.description, checked.place_text) == (kept, kept)
    assert checked.contact.full_name == kept
    assert check_draft(checked, now=NOW) == checked


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("ayse.yilmaz@example.com", True),
        ("a+b@mail.balikesir.bel.tr", True),
        ("çiğdem@örnek.com.tr", True),
        ("a@b", False),
        ("a@b.c", False),
        ("@b.com", False),
        ("a b@c.com", False),
        ("a@b@c.com", False),
        ("a..b@c.com", False),
        ("a@b..com", False),
        ("a@b.com\nBcc: x@y.com", False),
        ("Ayşe <a@b.com>", False),
        ("a,b@c.com", False),
        ("a;b@c.com", False),
        ('"a@b.com', False),
        ("a\x00@b.com", False),
        ("x" * 65 + "@b.com", False),
    ],
)
def test_email_addresses(text, good):
    assert looks_like_email(text) is good


def test_anonymous():
    assert Contact().anonymous
    assert not Contact(full_name="Ayşe").anonymous
    assert not Contact(email="a@b.com").anonymous
