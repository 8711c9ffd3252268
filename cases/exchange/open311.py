"""Speaks Open311 GeoReport v2 to the server of somebody else: strict in what it sends, tolerant in what
it reads (JSON with or without a root, one child instead of a list, numbers as text, XML).

Each failure says whether the other side may have taken what was sent: that decides whether it may
be sent again.
"""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from cases.rules.wire import moment
from notifications.actions.calls import Answer, NotSent, call
from notifications.actions.webhooks import AddressRefused, NotDelivered

_TOLD = 300  # characters of somebody else's words that are kept


class Failed(Exception):
    """It did not work; the text says why, without keys or people's words."""


class Unreachable(Failed):
    """Nothing was taken there. Later it may work."""


class Refused(Failed):
    """Nothing was taken there, and the same will be refused again."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(f"HTTP {status}: {told}" if told else f"HTTP {status}")
        self.status = status


class Unknown(Failed):
    """It was sent, and nobody knows whether it was taken."""


@dataclass(frozen=True)
class Server:
    """`endpoint` without a slash at its end; `form` is json or xml."""

    endpoint: str
    jurisdiction: str = ""
    key: str = field(default="", repr=False)
    form: str = "json"


class Opened(NamedTuple):
    id: str
    token: str
    notice: str


class Seen(NamedTuple):
    """A request as the other side shows it. `state`, `result` and `done` are extensions of ours."""

    id: str
    status: str
    notes: str
    updated: str
    account_id: str
    description: str
    state: str
    result: str
    number: str


class News(NamedTuple):
    update_id: str
    id: str
    status: str
    at: str
    description: str
    kind: str  # an extension of ours: the event


class Found(NamedTuple):
    """What a try of the connection has found."""

    formats: tuple[str, ...]
    extensions: tuple[str, ...]
    services: tuple[tuple[str, str], ...]  # code, name


def discover(server: Server) -> Found:
    """What the other side offers. Raises Failed."""
    about = _inside(_read(_get(server, "discovery"), server), "discovery")
    services = _members(_read(_get(server, "services"), server), "services", "service")
    formats = [
        _text(f) for e in _members(about.get("endpoints"), "endpoints", "endpoint")
        for f in _members(e.get("formats"), "formats", "format", plain=True)
    ]  # fmt: skip
    extensions = _members(about.get("extensions"), "extensions", "extension", plain=True)
    return Found(
        tuple(formats),
        tuple(_text(e) for e in extensions),
        tuple((_text(s.get("service_code")), _text(s.get("service_name"))) for s in services),
    )


def codes_asked(server: Server, service: str) -> set[str]:
    """The codes of the attributes that a service asks for; none where it has no definition."""
    try:
        found = _read(_get(server, f"services/{quote(service, safe='')}"), server)
    except Refused:
        return set()
    inside = _inside(found, "service_definition")
    attributes = _members(inside.get("attributes"), "attributes", "attribute")
    return {_text(a.get("code")) for a in attributes}


def open_request(
    server: Server, fields: Iterable[tuple[str, str]], photos: Sequence[bytes], *, key: str
) -> Opened:
    """Opens a request there. `key` is sent as Idempotency-Key. Raises Failed."""
    found = _read(_post(server, "requests", fields, photos, {"Idempotency-Key": key}), server)
    members = _members(found, "service_requests", "request")
    if not members:
        raise Unknown("the answer names no request")
    one = members[0]
    return Opened(
        _text(one.get("service_request_id"))[:120],
        _text(one.get("token"))[:120],
        _text(one.get("service_notice"))[:_TOLD],
    )


def id_of_token(server: Server, token: str) -> str:
    """The id behind a token; "" as long as there is none. Raises Failed."""
    found = _read(_get(server, f"tokens/{quote(token, safe='')}"), server)
    members = _members(found, "service_requests", "request")
    return _text(members[0].get("service_request_id"))[:120] if members else ""


def requests(server: Server, **query: str) -> list[Seen]:
    """Requests by the parameters of the standard. Raises Failed."""
    found = _read(_get(server, "requests", extensions="true", **query), server)
    return [_seen(one) for one in _members(found, "service_requests", "request")]


def request(server: Server, key: str) -> Seen | None:
    """One request by its id; None where there is none. Raises Failed."""
    try:
        answer = _get(server, f"requests/{quote(key, safe='')}", extensions="true")
        found = _members(_read(answer, server), "service_requests", "request")
    except Refused as refused:
        if refused.status in (404, 410):
            return None
        raise
    return _seen(found[0]) if found else None


def tell(server: Server, fields: Mapping[str, str]) -> None:
    """Posts what became of a request. Raises Failed."""
    _read(_post(server, "servicerequestupdates", fields.items(), (), {}), server)


def updates(server: Server, since: datetime, until: datetime) -> list[News]:
    """What the other side has to tell of the time between. Raises Failed."""
    answer = _get(server, "servicerequestupdates", start_date=moment(since), end_date=moment(until))
    return [
        News(
            _text(one.get("update_id"))[:120], _text(one.get("service_request_id"))[:120],
            _text(one.get("status")).lower()[:20], _text(one.get("updated_datetime"))[:40],
            _text(one.get("description"))[:4000], _text(_more(one).get("kind"))[:30],
        )
        for one in _members(_read(answer, server), "service_requests_updates", "request_update")
    ]  # fmt: skip


def _seen(one: Mapping[str, Any]) -> Seen:
    more = _more(one)
    return Seen(
        _text(one.get("service_request_id"))[:120], _text(one.get("status")).lower()[:20],
        _text(one.get("status_notes"))[:4000], _text(one.get("updated_datetime"))[:40],
        _text(one.get("account_id")), _text(one.get("description")), _text(more.get("state")),
        _text(more.get("result")), _text(more.get("number")),
    )  # fmt: skip


def _more(one: Mapping[str, Any]) -> Mapping[str, Any]:
    found = one.get("extended_attributes")
    return found if isinstance(found, Mapping) else {}


def _get(server: Server, path: str, **query: str) -> Answer:
    return _call(server, path, "GET", query=urlencode({**_who(server), **query}))


def _post(
    server: Server, path: str, fields: Iterable[tuple[str, str]], photos: Sequence[bytes],
    headers: Mapping[str, str],
) -> Answer:  # fmt: skip
    pairs = [*_who(server).items(), *fields]
    if photos:
        border = uuid.uuid4().hex
        body, kind = _multipart(pairs, photos, border), f"multipart/form-data; boundary={border}"
    else:
        body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded; charset=utf-8"
    return _call(server, path, "POST", body=body, headers={"Content-Type": kind, **headers})


def _who(server: Server) -> dict[str, str]:
    said = {"jurisdiction_id": server.jurisdiction, "api_key": server.key}
    return {name: value for name, value in said.items() if value}


def _multipart(pairs: Iterable[tuple[str, str]], photos: Sequence[bytes], border: str) -> bytes:
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for number, photo in enumerate(photos, start=1):
        head = f'name="media"; filename="{number}.jpg"\r\nContent-Type: image/jpeg'
        parts.append(f"--{border}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode())
        parts.append(photo + b"\r\n")
    return b"".join([*parts, f"--{border}--\r\n".encode()])


def _call(server: Server, path: str, method: str, **sent: Any) -> Answer:
    try:
        return call(url=f"{server.endpoint}/{path}.{server.form}", method=method, **sent)
    except AddressRefused as error:
        raise Refused(0, f"the address is not called: {error}") from error
    except NotSent as error:
        raise Unreachable(f"not reached: {error}") from error
    except NotDelivered as error:
        raise Unknown(f"no answer: {error}") from error


def _read(answer: Answer, server: Server) -> Any:
    """The content of a good answer; a failure for any other."""
    if answer.status == 429:
        raise Unreachable("HTTP 429: too many requests")
    if answer.status >= 500:
        raise Unknown(f"HTTP {answer.status}")
    if not 200 <= answer.status < 300:
        raise Refused(answer.status, _errors(answer))
    try:
        return _parsed(answer)
    except (ValueError, RecursionError) as error:
        raise Unknown("the answer cannot be read") from error


def _errors(answer: Answer) -> str:
    """The reasons that the other side gives."""
    try:
        found = _members(_parsed(answer), "errors", "error")
    except (ValueError, RecursionError):
        return ""
    told = "; ".join(_text(e.get("description")) for e in found)
    return " ".join(told.split())[:_TOLD]


def _parsed(answer: Answer) -> Any:
    if answer.body.lstrip()[:1] == b"<":
        from defusedxml import ElementTree
        from defusedxml.common import DefusedXmlException

        try:
            root = ElementTree.fromstring(answer.body)
        except (ElementTree.ParseError, DefusedXmlException, LookupError) as error:
            raise ValueError("no XML") from error
        return {root.tag: _of_element(root)}
    return json.loads(answer.body)


def _of_element(element: Any) -> Any:
    """A mapping of its children, several of one name as a list; without any, its text."""
    if not len(element):
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in element:
        value = _of_element(child)
        if child.tag in found:
            known = found[child.tag]
            found[child.tag] = [*known, value] if isinstance(known, list) else [known, value]
        else:
            found[child.tag] = value
    return found


def _inside(found: Any, root: str) -> Mapping[str, Any]:
    if isinstance(found, list) and found:
        found = found[0]
    if isinstance(found, Mapping) and isinstance(found.get(root), Mapping):
        found = found[root]
    return found if isinstance(found, Mapping) else {}


def _members(found: Any, root: str, member: str, *, plain: bool = False) -> list[Any]:
    """The members of a list, however it is wrapped: with a root, with the member's name, with both,
    or not at all."""
    for name in (root, member):
        if isinstance(found, Mapping) and name in found:
            found = found[name]
    if found in (None, ""):
        return []
    listed = found if isinstance(found, list) else [found]
    return [m for m in listed if plain or isinstance(m, Mapping)]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\x00", "").strip()
    return "" if value is None or isinstance(value, Mapping | list) else str(value)
