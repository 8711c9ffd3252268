"""Alerts: stored once, followed, told to those responsible, seen by few, judged, gathered."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import h3.api.basic_int as h3
import pytest
from django.contrib.gis.geos import LineString
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import ANONYMOUS
from cases.models import Case, Channel
from core.api.problems import InvalidInput
from core.rules.text import fold
from notifications.models import Message
from spatial_analytics.actions.alerts import gather_alert, judge, store_found
from spatial_analytics.actions.letters import _alerts
from spatial_analytics.models import Alert, AlertCase
from spatial_analytics.queries.alerts import cases_of, main_types, visible_alerts, worth
from spatial_analytics.rules.alerts import Found
from tests.factories import NOW, City, make_case
from tests.integration.tiles.grid import decoded, tile_of, url
from tiles.actions.versions import data_changed

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def found(cases: list[Case], *, day: date = TODAY, group: int | None = None, rare: float = 400.0):
    lat, lon = cases[0].geom.y, cases[0].geom.x
    return Found(
        level="CELL", group=group, units=(h3.latlng_to_cell(lat, lon, 9),),
        cases=tuple(case.pk for case in cases), first_day=day - timedelta(days=6), last_day=day,
        observed=len(cases), expected=1.2, recurrence_days=rare,
    )  # fmt: skip


@pytest.fixture
def cases(city: City) -> list[Case]:
    return [make_case(city, opened_at=NOW - timedelta(days=n)) for n in range(6)]


@pytest.fixture
def alert(cases: list[Case]) -> Alert:
    return store_found([found(cases)], day=TODAY, now=NOW)[0]


def test_an_alert_knows_whose_it_is_and_tells_them(city: City, cases: list[Case]):
    city.people["coordinator"].email = "duty@example.org"
    city.people["coordinator"].save()
    (alert,) = store_found([found(cases)], day=TODAY, now=NOW)
    assert (alert.department_id, alert.organisation_id) == (
        cases[0].department_id, cases[0].organisation_id,
    )  # fmt: skip
    assert alert.districts == [cases[0].district_id] if cases[0].district_id else True
    assert (alert.observed, round(alert.ratio, 1)) == (6, 5.0)
    assert alert.geom.contains(cases[0].geom)
    (message,) = Message.objects.filter(key__startswith="alert:")
    assert message.recipient == "duty@example.org"
    assert str(alert.uid) in message.body


def test_tiles_of_alerts_are_for_those_who_have_an_inbox(
    city: City, cases: list[Case], as_, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        (alert,) = store_found([found(cases)], day=TODAY, now=NOW)
    Alert.objects.update(last_day=date(2099, 1, 1))
    place = alert.geom.centroid
    asked = url("alerts", tile_of(place.x, place.y, 14), "?state={}")

    def seen(who: str, state: str = "open") -> list[str]:
        layers = decoded(as_(who).get(asked.format(state)))
        return [f["properties"]["uid"] for f in layers.get("alerts", [])]

    assert seen("coordinator") == seen("manager") == seen("superuser") == [str(alert.uid)]
    assert seen("anonymous") == []
    for who in [name for name in city.people if name not in ("coordinator", "manager")]:
        known = visible_alerts(viewer_of(city.people[who])).exists()
        assert bool(seen(who)) == known
    with django_capture_on_commit_callbacks(execute=True):
        coordinator = viewer_of(city.people["coordinator"])
        judge(str(alert.uid), "REAL", "", seen="", viewer=coordinator, now=NOW)
    assert seen("coordinator") == [] and seen("coordinator", "judged") == [str(alert.uid)]
    assert as_("coordinator").get(asked.format("x")).status_code == 400
    street = LineString((place.x, place.y), (place.x + 0.001, place.y), srid=4326)
    Alert.objects.update(geom=street)  # on a street: a band
    with django_capture_on_commit_callbacks(execute=True):
        data_changed("alerts")
    (band,) = decoded(as_("coordinator").get(asked.format("all")))["alerts"]
    assert band["geometry"]["type"] == "Polygon"


def test_the_same_night_twice_is_once(cases: list[Case]):
    store_found([found(cases)], day=TODAY, now=NOW)
    assert store_found([found(cases)], day=TODAY, now=NOW) == []
    alert = Alert.objects.get()
    assert len(alert.days) == 1
    assert AlertCase.objects.count() == 6


def test_a_cluster_goes_on_as_the_same_alert(city: City, cases: list[Case]):
    (alert,) = store_found([found(cases)], day=TODAY, now=NOW)
    more = [*cases[:4], *(make_case(city) for _ in range(5))]
    tomorrow = TODAY + timedelta(days=1)
    assert store_found([found(more, day=tomorrow, rare=900)], day=tomorrow, now=NOW) == []
    alert.refresh_from_db()
    # It begins with its first case, a day after the window did.
    assert (alert.raised_on, alert.last_day, alert.first_day) == (
        TODAY, tomorrow, TODAY - timedelta(days=5),
    )  # fmt: skip
    assert (alert.observed, alert.recurrence_days) == (9, 900)
    assert [night["day"] for night in alert.days] == [TODAY.isoformat(), tomorrow.isoformat()]
    assert alert.cases.count() == 11
    later = tomorrow + timedelta(days=28)
    assert len(store_found([found(more, day=later)], day=later, now=NOW)) == 1


def test_its_most_frequent_types_are_those_of_the_cases_that_one_sees(city: City, alert: Alert):
    (first, *_), name = AlertCase.objects.order_by("case_id"), city.types["cop"].name
    Case.objects.filter(pk=first.case_id).update(request_type=None)
    said = main_types([alert], viewer_of(city.people["coordinator"]))
    assert said == {alert.pk: [(name, 5)]}
    assert main_types([alert], ANONYMOUS) == {} or not visible_alerts(ANONYMOUS).exists()


def test_one_cluster_seen_by_several_scans_is_one_alert(city: City, cases: list[Case]):
    group = city.types["cop"].group_id
    several = [found(cases, rare=100), found(cases[:4], group=group, rare=500)]
    (alert,) = store_found(several, day=TODAY, now=NOW)
    assert (alert.type_group_id, alert.recurrence_days) == (group, 500)


def test_two_hexagons_beside_each_other_are_one_cluster(city: City, cases: list[Case]):
    one, other = found(cases[:4], rare=400), found(cases[4:], rare=45)
    near = next(cell for cell in h3.grid_ring(one.units[0], 1))
    far = next(cell for cell in h3.grid_ring(one.units[0], 4))
    touching = replace(other, units=(near,))
    (alert,) = store_found([one, touching], day=TODAY, now=NOW)
    assert (alert.observed, alert.cases.count()) == (4, 6)
    assert alert.recurrence_days == 400
    Alert.objects.all().delete()
    assert len(store_found([one, replace(other, units=(far,))], day=TODAY, now=NOW)) == 2
    Alert.objects.all().delete()
    types = replace(touching, group=1), replace(one, group=2)
    assert len(store_found(types, day=TODAY, now=NOW)) == 2


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("manager", True), ("coordinator", True), ("crew", True), ("superuser", True),
        ("roads", False), ("other_body", False), ("gis_editor", False),
    ],
)  # fmt: skip
def test_who_sees_it(city: City, alert: Alert, who: str, sees: bool):
    assert visible_alerts(viewer_of(city.people[who])).exists() == sees


def test_a_secret_kind_of_case_makes_it_secret(city: City, cases: list[Case]):
    kind = cases[0].request_type
    kind.sensitive = True
    kind.save()
    (alert,) = store_found([found(cases)], day=TODAY, now=NOW)
    assert alert.sensitive
    assert not visible_alerts(viewer_of(city.people["coordinator"])).exists()
    assert not visible_alerts(ANONYMOUS).exists()
    assert visible_alerts(viewer_of(city.people["superuser"])).exists()


def test_a_page_lists_only_cases_that_its_reader_sees(city: City, cases: list[Case], client):
    other = make_case(city, department="b:zabita" if "b:zabita" in city.departments else None)
    (alert,) = store_found([found([*cases, other])], day=TODAY, now=NOW)
    viewer = viewer_of(city.people["coordinator"])
    assert other.pk not in set(cases_of(alert, viewer).values_list("pk", flat=True))
    client.force_login(city.people["coordinator"])
    page = client.get(f"/alerts/{alert.uid}/").content.decode()
    assert other.number not in page
    assert cases[0].number in page
    shapes = json.loads(client.get("/alerts/alerts.geojson?state=all").content)
    assert [f["properties"]["uid"] for f in shapes["features"]] == [str(alert.uid)]


def test_a_judgement_counts_in_the_precision(city: City, alert: Alert, client):
    client.force_login(city.people["coordinator"])
    assert (
        client.post(
            f"/alerts/{alert.uid}/verdict/", {"verdict": "KNOWN", "note": "boru"}
        ).status_code
        == 302
    )
    alert.refresh_from_db()
    assert (alert.verdict, alert.verdict_note) == ("KNOWN", "boru")
    (month,) = worth(Alert.objects.all())
    assert (month.raised, month.known, month.precision) == (1, 1, 1.0)
    perhaps = {"verdict": "PERHAPS", "seen": alert.judged}
    assert client.post(f"/alerts/{alert.uid}/verdict/", perhaps).status_code == 400
    with pytest.raises(Alert.DoesNotExist):
        judge(str(alert.uid), "REAL", "", seen="", viewer=ANONYMOUS, now=NOW)


def seen_of(page) -> str:
    """What the form of an alert says that was judged when it was read."""
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]


def test_who_judges_second_is_told_what_the_first_said(city: City, alert: Alert, as_):
    address = f"/alerts/{alert.uid}/"
    one, other = as_("coordinator"), as_("manager")
    seen = [seen_of(client.get(address)) for client in (one, other)]
    first = {"verdict": "REAL", "note": "boru patlak", "seen": seen[0]}
    assert one.post(f"{address}verdict/", first).status_code == 302
    second = {"verdict": "NOISE", "note": "bir şey yok", "seen": seen[1]}
    refused = other.post(f"{address}verdict/", second, HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 409
    html = refused.content.decode()
    assert "says “real” (note: boru patlak)" in html
    assert 'name="note" maxlength="500" value="bir şey yok"' in html
    assert 'value="NOISE" required checked' in html
    alert.refresh_from_db()
    assert (alert.verdict, alert.verdict_note) == ("REAL", "boru patlak")
    assert alert.verdict_by == city.people["coordinator"]
    again = second | {"seen": seen_of(refused)}
    assert other.post(f"{address}verdict/", again).status_code == 302
    alert.refresh_from_db()
    assert (alert.verdict, alert.verdict_by) == ("NOISE", city.people["manager"])


def test_no_verdict_is_refused_and_erases_nothing(alert: Alert, as_):
    client, address = as_("coordinator"), f"/alerts/{alert.uid}/"
    client.post(f"{address}verdict/", {"verdict": "REAL", "note": "boru"})
    sent = {"note": "yanlış", "seen": seen_of(client.get(address))}
    for more in ({}, {"verdict": ""}):
        refused = client.post(f"{address}verdict/", sent | more, HTTP_ACCEPT_LANGUAGE="en")
        assert refused.status_code == 400
        assert "Choose real, known already or noise." in refused.content.decode()
        assert 'value="yanlış"' in refused.content.decode()
    alert.refresh_from_db()
    assert (alert.verdict, alert.verdict_note) == ("REAL", "boru")


def test_one_request_over_its_cases(city: City, alert: Alert, client):
    Channel.objects.create(code="desk", name="Danışma", family="INTEGRATED", transport="FORM")
    viewer = viewer_of(city.people["coordinator"])
    made = gather_alert(str(alert.uid), viewer=viewer, now=NOW)
    alert.refresh_from_db()
    assert alert.parent_case == made.parent
    assert made.parent.children.count() == 6
    again = gather_alert(str(alert.uid), viewer=viewer, now=NOW)
    assert again.parent == made.parent
    with pytest.raises((PermissionDenied, InvalidInput)):
        gather_alert(str(alert.uid), viewer=viewer_of(city.people["crew"]), now=NOW)


def test_the_list_filters_sorts_and_exports(city: City, alert: Alert, client):
    client.force_login(city.people["coordinator"])
    Alert.objects.update(last_day=date(2099, 1, 1))
    for query in (
        "",
        "?sort=ratio",
        "?sort=-ratio",
        "?sort=-name",
        "?state=judged",
        "?q=%C5%9Fuku",
        "?page=999",
        "?q=%00",
    ):
        assert client.get(f"/alerts/{query}").status_code == 200
    for name, value in (
        ("sort", "x"),
        ("state", "x"),
        ("level", "x"),
        ("group", "x"),
        ("page", "-1"),
    ):
        for form in ("", "alerts.csv", "alerts.geojson"):
            answer = client.get(f"/alerts/{form}?{name}={value}")
            assert answer.status_code == (200 if name == "page" and form else 400)
            assert answer.status_code == 200 or name in answer.content.decode()
    note = {"verdict": "REAL", "note": "a\x00b"}
    assert client.post(f"/alerts/{alert.uid}/verdict/", note).status_code == 302
    alert.refresh_from_db()
    assert alert.verdict_note == "ab"
    Alert.objects.update(verdict="", last_day=date(2099, 1, 1))
    table = b"".join(client.get("/alerts/alerts.csv").streaming_content).decode()
    assert alert.name in table
    assert str(alert.uid) in table
    group = city.types["cop"].group
    Alert.objects.update(verdict="KNOWN", type_group_id=group.pk)
    (shape,) = client.get("/alerts/alerts.geojson?state=judged").json()["features"]
    assert shape["properties"] | {
        "level": "CELL", "group": group.code, "first_day": alert.first_day.isoformat(),
        "last_day": "2099-01-01", "ratio": 5.0, "recurrence_days": 400, "verdict": "KNOWN",
    } == shape["properties"]  # fmt: skip


def test_precision_has_one_word_on_the_page(alert: Alert, as_):
    html = as_("coordinator").get("/alerts/", HTTP_ACCEPT_LANGUAGE="tr").content.decode()
    assert '<th scope="col" class="num">İsabet</th>' in html
    assert "İsabet: birinin değerlendirdiği" in html


def test_what_was_expected_is_one_number_wherever_it_is_told(
    city: City, cases: list[Case], as_, django_capture_on_commit_callbacks
):
    duty = city.people["coordinator"]
    duty.email, duty.language = "duty@example.org", "en"
    duty.save()
    with django_capture_on_commit_callbacks(execute=True):
        (alert,) = store_found([replace(found(cases), expected=0.1149)], day=TODAY, now=NOW)
    client, about = as_("coordinator"), {"state": "all"}
    times = 6 / 0.11
    page = client.get(f"/alerts/{alert.uid}/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "requests, 0.11 would be usual" in page and f"{times:.1f} times the usual" in page
    assert '<td class="num">0.11</td>' in page  # the table of nights
    table = b"".join(client.get("/alerts/alerts.csv", about).streaming_content).decode()
    assert f",6,0.11,{times:.1f}," in table
    (shape,) = client.get("/alerts/alerts.geojson", about).json()["features"]
    place = alert.geom.centroid
    (drawn,) = decoded(
        client.get(url("alerts", tile_of(place.x, place.y, 14), "?state=all"))
    )["alerts"]  # fmt: skip
    (feature,) = client.get("/ogc/collections/alerts/items").json()["features"]
    assert [f["properties"]["expected"] for f in (shape, drawn, feature)] == [0.11] * 3
    assert shape["properties"]["ratio"] == round(times, 1)
    (message,) = Message.objects.filter(key__startswith="alert:")
    assert "where about 0.11 would be usual" in message.body
    with override("en"):
        assert "6 requests, 0.11 usual" in " ".join(_alerts(duty, NOW))


@pytest.mark.parametrize(("text", "listed"), [("ÇARŞI", True), ("carsi", True), ("pazar", False)])
def test_the_search_knows_turkish_letters(city: City, alert: Alert, client, text, listed):
    Alert.objects.filter(pk=alert.pk).update(name="Çarşı", name_key=fold("Çarşı"))
    client.force_login(city.people["coordinator"])
    page = client.get("/alerts/", {"q": text, "state": "all"}).content.decode()
    assert (str(alert.uid) in page) is listed
