"""Features that are sent (Part 4): read, checked for who sends them, and handed to the room as proposals.

Nothing is changed at once: the answer is 202 with the address at which the proposal is followed.
"""

import contextlib
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from accounts.api.admission import Admission, NotAdmitted, bearer
from core.api.problems import InvalidInput
from tiles.api import media
from tiles.api.caller import caller, seen
from tiles.api.refused import refused
from tiles.conf import CONF
from tiles.features import Collection, Shape
from tiles.features.sent_geopackage import BadGeoPackage, SentRow, read_geopackage
from tiles.features.writes import AnotherVersion, KeyReused, NoSuchFeature, Proposal
from tiles.rules.crs import SYSTEMS

_READS = "GET, HEAD, OPTIONS"
_DEPTH = 12
_FEATURE = (media.GEOJSON, media.JSON)
_TAKEN = {"POST": (*_FEATURE, media.GEOPACKAGE), "PUT": _FEATURE}


def methods(request: HttpRequest, collection: str, *, one: bool) -> HttpResponseBase:
    """OPTIONS: what this caller may do here."""
    who = caller(request)
    found, _shape = seen(collection, who)
    answer = HttpResponse(status=204)
    more = "PUT, DELETE" if one else "POST"
    answer["Allow"] = f"{_READS}, {more}" if _may(found, who) else _READS
    answer["Cache-Control"] = "private, no-store"
    return answer


def proposed(request: HttpRequest, collection: str, feature: str | None) -> HttpResponseBase:
    """POST of a new feature, PUT of another state, DELETE."""
    who = caller(request)
    found, shape = seen(collection, who)
    if found.writes is None:
        answer = refused(405, _("This address is only read."))
        answer["Allow"] = _READS
        return answer
    _let_in(request, found, who)
    if (kind := request.content_type) and kind not in _TAKEN.get(request.method or "", (kind,)):
        return refused(415, _("A GeoJSON feature is needed."))
    if request.method == "POST" and request.content_type == media.GEOPACKAGE:
        return _many(request, found, shape, who)
    sent = None if request.method == "DELETE" else _feature(request)
    text = ""
    if sent is not None and isinstance(sent.get("description"), str):
        text = sent["description"][:2000]
    proposal = Proposal(
        viewer=who.viewer,
        now=timezone.now(),
        feature=feature,
        sent=sent,
        versions=_versions(request),
        key=_key(request, who),
        text=text,
    )
    try:
        filed = found.writes.propose(proposal)
    except NoSuchFeature:
        return refused(404, _("There is no such feature."))
    except AnotherVersion:
        return refused(412, _("The feature has changed since it was read."))
    except KeyReused:
        return refused(409, _("This key was used before for something else."))
    except InvalidInput as error:
        return refused(400, _("Some fields cannot be accepted."), errors=error.errors)
    url = request.build_absolute_uri(filed.path)
    answer = JsonResponse({**filed.body, "url": url}, status=202)
    answer["Location"] = url
    answer["Cache-Control"] = "private, no-store"
    return answer


def _many(request: HttpRequest, found: Collection, shape: Shape, who: Admission) -> HttpResponse:
    """A GeoPackage, such as our own: each of its features is one proposal. With `uid` (or `id`) it is another state of that feature, with a
    true `obsolete` besides that it is to go, without a new one. What cannot be taken is told by row, and the
    others are filed all the same."""
    assert found.writes is not None
    if int(request.META.get("CONTENT_LENGTH") or 0) > CONF.sent_file_bytes:
        raise InvalidSent(_("This is too large."))
    systems = frozenset(crs.srid for crs in SYSTEMS.values())
    try:
        rows = read_geopackage(request.body, most=CONF.sent_features, systems=systems)
    except BadGeoPackage as error:
        raise InvalidSent(str(error)) from None
    if not rows:
        raise InvalidSent(_("The table of features has no rows."))
    key = _key(request, who)
    objects = [p.name for p in shape.properties if p.type == "object"]
    told = [_one_of_many(request, found, who, _as_told(row, objects), key) for row in rows]
    refused_rows = sum("errors" in one for one in told)
    body = {"filed": len(told) - refused_rows, "refused": refused_rows, "features": told}
    answer = JsonResponse(body, status=202 if len(told) > refused_rows else 400)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _as_told(row: SentRow, objects: Sequence[str]) -> SentRow:
    """A row as its feature is told: a file has no objects, and names the feature by its id."""
    properties = dict(row.properties)
    own = properties.pop("id", None)
    if isinstance(own, str):
        properties.setdefault("uid", own)
    for name in objects:
        if isinstance(properties.get(name), str):
            with contextlib.suppress(ValueError, RecursionError):
                properties[name] = json.loads(properties[name])
    return replace(row, properties=properties)


def _one_of_many(
    request: HttpRequest, found: Collection, who: Admission, row: SentRow, key: str
) -> dict[str, Any]:
    assert found.writes is not None
    properties = {k: v for k, v in row.properties.items() if k != "obsolete" and v is not None}
    uid = str(properties.pop("uid", "") or "")
    gone = bool(row.properties.get("obsolete")) and bool(uid)
    text = properties.pop("description", "")
    sent = {"type": "Feature", "properties": properties, "geometry": row.geometry}
    proposal = Proposal(
        viewer=who.viewer, now=timezone.now(), feature=uid or None, sent=None if gone else sent,
        key=hashlib.sha256(f"{key}\n{row.fid}".encode()).hexdigest() if key else "",
        text=str(text)[:2000],
    )  # fmt: skip
    try:
        filed = found.writes.propose(proposal)
    except InvalidInput as error:
        return {"fid": row.fid, "errors": error.errors}
    except NoSuchFeature:
        return {"fid": row.fid, "errors": {"uid": [_("There is no such feature.")]}}
    except KeyReused:
        return {"fid": row.fid, "errors": {"": [_("This key was used before for something else.")]}}
    return {"fid": row.fid, **filed.body, "url": request.build_absolute_uri(filed.path)}


def _may(found: Collection, who: Admission) -> bool:
    if found.writes is None:
        return False
    if who.client is not None:
        return who.may(found.writes.scope)
    return found.writes.allowed(who.viewer)


def _let_in(request: HttpRequest, found: Collection, who: Admission) -> None:
    """Raises NotAdmitted. A session proves nothing without the form's token: the view is exempt from that
    check because programs have none."""
    assert found.writes is not None
    if not _may(found, who):
        if who.client is not None:
            header = f'Bearer error="insufficient_scope", scope="{found.writes.scope}"'
            raise NotAdmitted(
                403, _("This key has no right to this."), {"WWW-Authenticate": header}
            )
        if who.viewer.user_id is None:
            raise NotAdmitted(401, _("Sign in first."), {"WWW-Authenticate": "Bearer"})
        raise NotAdmitted(403, _("You may not do this."))
    if bearer(request) is None:
        check = CsrfViewMiddleware(lambda _request: HttpResponse())
        check.process_request(request)
        if check.process_view(request, _checked, (), {}) is not None:
            raise NotAdmitted(403, _("The form's token is missing or wrong."))


def _checked(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt."""
    return HttpResponse()


def _feature(request: HttpRequest) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > CONF.sent_bytes:
        raise InvalidSent(_("This is too large."))
    try:
        text = request.body.decode()
        if _nesting(text) > _DEPTH:
            raise ValueError
        body = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise InvalidSent(_("A GeoJSON feature is needed.")) from None
    if not isinstance(body, dict) or body.get("type") != "Feature":
        raise InvalidSent(_("A GeoJSON feature is needed."))
    for name in ("properties", "geometry"):
        if not isinstance(body.get(name), dict | None):
            raise InvalidSent(_("A GeoJSON feature is needed."))
    return body


class InvalidSent(InvalidInput):
    """What was sent is no feature."""

    def __init__(self, reason: str) -> None:
        super().__init__({"": [reason]})


def _nesting(text: str) -> int:
    deepest = depth = 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _versions(request: HttpRequest) -> frozenset[int] | None:
    """Those that `If-Match: "3", "4"` names; None: any. An ETag that is none of ours is of no version."""
    given = request.headers.get("If-Match", "").strip()
    if given in ("", "*"):
        return None
    found = (re.fullmatch(r'(?:W/)?"(\d{1,9})"', tag) for tag in parse_etags(given))
    return frozenset(int(tag[1]) for tag in found if tag)


def _key(request: HttpRequest, who: Admission) -> str:
    """Of this sender alone."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    if not (1 <= len(given) <= 120 and given.isprintable()):
        raise InvalidInput(
            {"Idempotency-Key": [_("Idempotency-Key must have between 1 and 120 characters.")]}
        )
    sender = f"c{who.client.id}" if who.client is not None else f"u{who.viewer.user_id}"
    return hashlib.sha256(f"{sender}\n{given}".encode()).hexdigest()
