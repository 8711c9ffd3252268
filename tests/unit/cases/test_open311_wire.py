"""What servers of others really answer is read; what cannot be is no crash."""

import json

import pytest

from cases.exchange import open311
from cases.exchange.open311 import Refused, Server, Unknown, Unreachable
from notifications.actions.calls import Answer, NotSent
from notifications.actions.webhooks import AddressRefused, NotDelivered

SERVER = Server("https://example.org/v2", key="secret")


def answering(monkeypatch: pytest.MonkeyPatch, body: str, status: int = 200) -> list[str]:
    asked: list[str] = []

    def call(*, url: str, query: str = "", **_: object) -> Answer:
        asked.append(f"{url}?{query}")
        return Answer(status, "", body.encode())

    monkeypatch.setattr(open311, "call", call)
    return asked


ONE = {"service_request_id": 17, "status": "OPEN", "status_notes": "x", "lat": "39.1"}


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([ONE]),
        json.dumps(ONE),
        json.dumps({"service_requests": [ONE]}),
        json.dumps({"service_requests": {"request": [ONE]}}),
        json.dumps({"service_requests": {"request": ONE}}),
        "<service_requests><request><service_request_id>17</service_request_id>"
        "<status>Open</status><status_notes>x</status_notes></request></service_requests>",
        "<?xml version='1.0'?>\n<service_requests type='array'><request>"
        "<service_request_id> 17 </service_request_id><status>open</status>"
        "<status_notes><![CDATA[x]]></status_notes></request></service_requests>",
    ],
)
def test_one_request_in_every_dress(monkeypatch: pytest.MonkeyPatch, body: str):
    answering(monkeypatch, body)
    (seen,) = open311.requests(SERVER)
    assert (seen.id, seen.status, seen.notes) == ("17", "open", "x")


@pytest.mark.parametrize(
    "body", ["[]", "", "{}", "<service_requests/>", '{"service_requests": null}']
)
def test_nothing_is_nothing(monkeypatch: pytest.MonkeyPatch, body: str):
    answering(monkeypatch, body)
    if body:
        assert open311.requests(SERVER) == [] or body == "{}"
    else:
        with pytest.raises(Unknown):
            open311.requests(SERVER)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Fehler", "Ok", "[1,", "[" * 100_000,
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    ],
)  # fmt: skip
def test_what_cannot_be_read_may_have_been_taken(monkeypatch: pytest.MonkeyPatch, body: str):
    answering(monkeypatch, body)
    with pytest.raises(Unknown):
        open311.open_request(SERVER, [], (), key="k")


def test_an_opened_request_has_an_id_or_a_token(monkeypatch: pytest.MonkeyPatch):
    answering(monkeypatch, '[{"service_request_id": "9", "service_notice": "ok"}]')
    assert open311.open_request(SERVER, [], (), key="k") == ("9", "", "ok")
    answering(monkeypatch, '{"service_requests":{"request":{"token":"t"}}}')
    assert open311.open_request(SERVER, [], (), key="k").token == "t"
    answering(monkeypatch, "[]")
    with pytest.raises(Unknown):
        open311.open_request(SERVER, [], (), key="k")


def test_refusals_say_what_the_other_side_says(monkeypatch: pytest.MonkeyPatch):
    answering(monkeypatch, '[{"code":"400","description":"lat is\\n missing"}]', 400)
    with pytest.raises(Refused, match="HTTP 400: lat is missing"):
        open311.requests(SERVER)
    answering(
        monkeypatch, "<errors><error><code>403</code><description>key</description></error></errors>",
        403,
    )  # fmt: skip
    with pytest.raises(Refused, match="HTTP 403: key") as refused:
        open311.requests(SERVER)
    assert refused.value.status == 403
    answering(monkeypatch, "<html>Not found", 404)
    with pytest.raises(Refused, match=r"HTTP 404$"):
        open311.requests(SERVER)
    assert open311.request(SERVER, "x") is None
    answering(monkeypatch, "", 302)
    with pytest.raises(Refused, match="HTTP 302"):
        open311.requests(SERVER)


@pytest.mark.parametrize(
    "raised, means",
    [
        (NotSent("ConnectionRefusedError"), Unreachable), (NotDelivered("too slow"), Unknown),
        (AddressRefused("only https"), Refused),
    ],
)  # fmt: skip
def test_each_failure_says_whether_it_may_have_been_taken(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, means: type[Exception]
):
    def call(**_: object) -> Answer:
        raise raised

    monkeypatch.setattr(open311, "call", call)
    with pytest.raises(means) as failure:
        open311.open_request(SERVER, [], (), key="k")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize("status, means", [(429, Unreachable), (500, Unknown), (503, Unknown)])
def test_statuses(monkeypatch: pytest.MonkeyPatch, status: int, means: type[Exception]):
    answering(monkeypatch, "", status)
    with pytest.raises(means):
        open311.open_request(SERVER, [], (), key="k")


def test_the_key_is_not_shown():
    assert "secret" not in repr(SERVER)


def test_a_try_tells_what_is_offered(monkeypatch: pytest.MonkeyPatch):
    bodies = {
        "discovery": "<discovery><endpoints><endpoint><formats><format>text/xml</format></formats>"
        "</endpoint></endpoints></discovery>",
        "services": "<services><service><service_code>1</service_code><service_name>A</service_name>"
        "</service></services>",
    }

    def call(*, url: str, **_: object) -> Answer:
        return Answer(200, "", bodies[url.rpartition("/")[2].partition(".")[0]].encode())

    monkeypatch.setattr(open311, "call", call)
    found = open311.discover(SERVER)
    assert found == (("text/xml",), (), (("1", "A"),))
