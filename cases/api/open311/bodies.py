"""The shapes of Open311 GeoReport v2, the same for JSON and XML."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.api.open311.caller import Caller
from cases.models import CaseEvent, RequestType
from cases.queries.catalogue import channels, questionnaire_of
from cases.queries.open311 import last_words
from cases.rules.days import midnight, month_begin
from cases.rules.lifecycle import ENDED
from cases.rules.questions import (
    DATE,
    LONG_TEXT,
    NUMBER,
    ONE_OF,
    SEVERAL_OF,
    TEXT,
    YES_NO,
    Question,
)
from cases.rules.scrub import scrubbed
from cases.rules.state_words import state_name
from cases.rules.wire import moment

CHANNEL = "open311"
REALTIME, BATCH, BLACKBOX = "realtime", "batch", "blackbox"
_DATATYPES = {
    TEXT: "string", LONG_TEXT: "text", NUMBER: "number", YES_NO: "singlevaluelist",
    ONE_OF: "singlevaluelist", SEVERAL_OF: "multivaluelist", DATE: "datetime",
}  # fmt: skip


def type_of(row: RequestType) -> str:
    """What comes of a request: an id at once, a token while a person looks first, or nothing where
    the request is nobody's business."""
    if row.sensitive:
        return BLACKBOX
    channel = channels().get(CHANNEL)
    return BATCH if channel is not None and channel.to_triage else REALTIME


def service(row: RequestType) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    group = row.group.name_en if english else row.group.name
    words = dict.fromkeys(w.replace(",", " ") for w in [*row.synonyms, *row.keywords])
    return {
        "service_code": row.code,
        "service_name": name_of(row.name, row.name_en),
        "description": f"{group}: {name_of(row.name, row.name_en)}",
        "metadata": bool(questionnaire_of(row.code).questions),
        "type": type_of(row),
        "keywords": ", ".join(words),
        "group": group,
    }


def name_of(turkish: str | None, english: str | None) -> str:
    wants_english = (get_language() or "").startswith("en")
    return (english if wants_english and english else turkish) or ""


def definition(row: RequestType) -> dict[str, Any]:
    asked = questionnaire_of(row.code).questions
    return {
        "service_code": row.code,
        "attributes": [_attribute(q, n) for n, q in enumerate(asked, start=1)],
    }


def _attribute(question: Question, order: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "variable": True,
        "code": question.name,
        "datatype": _DATATYPES[question.kind],
        # What is asked only after certain answers cannot be required of a plain form.
        "required": question.required and not question.when,
        "datatype_description": " ".join(w for w in (str(question.hint), question.unit) if w),
        "order": order,
        "description": str(question.words),
    }
    if question.kind == YES_NO:
        body["values"] = [{"key": "yes", "name": _("yes")}, {"key": "no", "name": _("no")}]
    elif question.is_choice:
        body["values"] = [{"key": o.value, "name": str(o.words)} for o in question.options]
    return body


def requests(
    rows: Iterable[Mapping[str, Any]], caller: Caller, *, extensions: bool = False
) -> list[dict[str, Any]]:
    """The public shape of each row, more of those that are the caller's own; to whoever has a key
    moments instead of months. One statement more where there are own ones."""
    found = list(rows)
    mine = [r["pk"] for r in found if r["own"]]
    words = last_words(mine, to_body=caller.body) if mine else {}
    exact = bool(caller.name)
    return [_request(r, words.get(r["pk"], ""), exact, extensions) for r in found]


def _request(row: Mapping[str, Any], words: str, exact: bool, extensions: bool) -> dict[str, Any]:
    own, closed = row["own"], row["state"] in ENDED
    exact = exact or own
    state, placed = state_name(row["state"]), row["lat"] is not None
    where = (row["street__name"], row["neighbourhood__name"], row["district__name"])
    coarse = ", ".join(str(name) for name in where if name)
    body = {
        "service_request_id": str(row["uid"]),
        "status": "closed" if closed else "open",
        "status_notes": f"{state}: {scrubbed(words)}" if own and words else state,
        "service_name": name_of(row["request_type__name"], row["request_type__name_en"]),
        "service_code": row["request_type__code"] or "",
        "description": row["description"] if own else "",
        "agency_responsible": _agency(row) if own else settings.VIP_CITY_NAME,
        "service_notice": _notice(row["number"]) if own else "",
        "requested_datetime": told(row["opened_at"], exact),
        "updated_datetime": told(row["updated"], exact),
        "expected_datetime": row["due_at"] if own else None,
        "address": (row["place_label"] or coarse) if own else coarse,
        "address_id": str(row["address__uid"] or "") if own else "",
        "zipcode": (row["address__postcode"] or "") if own else "",
        "lat": round(row["lat"], 6) if placed else None,
        "long": round(row["lon"], 6) if placed else None,
        "media_url": (row["received__media_url"] or "") if own else "",
    }
    if extensions:
        body |= _extended(row, body, own)
    return body


def told(at: datetime, exact: bool) -> datetime:
    """Everybody is told the month."""
    return at if exact else midnight(month_begin(timezone.localdate(at)))


def _agency(row: Mapping[str, Any]) -> str:
    return " · ".join(n for n in (row["organisation__name"], row["department__name"]) if n)


def _notice(number: str) -> str:
    return _("Your number is %(number)s.") % {"number": number}


def _extended(row: Mapping[str, Any], body: Mapping[str, Any], own: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {"state": row["state"]}
    if own:
        attributes |= {
            "number": row["number"],
            "result": row["result_code__code"] or "",
            "done": bool(row["result_code__done"]),
        }
    return {
        "account_id": (row["received__account_id"] or "") if own else "",
        "extended_attributes": attributes,
        "media_urls": [body["media_url"]] if body["media_url"] else [],
        "notes": [{"description": body["status_notes"], "datetime": body["updated_datetime"]}],
    }


def update(event: CaseEvent) -> dict[str, Any]:
    state = state_name(event.state)
    note = scrubbed(event.note)
    return {
        "update_id": str(event.pk),
        "service_request_id": str(event.case.uid),
        "status": "closed" if event.state in ENDED else "open",
        "updated_datetime": event.at,
        "description": f"{state}: {note}" if note else state,
        "media_url": "",
        "extended_attributes": {"kind": event.kind, "state": event.state},
    }


def cell(value: Any) -> str:
    """For a table."""
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None else str(value)
