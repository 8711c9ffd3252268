"""Opening a case, end to end, on PostGIS."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from PIL import Image

from accounts.rules.viewer import ANONYMOUS
from cases.actions import open_case as module
from cases.actions.open_case import KeyReused, open_case
from cases.models import (
    Case,
    CaseEvent,
    CaseReporter,
    IntakeMessage,
    Photo,
    Reporter,
    RoutingDecision,
    RoutingRule,
)
from cases.photos import CleanPhoto, clean_photo
from cases.queries import catalogue, rulebook
from cases.rules.draft import Contact, Draft
from core.api.problems import InvalidInput
from notifications.models import Message
from tests.factories import METRE_LON, NOW, City

pytestmark = pytest.mark.django_db
TEXT = "Hasan Basri Çantay mah. 10028 Sk no:9 önünde çöp alınmıyor"


def photo(shade: int = 100) -> CleanPhoto:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 0, 0)).save(out, "JPEG")
    return clean_photo(io.BytesIO(out.getvalue()), name="x.jpg", size=len(out.getvalue()))


def draft(**changes) -> Draft:
    values = {"description": TEXT, "channel": "web", "external_id": "key-1"}
    return Draft(**values | changes)


def opened(changes=None, photos=(), now=NOW, **more) -> Case:
    result = open_case(draft(**more | (changes or {})), photos=photos, viewer=ANONYMOUS, now=now)
    return Case.objects.get(pk=result.case.pk)


def test_text_alone_becomes_a_routed_case_at_a_door(city: City):
    case = opened(contact=Contact("Ayşe", "+905321112233", "ayse@example.com"), photos=[photo()])
    assert case.address == city.doors["sk9"]
    assert (case.geom.x, case.geom.y) == city.doors["sk9"].geom.coords
    assert (case.precision, case.category, case.method) == ("DOOR", "A", "GEOCODER")
    assert case.neighbourhood == city.areas.neighbourhoods["A"]
    assert case.district == city.areas.districts["A"]
    assert (case.request_type, case.type_source) == (city.types["cop"], "SUGGESTED")
    assert case.department == city.departments["a:temizlik"]
    assert case.organisation == city.bodies["a"]
    assert (case.state, case.needs_review, case.public) == ("ROUTED", False, True)
    assert case.opened_at == NOW
    assert case.due_at == NOW + timedelta(hours=24)
    assert case.legal_due_at == datetime(2026, 12, 3, 21, tzinfo=UTC)  # the end of that day
    assert case.candidates[0]["address_id"] == city.doors["sk9"].pk
    assert case.number == f"2026-{int(case.number[5:]):07d}"
    assert case.photos.count() == 1
    assert case.h3_10 is not None
    assert list(case.events.order_by("pk").values_list("kind", "state", "public")) == [
        ("opened", "NEW", True),
        ("routed", "ROUTED", True),
    ]


def test_the_decision_is_explained(city: City):
    decision = RoutingDecision.objects.get(case=opened())
    assert decision.department == city.departments["a:temizlik"]
    assert decision.rule == city.rules["temizlik A"]
    assert decision.ambiguous is False
    assert decision.decided_at == NOW
    assert decision.explanation == {
        "rule": {
            "id": city.rules["temizlik A"].pk,
            "position": 10,
            "name": "temizlik A",
            "text": 'group = temizlik and district = "Altıeylül"',
        },
        "reasons": [
            {"fact": "group", "op": "in", "name": "", "values": ["temizlik"], "held": True},
            {"fact": "district", "op": "in", "name": "", "values": ["Altıeylül"], "held": True},
        ],
        "type": "Cop",
        "type_source": "SUGGESTED",
        "group": "Temizlik",
        "district": "Altıeylül",
        "neighbourhood": "Hasan Basri Çantay",
        "place_by": "register",
        "precision": "DOOR",
        "areas": [  # the versions of the register that said so; its set has no number yet
            {"level": "district", "name": "Altıeylül", "version": 1, "change": None},
            {"level": "neighbourhood", "name": "Hasan Basri Çantay", "version": 1, "change": None},
        ],
    }


def test_what_came_in_is_kept_and_cannot_be_read_without_the_key(city: City):
    case = opened(contact=Contact(phone="+905321112233"))
    message = IntakeMessage.objects.get(channel__code="web", external_id="key-1")
    assert list(message.cases.all()) == [case]
    assert json.loads(message.raw)["description"] == TEXT
    assert json.loads(message.raw)["contact"]["phone"] == "+905321112233"
    stored = IntakeMessage.objects.extra(select={"cipher": "raw::text"}).get(pk=message.pk).cipher
    assert "alınmıyor" not in stored and "5321112233" not in stored


def test_a_repeated_delivery_gives_the_same_case_and_changes_nothing(city: City):
    first = open_case(draft(), photos=[photo()], viewer=ANONYMOUS, now=NOW)
    later = NOW + timedelta(days=1)
    again = open_case(draft(), photos=[photo()], viewer=ANONYMOUS, now=later)
    assert (first.new, again.new) == (True, False)
    assert first.case.pk == again.case.pk
    assert Case.objects.count() == IntakeMessage.objects.count() == Photo.objects.count() == 1
    assert CaseEvent.objects.count() == 2


def test_one_photo_sent_twice_in_a_form_is_the_same_form(city: City):
    first = open_case(draft(), photos=[photo()], viewer=ANONYMOUS, now=NOW)
    again = open_case(draft(), photos=[photo(), photo()], viewer=ANONYMOUS, now=NOW)
    assert first.case.pk == again.case.pk
    assert Photo.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"description": TEXT + "!"},
        {"request_type": "konteyner"},
        {"contact": Contact(phone="+905321112233")},
    ],
)
def test_the_same_key_with_other_content_opens_nothing(city: City, other):
    opened()
    with pytest.raises(KeyReused):
        open_case(draft(**other), viewer=ANONYMOUS, now=NOW)
    with pytest.raises(KeyReused):
        open_case(draft(), photos=[photo()], viewer=ANONYMOUS, now=NOW)
    assert Case.objects.count() == 1


def test_the_same_key_on_another_channel_is_another_delivery(city: City):
    assert opened().pk != opened(channel="mobile_app").pk
    assert Case.objects.count() == 2


def test_when_routing_raises_nothing_at_all_remains(city: City, tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    contact = Contact("Ayşe", "+905321112233", "ayse@example.com")

    def fails(**_):
        raise RuntimeError("routing broke")

    monkeypatch.setattr(module, "route_case", fails)
    with pytest.raises(RuntimeError, match="routing broke"):
        open_case(draft(contact=contact), photos=[photo()], viewer=ANONYMOUS, now=NOW)
    for table in (Case, CaseEvent, IntakeMessage, Photo, Reporter, Message, RoutingDecision):
        assert table.objects.count() == 0
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    assert opened(contact=contact, photos=[photo()]).state == "ROUTED"


def test_a_doors_registered_neighbourhood_decides_against_the_polygon(city: City):
    """The stray door stands in the outline of Bahçelievler and belongs to Hasan Basri Çantay."""
    areas = city.areas.neighbourhoods
    stray = city.doors["stray"]
    assert areas["a"].geom.contains(stray.geom) and not areas["A"].geom.contains(stray.geom)
    text = "Hasan Basri Çantay mahallesi Vatan Sokak No:3 çöp alınmıyor"
    for n, changes in enumerate(({"description": text}, {"address_id": stray.pk})):
        case = opened(changes, external_id=f"k{n}")
        assert case.address == stray
        assert case.neighbourhood == areas["A"]
        assert "outside_polygon" in case.place_warnings
        assert case.decisions.get().explanation["place_by"] == "register"


def test_a_door_in_its_own_outline_is_no_conflict(city: City):
    case = opened(address_id=city.doors["a5"].pk)
    assert (case.method, case.precision, case.place_warnings) == ("CHOSEN", "DOOR", [])


@pytest.mark.parametrize("which", ["retired", "unknown"])
def test_a_door_that_is_not_in_the_register_any_more(city: City, which):
    door = city.doors["a9"]
    if which == "retired":
        type(door).objects.filter(pk=door.pk).update(status="RETIRED")
    with pytest.raises(InvalidInput) as error:
        opened(address_id=door.pk if which == "retired" else 2**60)
    assert list(error.value.errors) == ["address"]


def test_a_bare_pin_is_placed_by_the_polygon(city: City):
    lon, lat = city.areas.at(3.5, 1.5)
    case = opened(description="Burada çöp alınmıyor", lon=lon, lat=lat)
    assert (case.method, case.precision) == ("PIN", "POINT")
    assert (case.geom.x, case.geom.y) == (lon, lat)
    assert case.address is None
    assert case.neighbourhood == city.areas.neighbourhoods["b"]
    assert case.department == city.departments["b:temizlik"]
    assert case.decisions.get().explanation["place_by"] == "polygon"


def test_coordinates_in_the_words_are_a_pin(city: City):
    lon, lat = city.areas.at(2.5, 0.5)
    case = opened(description=f"çöp alınmıyor {lat:.6f}, {lon:.6f}")
    assert (case.precision, case.method, case.address) == ("POINT", "GEOCODER", None)
    assert (case.geom.x, case.geom.y) == pytest.approx((lon, lat), abs=1e-6)


@pytest.mark.parametrize(
    ("lon", "lat"), [(26.0, 39.4), (0.0, 0.0), (27.95, 89.9), (-180.0, -90.0), (180.0, 85.0)]
)
def test_a_pin_outside_the_city_is_refused(city: City, lon, lat):
    with pytest.raises(InvalidInput) as error:
        opened(description="çöp alınmıyor", lon=lon, lat=lat)
    assert list(error.value.errors) == ["place"]
    assert Case.objects.count() == IntakeMessage.objects.count() == 0


@pytest.mark.parametrize(("metres", "flagged"), [(10, True), (14, True), (17, False), (200, False)])
def test_near_a_district_boundary_it_flags_instead_of_guessing(city: City, metres, flagged):
    edge, lat = city.areas.at(2, 0.3)
    case = opened(description="çöp alınmıyor", lon=edge - metres * METRE_LON, lat=lat)
    decision = case.decisions.get()
    assert case.department == city.departments["a:temizlik"]
    assert decision.ambiguous is case.needs_review is flagged
    if flagged:
        assert decision.explanation["boundary_m"] == pytest.approx(metres, abs=0.5)
        alternative = decision.explanation["alternative"]
        assert alternative["department"] == "Karesi Belediyesi · Temizlik"
        assert alternative["rule"] == "temizlik B"
        assert alternative["m"] == pytest.approx(metres, abs=0.5)
        assert [b["name"] for b in alternative["beyond"]] == ["Karesi"]
    else:
        assert "alternative" not in decision.explanation


def test_a_boundary_that_changes_nothing_is_not_flagged(city: City):
    """The water utility is responsible on both sides."""
    edge, lat = city.areas.at(2, 0.3)
    case = opened(description="ana boruda su patladı", lon=edge - 8 * METRE_LON, lat=lat)
    assert case.department == city.departments["baski:su-ariza"]
    assert (case.needs_review, case.decisions.get().ambiguous) == (False, False)


def test_a_pin_near_the_door_that_is_named_means_the_door(city: City):
    door = city.doors["sk9"]
    case = opened(lon=door.geom.x + 100 * METRE_LON, lat=door.geom.y)
    assert case.address == door
    assert case.place_warnings == []


def test_where_words_and_pin_disagree_the_pin_is_taken_and_it_is_said(city: City):
    lon, lat = city.areas.at(3.5, 0.5)
    case = opened(lon=lon, lat=lat)
    assert (case.method, case.geom.x, case.geom.y) == ("PIN", lon, lat)
    assert case.district == city.areas.districts["B"]
    assert "text_and_pin_differ" in case.place_warnings
    assert case.candidates[0]["address_id"] == city.doors["sk9"].pk


def test_where_only_an_area_is_known_no_point_is_invented(city: City):
    case = opened(description="Paşaalanı mahallesinde çöp alınmıyor")
    assert case.precision == "NEIGHBOURHOOD"
    assert case.geom is None and case.h3_10 is None
    assert case.neighbourhood == city.areas.neighbourhoods["B"]
    assert case.department == city.departments["b:temizlik"]


def test_no_place_at_all_is_refused_and_nothing_is_stored(city: City):
    with pytest.raises(InvalidInput) as error:
        opened(description="çöp alınmıyor")
    assert list(error.value.errors) == ["place_text"]
    assert IntakeMessage.objects.count() == 0


def test_nobody_responsible_stays_new_for_a_person_to_see(city: City):
    door = city.doors["a5"].pk
    case = opened(description="Ağaç budama istiyoruz", address_id=door)
    assert case.request_type == city.types["budama"]
    assert (case.state, case.needs_review) == ("NEW", True)
    assert case.department is None and case.organisation is None
    assert case.decisions.count() == 0
    assert [e.kind for e in case.events.order_by("pk")] == ["opened", "no_rule_matched"]


def test_a_text_of_no_known_type_is_for_a_person(city: City):
    case = opened(description="Merhaba", address_id=city.doors["a5"].pk)
    assert (case.request_type, case.type_source, case.needs_review) == (None, "", True)
    assert (case.public, case.due_at, case.legal_due_at) == (False, None, None)
    assert case.state == "NEW"


@pytest.mark.parametrize(
    ("code", "legal"), [("bilgi", (11, 24)), ("budama", None), ("cop", (12, 3))]
)
def test_a_chosen_type_wins_over_the_words_and_has_its_clock(city: City, code, legal):
    case = opened(request_type=code)
    assert (case.request_type, case.type_source) == (city.types[code], "CHOSEN")
    assert case.legal_due_at == (datetime(2026, *legal, 21, tzinfo=UTC) if legal else None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"request_type": "uydurma"}, "request_type"), ({"channel": "pigeon"}, "channel")],
)
def test_unknown_codes_are_refused_by_field(city: City, changes, field):
    with pytest.raises(InvalidInput) as error:
        opened(changes)
    assert list(error.value.errors) == [field]
    assert IntakeMessage.objects.count() == 0


def test_a_type_that_is_not_used_any_more_is_neither_chosen_nor_suggested(city: City):
    city.types["cop"].active = False
    city.types["cop"].save()
    catalogue.request_types.cache_clear()
    catalogue.suggester.cache_clear()
    try:
        assert opened().request_type is None
    finally:
        city.types["cop"].active = True
        city.types["cop"].save()


def test_a_triage_channel_waits_for_a_person(city: City):
    case = opened(channel="cimer")
    assert (case.state, case.department, case.decisions.count()) == ("NEW", None, 0)


def test_sensitive_types_are_not_public(city: City):
    assert opened(description="sosyal yardım", address_id=city.doors["a5"].pk).public is False


def test_an_old_case_keeps_its_own_time(city: City):
    then = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    case = opened(opened_at=then)
    assert (case.opened_at, case.due_at) == (then, then + timedelta(hours=24))
    assert case.number.startswith("2026-")


def test_the_year_of_a_number_is_the_year_of_the_people(city: City):
    """23:30 in UTC on the last day is half past two of the new year in Balıkesir."""
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert opened(now=eve).number.startswith("2027-")


def test_rules_change_at_midnight_of_the_people(city: City):
    rule = city.rules["temizlik A"]
    RoutingRule.objects.filter(pk=rule.pk).update(valid_to=datetime(2026, 11, 4).date())
    RoutingRule.objects.create(
        position=5,
        name="new",
        department=city.departments["bbb:santral"],
        valid_from=datetime(2026, 11, 4).date(),
    )
    rulebook.rulebook.cache_clear()
    before = datetime(2026, 11, 3, 20, 59, tzinfo=UTC)
    after = datetime(2026, 11, 3, 21, 0, tzinfo=UTC)
    assert opened(external_id="1", now=before).department == city.departments["a:temizlik"]
    assert opened(external_id="2", now=after).department == city.departments["bbb:santral"]


def test_one_person_is_found_again_by_phone_and_by_email(city: City):
    for n, contact in enumerate(
        [
            Contact("Ayşe", phone="0532 111 22 33"),
            Contact("", phone="+90 532 111 22 33"),
            Contact("Can", email="Can@Example.com"),
            Contact("", email="can@example.com"),
        ]
    ):
        opened(external_id=f"k{n}", contact=contact)
    assert Reporter.objects.count() == 2
    assert CaseReporter.objects.count() == 4
    ayse = Reporter.objects.order_by("pk")[0]
    assert (ayse.full_name, ayse.phone) == ("Ayşe", "+905321112233")


def test_nobody_is_made_of_an_anonymous_report(city: City):
    opened()
    assert Reporter.objects.count() == Message.objects.count() == 0


@pytest.mark.parametrize(
    ("contact", "transport", "recipient"),
    [
        (Contact(phone="+905321112233"), "SMS", "+905321112233"),
        (Contact(phone="+905321112233", email="a@example.com"), "EMAIL", "a@example.com"),
    ],
)
def test_the_reporter_is_told_once(city: City, contact, transport, recipient):
    case = opened(contact=contact)
    opened(contact=contact)
    message = Message.objects.get()
    assert (message.transport, message.recipient, message.state) == (
        transport, recipient, "WAITING"
    )  # fmt: skip
    assert case.number in message.subject and case.token in message.body


def test_tokens_cannot_be_guessed(city: City):
    tokens = {opened(external_id=f"k{n}").token for n in range(5)}
    assert len(tokens) == 5
    assert all(len(t) >= 22 for t in tokens)


def test_the_search_key_is_folded(city: City):
    case = opened(description="ÇÖP ALINMIYOR", address_id=city.doors["sk9"].pk)
    assert "cop alinmiyor" in case.text_key
    assert "10028 sokak" in case.text_key
    assert case.text_key == case.text_key.lower()


def test_the_stored_point_is_where_the_door_is(city: City):
    case = opened()
    assert case.geom.equals_exact(Point(*city.doors["sk9"].geom.coords, srid=4326), 1e-9)
