"""The pages of an organisation's administrator: clients, keys, limits, use, log, webhooks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.actions.usage import write_down
from accounts.models import ApiClient, ClientEvent, ClientUsage, Membership, User
from addresses.actions.change_sets import publish
from addresses.models import ChangeSet
from cases.web.clients import _hides_something
from notifications.actions.deliveries import gather, send_due
from notifications.models import WebhookDelivery, WebhookSubscription
from tests.clients import make_client, program
from tests.factories import City
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db
PAGE = "/console/clients/"
FORM = {
    "name": "Harita", "contact": "bt@example.org", "scopes": ["registry:read"],
    "rate_per_minute": 60, "burst": 10, "daily_quota": 1000, "active": "1",
}  # fmt: skip


@pytest.fixture
def boss(city: City) -> User:
    """Administers the clients of body a."""
    user = User.objects.create_user("boss", password="x", full_name="Test boss")
    Membership.objects.create(
        user=user, organisation=city.bodies["a"], role=Membership.Role.ORGANISATION_ADMIN
    )
    city.people["boss"] = user
    return user


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE = True
    with receiving() as server:
        yield server


def key_in(answer: Any) -> str:
    found = re.search(r"vip_[\w-]{43}", answer.content.decode())
    assert found is not None
    return found[0]


def test_from_a_new_client_to_a_revoked_key(city: City, boss: User, as_: Any) -> None:
    browser = as_("boss")
    made = browser.post(PAGE, FORM)
    row = ApiClient.objects.get()
    one = f"{PAGE}{row.uid}/"
    assert (made.status_code, made["Location"]) == (302, one)
    old = key_in(browser.post(one, {"do": "issue", "days": 90}))
    assert old not in browser.get(one).content.decode()
    assert program(old).get("/api/v1/register/").status_code == 200
    first = row.keys.get()
    sent = {"do": "rotate", "key": first.pk, "days": 90, "overlap_days": 7}
    new = key_in(browser.post(one, sent))
    for key in (old, new):
        assert program(key).get("/api/v1/register/").status_code == 200
    first.refresh_from_db()
    assert first.expires_at - timezone.now() < timedelta(days=7)
    browser.post(one, {"do": "revoke", "key": first.pk})
    assert row.keys.get(pk=first.pk).revoked_at is not None
    browser.post(one, FORM | {"do": "change", "name": "Yeni ad"})
    kinds = list(ClientEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["CREATED", "KEY_ISSUED", "KEY_ROTATED", "KEY_REVOKED", "CHANGED"]
    page = browser.get(one).content.decode()
    assert "Test boss" in page and "Yeni ad" in page and old not in page and new not in page


def test_an_organisation_goes_no_further_than_the_city_lets_it(
    city: City, boss: User, as_: Any
) -> None:
    for changed, field in (
        ({"scopes": ["cases:read"]}, "scopes"), ({"daily_quota": 10**7}, "daily_quota"),
        ({"burst": 10**6}, "burst"), ({"networks": "x"}, "networks"),
        ({"neighbourhoods": "Atlantis"}, "neighbourhoods"), ({"area": "{}"}, "area"),
        ({"districts": ["999999"]}, "districts"), ({"contact": "x"}, "contact"),
    ):  # fmt: skip
        answer = as_("boss").post(PAGE, FORM | changed)
        assert answer.status_code == 422 and field in answer.context["errors"], field
    given = {
        "do": "ceiling", "organisation": city.bodies["a"].pk, "scopes": ["cases:read"],
        "rate_per_minute": 600, "burst": 100, "daily_quota": 10**7,
    }  # fmt: skip
    assert as_("boss").post(PAGE, given).status_code == 403
    assert as_("administrator").post(PAGE, given).status_code == 302
    more = FORM | {"scopes": ["cases:read"], "daily_quota": 10**7}
    assert as_("boss").post(PAGE, more).status_code == 302


def test_another_organisations_client_is_not_there(city: City, boss: User, as_: Any) -> None:
    row, _key = make_client(city, "b", name="Başkası")
    one = f"{PAGE}{row.uid}/"
    assert as_("boss").get(one).status_code == 404
    before = row.keys.count()
    for do in ("issue", "revoke", "rotate", "change"):
        sent = FORM | {"do": do, "days": 9, "key": row.keys.get().pk, "overlap_days": 1}
        assert as_("boss").post(one, sent).status_code == 404
    assert row.keys.count() == before
    assert "Başkası" not in as_("boss").get(PAGE).content.decode()
    other = city.bodies["b"].pk
    assert as_("boss").get(f"{PAGE}?organisation={other}").status_code == 403
    assert as_("boss").post(PAGE, FORM | {"organisation": other}).status_code == 403
    for who in ("coordinator", "agent", "gis_editor"):
        assert as_(who).get(PAGE).status_code == 403


def test_use_is_counted_once_and_shown(city: City, as_: Any) -> None:
    row, key = make_client(city, burst=5, rate_per_minute=1)
    size = 0
    for path in ("/api/v1/register/", "/api/v1/cases", "/api/v1/register/nothing"):
        size += len(program(key).get(path).content)
    for _ in range(3):
        program(key).get("/api/v1/register/")  # the last is one too many
    now = timezone.now()
    assert write_down(now=now) == 2 and write_down(now=now) == 0
    used = ClientUsage.objects.get(client=row, group="register")
    assert (used.requests, used.errors, used.refused) == (5, 1, 1)
    assert ClientUsage.objects.get(group="cases").requests == 1
    program(key).get("/api/v1/cases")
    write_down(now=now)
    assert ClientUsage.objects.get(group="cases").refused == 1
    with translation.override("en"):
        page = as_("administrator").get(f"{PAGE}{row.uid}/").content.decode()
    assert "usage-all" in page and size > 0


def test_nothing_is_lost_when_the_writer_dies(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from accounts.actions import usage

    _row, key = make_client(city)
    program(key).get("/api/v1/register/")
    now = timezone.now()

    class Died(BaseException):
        pass

    with monkeypatch.context() as dying:
        dying.setattr(usage, "_add", lambda *_: (_ for _ in ()).throw(Died()))
        with pytest.raises(Died):
            write_down(now=now)
    program(key).get("/api/v1/register/")
    real = usage.cache.ask

    def dies_after(*commands: Any) -> Any:
        if commands[0][0] == "DEL":
            raise Died
        return real(*commands)

    with monkeypatch.context() as dying:
        dying.setattr(usage.cache, "ask", dies_after)
        with pytest.raises(Died):
            write_down(now=now)
    write_down(now=now)
    write_down(now=now)
    assert ClientUsage.objects.get().requests == 2


def test_webhooks_on_the_screen(city: City, boss: User, as_: Any, receiver: Receiver) -> None:
    row, _key = make_client(city)
    browser, page = as_("boss"), "/console/webhooks/"
    answer = browser.post(
        page, {"url": receiver.url, "kinds": ["register.advanced"], "client": row.pk}
    )
    assert answer.status_code == 200 and "whsec_" in answer.content.decode()
    made = WebhookSubscription.objects.get()
    assert made.client_id == row.pk and made.secret not in browser.get(page).content.decode()
    receiver.status = 500
    publish(ChangeSet.objects.create(kind="EDIT", title="x"), now=timezone.now())
    now = timezone.now()
    gather(now=now)
    WebhookDelivery.objects.update(attempts=11)
    send_due(now=now)
    one = f"{page}{made.uid}/"
    assert "HTTP 500" in browser.get(f"{one}?state=DEAD").content.decode()
    receiver.status = 204
    browser.post(one, {"do": "resend", "delivery": WebhookDelivery.objects.get().pk})
    send_due(now=timezone.now())
    assert WebhookDelivery.objects.get().state == "SENT"
    assert "whsec_" in browser.post(one, {"do": "secret"}).content.decode()
    assert browser.post(one, {"do": "replay", "topic": "register", "after": "x"}).status_code == 422
    assert browser.post(one, {"do": "replay", "topic": "register", "after": 0}).status_code == 302
    assert browser.post(one, {"do": "pause"}).status_code == 302
    assert not WebhookSubscription.objects.get().active
    for do in ("x", "resend"):
        assert browser.post(one, {"do": do, "delivery": "9"}).status_code == 422
    assert as_("coordinator").get(one).status_code == 404
    assert as_("coordinator").post(one, {"do": "remove"}).status_code == 404
    wrong = {"url": receiver.url, "kinds": ["register.advanced"], "client": row.pk}
    assert as_("coordinator").post(page, wrong).status_code == 422
    assert browser.post(one, {"do": "remove"}).status_code == 302
    assert not WebhookSubscription.objects.exists()


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("doors.number", True), ("cases.place", True), ("*.postcode", True), ("*", True),
        ("bogus", False), ("doors.numbr", False), ("doorss.number", False), ("cases.nmber", False),
    ],
)  # fmt: skip
def test_a_field_that_there_is_not_is_no_limit(text: str, taken: bool):
    assert _hides_something(text) is taken
