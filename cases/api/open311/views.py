"""`/open311/v2/…`: each address knows its methods and formats, and says faults in the format asked for."""

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from cases.actions.receiving import services_changed_at
from cases.api.open311 import bodies
from cases.api.open311.asked import Parameters, jurisdiction_of, wanted_of
from cases.api.open311.caller import Caller, caller_of
from cases.api.open311.faults import Fault, fault_of, unknown
from cases.api.open311.sent import open_request, take_update
from cases.api.open311.writers import JSON, XML, answer
from cases.models import RequestType
from cases.queries.catalogue import fresh, request_types
from cases.queries.open311 import by_token, every, has_id, listed, one, updates
from core.api.problems import InvalidInput
from core.rules.spreadsheet import safe_cells
from core.web.csv_download import csv_download

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
_UPDATES_MOST = 1000
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_UNREADABLE = (MultiPartParserError, UnreadablePostError, SuspiciousOperation, UnicodeError)


def address(**methods: View) -> View:
    """One address: the view of each method gets the parameters of query and body and the format."""
    methods = {"HEAD": methods["GET"]} | methods if "GET" in methods else methods

    @csrf_exempt
    @never_cache
    def entered(request: HttpRequest, form: str, **keys: str) -> HttpResponseBase:
        try:
            view = methods.get(request.method or "")
            if view is None:
                raise Fault(405)
            sent = Parameters(request.GET, request.POST if request.method == "POST" else {})
            found = view(request, sent, form=form, **keys)
        except Exception as error:  # no other page of ours speaks this language
            found = _told(error, form)
            if found.status_code == 405:
                found["Allow"] = ", ".join(methods)
        patch_vary_headers(found, ["Accept-Language"])
        return found

    return wraps(next(iter(methods.values()), entered))(entered)


def _told(error: Exception, form: str) -> HttpResponse:
    match error:
        case Fault():
            fault = error
        case InvalidInput():
            fault = fault_of(error)
        case _ if isinstance(error, _TOO_LARGE):
            fault = Fault(400, _("That is too large."))
        case _ if isinstance(error, _UNREADABLE):
            fault = Fault(400)
        case _:
            # Where it failed and how, without what was sent: keys and people's words stand in that.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("open311 failed: %s\n%s", type(error).__name__, where)
            fault = Fault(500)
    errors = [{"code": fault.status, "description": words} for words in fault.told]
    found = answer("errors", errors, form if form in (XML, JSON) else XML, fault.status)
    for name, value in fault.headers.items():
        found[name] = value
    return found


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below, in the format that it seems to ask for."""
    form = JSON if re.search(r"\.json$", rest) else XML
    return _told(Fault(404), form)


nowhere = csrf_exempt(nowhere)


def _discovery(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    endpoint = request.build_absolute_uri(request.path.rpartition("/")[0])
    changed = services_changed_at(_offered(), now=timezone.now())
    body = {
        "changeset": changed,
        "contact": _("Questions about this address: see %(page)s") % {
            "page": request.build_absolute_uri("/developers/")
        },
        "key_service": _("Keys are issued by the administrators of this city: see %(page)s") % {
            "page": request.build_absolute_uri("/developers/")
        },
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": endpoint,
                "changeset": changed,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
        # What more is understood here: docs/open311.md.
        "extensions": ["idempotency-key", "account_id", "servicerequestupdates", "bulk", "media"],
    }  # fmt: skip
    return answer("discovery", body, form)


@fresh
def _offered() -> list[Any]:
    """Services and their definitions, in every word that somebody may have kept."""
    return [
        [t.code, t.name, t.name_en, t.group.name, t.group.name_en, t.synonyms, t.keywords,
         t.questionnaire, bodies.type_of(t)]
        for t in request_types().values()
    ]  # fmt: skip


def _services(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    jurisdiction_of(sent)
    return answer("services", [bodies.service(t) for t in request_types().values()], form)


def _definition(request: HttpRequest, sent: Parameters, *, form: str, code: str) -> HttpResponse:
    jurisdiction_of(sent)
    return answer("service_definition", bodies.definition(_type(code)), form)


def _type(code: str) -> RequestType:
    row = request_types().get(code)
    if row is None:
        raise unknown(_("There is no service %(code)s."), code=code)
    return row


def _requests(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    caller = caller_of(request, needed=False)
    wanted = wanted_of(
        sent, sender=caller.name, organisation=jurisdiction_of(sent), now=timezone.now()
    )
    for code in wanted.services:
        _type(code)
    found = bodies.requests(listed(wanted), caller, extensions=sent.flag("extensions"))
    return answer("service_requests", found, form)


def _bulk(request: HttpRequest, sent: Parameters, *, form: str) -> StreamingHttpResponse:
    """GeoReport Bulk: the list as a file, of any length."""
    caller = caller_of(request, needed=False)
    wanted = wanted_of(
        sent, sender=caller.name, organisation=jurisdiction_of(sent), now=timezone.now()
    )
    rows = every(wanted).iterator(chunk_size=1000)
    return csv_download("requests.csv", _BULK, _lines(rows, caller))


_BULK = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip


def _lines(rows: Any, caller: Caller) -> Iterator[Any]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == 1000:
            yield from _cells(part, caller)
            part = []
    yield from _cells(part, caller)


def _cells(part: list[Any], caller: Caller) -> Iterator[Any]:
    for body in bodies.requests(part, caller):
        cells = [bodies.cell(body.get(name)) for name in _BULK]
        yield safe_cells(*cells)


def _request(request: HttpRequest, sent: Parameters, *, form: str, key: str) -> HttpResponse:
    caller = caller_of(request, needed=False)
    jurisdiction_of(sent)
    row = one(key, caller.name) if "\x00" not in key else None
    if row is None:
        raise unknown(_("There is no request %(key)s that you may see."), key=key)
    found = bodies.requests([row], caller, extensions=sent.flag("extensions"))
    return answer("service_requests", found, form)


def _open(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    caller = caller_of(request, needed=True)
    jurisdiction_of(sent)
    body, new = open_request(request, sent, caller, _type)
    return answer("service_requests", [body], form, 201 if new else 200)


def _token(request: HttpRequest, sent: Parameters, *, form: str, token: str) -> HttpResponse:
    jurisdiction_of(sent)
    received = by_token(token)
    if received is None:
        raise unknown(_("There is no token %(token)s."), token=token)
    body = {"token": str(received.token)}
    if has_id(received):
        body = {"service_request_id": str(received.case.uid)} | body
    return answer("service_requests", [body], form)


def _updates(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    caller = caller_of(request, needed=True)
    jurisdiction_of(sent)
    found = updates(
        caller.name,
        to_body=caller.body,
        ids=sent.values("service_request_id"),
        start=sent.moment("start_date"),
        end=sent.moment("end_date"),
        limit=_UPDATES_MOST,
    )
    return answer("service_requests_updates", [bodies.update(e) for e in found], form)


def _tell(request: HttpRequest, sent: Parameters, *, form: str) -> HttpResponse:
    caller = caller_of(request, needed=True)
    jurisdiction_of(sent)
    event = take_update(sent, caller)
    return answer("service_request_updates", [{"update_id": str(event.pk)}], form)


discovery = address(GET=_discovery)
services = address(GET=_services)
definition = address(GET=_definition)
requests = address(GET=_requests, POST=_open)
request_item = address(GET=_request)
bulk = address(GET=_bulk)
token = address(GET=_token)
request_updates = address(GET=_updates, POST=_tell)
