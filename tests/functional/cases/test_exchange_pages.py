"""The pages of the exchange: what is stuck and why, and what a person does about it; partners."""

import csv
import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.queries.viewers import viewer_of
from cases.actions.move import move_case
from cases.actions.routing import decide_body
from cases.models import Partner, Referral, Transfer
from tests.factories import City, make_case

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def partner(city: City) -> Partner:
    return Partner.objects.create(
        organisation=city.bodies["b"], endpoint="https://example.org/v2", active=True,
        closed_as=city.results["done"], services={"cop": "17"},
    )  # fmt: skip


def transfer_of(city: City, partner: Partner, state: str, **more: Any) -> Transfer:
    case = make_case(city, department="b:temizlik")
    referral = Referral.objects.create(
        case=case, to_department=city.departments["b:temizlik"], reason="x"
    )
    values = {"next_at": None, "mark": case.number, "error": f"why-{state}"} | more
    return Transfer.objects.create(
        referral=referral, case=case, partner=partner, state=state, **values
    )


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_list_shows_what_is_stuck_and_why(city: City, partner: Partner, as_: As):
    rows = {s: transfer_of(city, partner, s) for s in Transfer.State.values}
    agent = english(as_("agent"))
    page = agent.get("/console/exchange/").content.decode()
    assert all(r.case.number in page and r.error in page for r in rows.values())
    assert "2 requests need a person" in page
    page = agent.get("/console/exchange/?state=person&sort=number").content.decode()
    shown = {s for s, r in rows.items() if r.case.number in page}
    assert shown == {"STUCK", "UNSURE"}
    number = rows["DONE"].case.number
    found = agent.get(f"/console/exchange/?q={number}").content.decode()
    assert [s for s, r in rows.items() if f">{r.case.number}</a>" in found] == ["DONE"]
    text = b"".join(agent.get("/console/exchange/exchange.csv?state=STUCK").streaming_content)
    (line,) = csv.DictReader(io.StringIO(text.decode("utf-8-sig")))
    assert (line["Number"], line["Why"]) == (rows["STUCK"].case.number, "why-STUCK")
    for query in ("state=x&sort=x&partner=x", "q=%00&page=9999", "partner=99999999999999999999"):
        assert agent.get(f"/console/exchange/?{query}").status_code == 200
    other = as_("coordinator").get("/console/exchange/").content.decode()
    assert not any(r.case.number in other for r in rows.values())  # the district's own


def act(client: Client, row: Transfer, **sent: str) -> int:
    return client.post(f"/console/exchange/{row.pk}/act/", sent).status_code


def test_send_again(city: City, partner: Partner, as_: As):
    agent = as_("agent")
    row = transfer_of(city, partner, "UNSURE", doubtful=True, attempts=5)
    assert act(agent, row, do="resend") == 302
    row.refresh_from_db()
    assert (row.state, row.doubtful, row.attempts, row.error) == ("WAITING", False, 0, "")
    assert row.next_at is not None
    assert row.steps.get().by == city.people["agent"]
    row = transfer_of(city, partner, "STUCK", doubtful=True)
    act(agent, row, do="resend")
    row.refresh_from_db()
    assert row.doubtful  # the other side is asked first
    row = transfer_of(city, partner, "STUCK", remote_id="9")
    act(agent, row, do="resend")
    row.refresh_from_db()
    assert row.state == "FOLLOWING"
    assert act(agent, transfer_of(city, partner, "DONE"), do="resend") == 422
    assert act(agent, row, do="nothing") == 422
    assert act(agent, Transfer(pk=10**9), do="resend") == 404


def test_mark_as_delivered(city: City, partner: Partner, as_: As):
    agent = as_("agent")
    row = transfer_of(city, partner, "UNSURE")
    assert act(agent, row, do="number", number=" ") == 422
    assert act(agent, row, do="number", number="2026-17") == 302
    row.refresh_from_db()
    assert (row.state, row.remote_id) == ("FOLLOWING", "2026-17")
    other = transfer_of(city, partner, "STUCK")
    assert act(agent, other, do="number", number="2026-17") == 422


def test_give_up_with_a_reason(city: City, partner: Partner, as_: As):
    agent = as_("agent")
    row = transfer_of(city, partner, "STUCK")
    assert act(agent, row, do="give_up", reason="") == 422
    assert act(agent, row, do="give_up", reason="Told them by telephone") == 302
    row.refresh_from_db()
    row.case.refresh_from_db()
    assert row.state == "DONE"
    assert row.case.needs_review
    assert row.case.events.get().note == "Told them by telephone"
    page = english(agent).get(f"/console/exchange/{row.pk}/").content.decode()
    assert "Told them by telephone" in page


@pytest.fixture
def foreign(settings: Any) -> Iterator[str]:
    """A plain server of somebody else: XML, two services, nothing more."""
    settings.WEBHOOK_PRIVATE = True

    class Plain(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2].partition(".")[0]
            body = {
                "discovery": "<discovery><endpoints/></discovery>",
                "services": "<services><service><service_code>17</service_code>"
                "<service_name>Çöp</service_name></service></services>",
            }.get(name)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v2"
    server.shutdown()


def form_of(city: City, endpoint: str, **more: Any) -> dict[str, Any]:
    return {
        "organisation": city.bodies["b"].pk, "endpoint": endpoint, "form": "xml",
        "finds": "NOTHING", "closed_as": "done", "services": "cop = 17\n* = *",
        "api_key": "their-secret", "active": "1", "version": "0",
    } | more  # fmt: skip


def test_a_partner_is_set_up_and_tried(city: City, as_: As, foreign: str):
    boss = english(as_("administrator"))
    new = "/console/exchange/partners/new/"
    assert boss.get(new).status_code == 200
    answer = boss.post(new, form_of(city, foreign + "/"))
    partner = Partner.objects.get()
    assert answer["Location"] == f"/console/exchange/partners/{partner.pk}/"
    assert (partner.endpoint, partner.services) == (foreign, {"cop": "17", "*": "*"})
    page = boss.get(answer["Location"]).content.decode()
    assert "their-secret" not in page
    tried = boss.post(answer["Location"], {"do": "try"}).content.decode()
    assert "It answers, and offers 1 service." in tried
    # An empty key leaves the one that is kept; whoever read an older version changes nothing.
    changed = form_of(city, foreign, api_key="", services="cop = 99", version=partner.version)
    assert boss.post(answer["Location"], changed).status_code == 302
    partner.refresh_from_db()
    assert (partner.api_key, partner.services) == ("their-secret", {"cop": "99"})
    assert boss.post(answer["Location"], changed).status_code == 422
    assert "Not offered there" in boss.post(answer["Location"], {"do": "try"}).content.decode()
    Partner.objects.update(endpoint=foreign + "/away")
    Partner.objects.update(endpoint="http://127.0.0.1:9/v2")
    tried = boss.post(answer["Location"], {"do": "try"}).content.decode()
    assert "not reached" in tried


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://127.0.0.1/v2"}, {"endpoint": "ftp://x"}, {"endpoint": ""},
        {"endpoint": "https://10.0.0.1/"}, {"organisation": "0"}, {"organisation": "x"},
        {"closed_as": "x"}, {"form": "x"}, {"finds": "x"}, {"services": "cop 17"},
        {"services": "nothing = 1"}, {"api_key": "x" * 301}, {"jurisdiction": "x" * 101},
    ],
)  # fmt: skip
def test_what_a_partner_cannot_be_is_told(city: City, as_: As, wrong: dict[str, str]):
    sent = form_of(city, "https://example.org/v2") | wrong
    answer = as_("administrator").post("/console/exchange/partners/new/", sent)
    assert answer.status_code == 422
    assert not Partner.objects.exists()


def test_only_a_referral_to_a_body_with_an_active_partner_begins_a_transfer(
    city: City, partner: Partner
):
    viewer = viewer_of(city.people["agent"])
    for n, active in enumerate((True, False)):
        Partner.objects.update(active=active)
        case = make_case(city)
        move_case(
            number=case.number, move="refer", viewer=viewer, version=case.version,
            now=timezone.now(), department=city.departments["b:temizlik"].pk, note="x",
        )  # fmt: skip
        assert Transfer.objects.count() == 1, n
    transfer = Transfer.objects.get()
    assert transfer.mark == f"{transfer.case.number}-{transfer.referral_id}"
    assert (transfer.state, transfer.doubtful) == ("WAITING", False)


def test_a_rule_that_finds_another_body_refers_to_its_partner_too(city: City, partner: Partner):
    case = make_case(city, department="a:temizlik", at=(2.5, 0.5), precision="POINT")
    assert decide_body(case, timezone.now(), by=None)
    case.save()
    assert Transfer.objects.get(case=case).partner == partner


def test_everything_stuck_of_a_mended_partner_goes_again(city: City, partner: Partner, as_: As):
    rows = [transfer_of(city, partner, s) for s in ("STUCK", "STUCK", "UNSURE", "DONE")]
    address = f"/console/exchange/partners/{partner.pk}/"
    boss = english(as_("administrator"))
    assert "stuck (2)" in boss.get(address).content.decode()
    assert boss.post(address, {"do": "resend"}).status_code == 302
    for row in rows:
        row.refresh_from_db()
    assert [r.state for r in rows] == ["WAITING", "WAITING", "UNSURE", "DONE"]
