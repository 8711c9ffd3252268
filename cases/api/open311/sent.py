"""What others post: a request, or news of one."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from addresses.models import Address
from cases.actions.open_case import KeyReused
from cases.actions.receiving import NotTheirs, receive_case, receive_update
from cases.api.open311 import bodies
from cases.api.open311.asked import Parameters
from cases.api.open311.caller import Caller
from cases.api.open311.faults import Fault, bad, unknown
from cases.conf import CONF
from cases.models import CaseEvent, Received, RequestType
from cases.photos import CleanPhoto, clean_photo
from cases.queries.catalogue import questionnaire_of
from cases.rules.draft import Contact, Draft
from cases.rules.questions import SEVERAL_OF

_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,80})\](\[\d*\])?")
_ATTRIBUTES_MOST = 100
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def open_request(
    request: HttpRequest, sent: Parameters, caller: Caller, type_of: Callable[[str], RequestType]
) -> tuple[dict[str, Any], bool]:
    """The body of the answer, and whether a case was opened by this very delivery. Raises Fault and
    InvalidInput."""
    code = sent.text("service_code", 200)
    if not code:
        raise Fault(400, _("service_code is needed."))
    row = type_of(code)
    answers, unknown_codes = _answers(request.POST, code)
    place = sent.place()
    door = _door(sent.text("address_id", 200))
    address = sent.text("address_string", 500)
    if place is None and door is None and not address:
        raise Fault(400, _("A place is needed: lat and long, address_string or address_id."))
    draft = Draft(
        description=sent.text("description", 20_000) or row.name,
        channel="",
        external_id="",
        place_text=address,
        lon=place[0] if place else None,
        lat=place[1] if place else None,
        address_id=door,
        request_type=code,
        answers=answers,
        contact=Contact(
            " ".join(n for n in (sent.text("first_name"), sent.text("last_name")) if n),
            sent.text("phone", 60), sent.text("email", 300), get_language() or "",
        ),
    )  # fmt: skip
    try:
        opened, received = receive_case(
            draft,
            sender=caller.name,
            idempotency_key=_key(request),
            account_id=sent.text("account_id", 120),
            media_url=_media_url(sent),
            photos=_photos(request),
            now=timezone.now(),
        )
    except KeyReused:
        raise Fault(400, _("Idempotency-Key was used before for something else.")) from None
    return _opened(row, received, unknown_codes), opened.new


def _opened(row: RequestType, received: Received, unknown_codes: list[str]) -> dict[str, Any]:
    notice = _("Your number is %(number)s.") % {"number": received.case.number}
    if unknown_codes:
        ignored = _("Not asked here, and left out: %(codes)s.")
        notice += " " + ignored % {"codes": ", ".join(unknown_codes)[:500]}
    body: dict[str, Any] = {}
    kind = bodies.type_of(row)
    if kind == bodies.REALTIME:
        body["service_request_id"] = str(received.case.uid)
    elif kind == bodies.BATCH:
        body["token"] = str(received.token)
    return body | {"service_notice": notice, "account_id": received.account_id}


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 120 or not key.isprintable():
        raise Fault(400, _("Idempotency-Key must have between 1 and 120 characters."))
    return key


def _answers(sent: QueryDict, code: str) -> tuple[dict[str, Any], list[str]]:
    """By the code of the attribute; those that nobody asks for apart."""
    questions = {q.name: q for q in questionnaire_of(code).questions}
    given: dict[str, list[str]] = {}
    for name in sent:
        if found := _ATTRIBUTE.fullmatch(name):
            values = [v for v in sent.getlist(name) if v.strip()]
            given.setdefault(found[1], []).extend(values)
    if len(given) > _ATTRIBUTES_MOST or any("\x00" in v for vs in given.values() for v in vs):
        raise Fault(400, _("The attributes cannot be read."))
    answers: dict[str, Any] = {}
    for name, values in given.items():
        if name in questions and values:
            several = questions[name].kind == SEVERAL_OF
            answers[name] = values if several else values[-1]
    return answers, sorted(set(given) - set(questions))


def _door(text: str) -> int | None:
    """A door by the uid or the code that the register has for it."""
    if not text:
        return None
    named = {"uid": text} if _UUID.fullmatch(text) else {"code": text}
    rows = list(Address.objects.filter(**named).values_list("pk", flat=True)[:2])
    if len(rows) != 1:
        raise bad(_("address_id: there is no such door in the register: %(text)s"), text=text)
    return rows[0]


def _media_url(sent: Parameters) -> str:
    url = sent.text("media_url", 1000)
    if url and not re.match(r"https?://\S+$", url):
        raise Fault(400, _("media_url is not an address."))
    return url


def _photos(request: HttpRequest) -> list[CleanPhoto]:
    files = [f for name in ("media", "media[]") for f in request.FILES.getlist(name)]
    if len(files) > CONF.photos_max:
        raise Fault(400, _("media: at most %s pictures are taken.") % CONF.photos_max)
    return [clean_photo(f, name=str(f.name), size=int(f.size or 0)) for f in files]


def take_update(sent: Parameters, caller: Caller) -> CaseEvent:
    """What the sender of a request tells of it later. Raises Fault and InvalidInput."""
    key = sent.text("service_request_id", 120)
    if not key:
        raise Fault(400, _("service_request_id is needed."))
    status = sent.text("status", 20).lower()
    if status not in ("", "open", "closed"):
        raise Fault(400, _("status is open or closed."))
    sent.moment("updated_datetime")  # it must be readable; what counts is when we were told
    try:
        return receive_update(
            sender=caller.name,
            case_key=key,
            update_id=sent.text("update_id", 120),
            description=sent.text("description", CONF.description_max),
            status=status,
            now=timezone.now(),
        )
    except NotTheirs:
        raise unknown(_("There is no request %(key)s that you may see."), key=key) from None
