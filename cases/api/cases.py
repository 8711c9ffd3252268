"""`/api/v1/cases`: open one, list and read those that the caller may see."""

import hashlib
import uuid
from typing import Any, cast

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import CASES_EXCHANGE, CASES_READ
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.models import Address
from cases.actions.open_case import KeyReused, open_case
from cases.conf import CONF
from cases.intake.answers import answers_in
from cases.models import Case
from cases.photos import CleanPhoto, clean_photo
from cases.queries.answers import Wordings
from cases.queries.case_list import case_list, look_up, shown
from cases.queries.case_pages import COUNTED, case_page, count_up_to, is_cursor
from cases.queries.catalogue import channels
from cases.queries.visibility import (
    take_the_time_of_a_hidden_one,
    visible_cases,
    with_names,
)
from cases.rules.draft import Contact, Draft
from cases.rules.listing import NAME_SORTS, NAMES, ListFilter
from cases.rules.questions import HardStop
from core.api.parameters import only, only_files
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput, problem
from core.rules.secrets import decrypt, encrypt

_PAGE = 100


class NewCase(serializers.Serializer[Any]):
    """What is sent. `place_text` or a point is needed unless the description names the place."""

    description = serializers.CharField(max_length=20_000, trim_whitespace=True)
    place_text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000
    )
    lon = serializers.FloatField(required=False, allow_null=True, default=None)
    lat = serializers.FloatField(required=False, allow_null=True, default=None)
    address_id = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**62
    )
    address = serializers.UUIDField(required=False, allow_null=True, default=None)
    request_type = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=60
    )
    answers = serializers.JSONField(
        required=False,
        default=dict,
        help_text="By name, to the questions of request_type; in a form as JSON.",
    )
    kind = serializers.CharField(required=False, allow_blank=True, default="", max_length=20)
    channel = serializers.CharField(required=False, allow_blank=True, default="web", max_length=40)
    external_id = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=120
    )
    full_name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    email = serializers.CharField(required=False, allow_blank=True, default="", max_length=254)
    photo = serializers.ListField(
        child=serializers.FileField(), required=False, default=list, max_length=CONF.photos_max
    )


class Place(serializers.Serializer[Any]):
    label = serializers.CharField()
    precision = serializers.CharField()
    category = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    address_id = serializers.IntegerField(allow_null=True)
    district = serializers.CharField(allow_null=True)
    neighbourhood = serializers.CharField(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())


class AnswerBody(serializers.Serializer[Any]):
    name = serializers.CharField()
    question = serializers.CharField(help_text="In the words that were answered.")
    answer = serializers.CharField()


class CaseBody(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.CharField()
    kind = serializers.CharField()
    request_type = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    answers = AnswerBody(many=True)
    urgency = serializers.CharField()
    channel = serializers.CharField()
    organisation = serializers.CharField(allow_null=True)
    department = serializers.CharField(allow_null=True)
    needs_review = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    place = Place()


class HardStopProblem(serializers.Serializer[Any]):
    """Nothing was opened: `detail` says what is to be done instead."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField(["hard_stop"])
    stop = serializers.CharField(help_text="The stop's own code, such as call_187.")


class OpenedCase(CaseBody):
    tracking_url = serializers.CharField()


class CasePage(serializers.Serializer[Any]):
    count = serializers.IntegerField(
        allow_null=True,
        help_text=f"Null where they are more than {COUNTED:,}, or counting takes long.",
    )
    next = serializers.CharField(
        allow_null=True, help_text="The address of the next page; null on the last one."
    )
    cases = CaseBody(many=True)


def body_of(case: Case, wordings: Wordings | None = None) -> dict[str, Any]:
    """A case as its own body sees it; no contact data, and so no private answers."""
    said = (wordings or Wordings()).answered(case, private=False)
    return {
        "number": case.number,
        "state": str(case.state),
        "kind": case.kind,
        "request_type": case.request_type.code if case.request_type else None,
        "description": case.description,
        "answers": [{"name": a.name, "question": a.question, "answer": a.answer} for a in said],
        "urgency": case.urgency,
        "channel": case.channel.code,
        "organisation": case.organisation.code if case.organisation else None,
        "department": case.department.code if case.department else None,
        "needs_review": case.needs_review,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
        "place": {
            "label": case.place_label,
            "precision": case.precision,
            "category": case.category,
            "confidence": case.confidence,
            "lon": case.geom.x if case.geom else None,
            "lat": case.geom.y if case.geom else None,
            "address_id": case.address_id,
            "district": case.district.name if case.district else None,
            "neighbourhood": case.neighbourhood.name if case.neighbourhood else None,
            "warnings": case.place_warnings,
        },
    }


#: What a parameter of the list would tell of a case; those that stand here for nothing tell several things.
_TELLS = {
    "state": "state", "view": "state", "kind": "kind", "urgency": "urgency", "channel": "channel",
    "group": "group", "type": "type", "result": "result", "district": "place", "neighbourhood": "place",
    "bbox": "place", "near": "place", "precision": "place", "category": "place",
    "organisation": "organisation", "department": "department", "due": "due_at", "due_from": "due_at",
    "due_to": "due_at", "opened_from": "opened_at", "opened_to": "opened_at", "closed_from": "closed_at",
    "closed_to": "closed_at",
}  # fmt: skip
_ORDERS_TELL = {
    "new": "opened_at", "old": "opened_at", "due": "due_at", "due_last": "due_at", "ended": "closed_at",
    "type": "type", "place": "place", "state": "state", "responsible": "organisation",
}  # fmt: skip


def refuse_hidden(viewer: Viewer, asked: Any) -> None:
    """What a client must not know it finds out by no filter and no order either. Raises InvalidInput."""
    client = viewer.client
    if client is None or not client.hides_any("cases"):
        return
    for name in asked:
        told = _ORDERS_TELL.get(asked[name]) if name == "sort" else _TELLS.get(name)
        if name != "after" and asked[name] and (told is None or client.hides("cases", told)):
            raise InvalidInput({name[:40]: [_("There is no such parameter.")]})


def _every_state(viewer: Viewer, asked: Any) -> Any:
    """The list leaves out what has ended, which would tell the state: not to whom that is hidden."""
    if viewer.client is None or not viewer.client.hides("cases", "state"):
        return asked
    asked = asked.copy()
    asked["state"] = "all"
    return asked


def kept_from(viewer: Viewer, body: dict[str, Any]) -> dict[str, Any]:
    """A case without the fields that are hidden from a client."""
    if viewer.client is None:
        return body
    return {k: v for k, v in body.items() if not viewer.client.hides("cases", k)}


class CaseCollection(APIView):
    permission_classes = [AllowAny]
    parser_classes = [BoundedJSONParser, MultiPartParser, FormParser]
    throttle_scope = "open_case"
    client_scopes = {"GET": CASES_READ, "POST": CASES_EXCHANGE}

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(
        request=NewCase,
        responses={201: OpenedCase, 200: OpenedCase, 422: HardStopProblem},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Opens a case. The same `Idempotency-Key` (or `external_id`) gives the same case again."""
        only(request)
        only_files(request, ("photo",))
        form = NewCase(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        viewer = viewer_of(request.user)
        channel = channels().get(sent["channel"] or "web")
        if channel is not None and not channel.public and not viewer.may(Permission.OPEN_CASE):
            raise PermissionDenied(_("This channel is not open to everybody."))
        key = request.headers.get("Idempotency-Key", "") or sent["external_id"] or uuid.uuid4().hex
        if viewer.client is not None:  # a space of keys of its own
            key = hashlib.sha256(f"client-{viewer.client.id}\n{key}".encode()).hexdigest()
        draft = Draft(
            description=sent["description"],
            channel=sent["channel"] or "web",
            external_id=key,
            place_text=sent["place_text"],
            lon=sent["lon"],
            lat=sent["lat"],
            address_id=_door(sent),
            request_type=sent["request_type"],
            kind=sent["kind"],
            answers=answers_in(sent["answers"]),
            contact=Contact(sent["full_name"], sent["phone"], sent["email"], get_language() or ""),
        )
        try:
            opened = open_case(
                draft, photos=_photos(sent["photo"]), viewer=viewer, now=timezone.now()
            )
        except HardStop as stop:
            return problem(422, detail=stop.advice, code="hard_stop", stop=stop.code)
        except KeyReused:
            return problem(409, detail=_("This key was used before for something else."))
        url = request.build_absolute_uri(reverse("tracking", args=[opened.case.token]))
        body = kept_from(viewer, body_of(opened.case)) | {"tracking_url": url}
        return Response(body, status=201 if opened.new else 200)

    @extend_schema(
        responses=CasePage,
        parameters=[OpenApiParameter(name, str) for name in sorted({*NAMES, "after"})],
    )
    def get(self, request: Request) -> Response:
        """The cases that the caller may see, filtered as the console's list is. `after` is a place in
        the list, as `next` of the page before has it."""
        viewer = viewer_of(request.user)
        if not viewer.may(Permission.SEE_CASES):
            raise PermissionDenied(_("Sign in to read cases."))
        sent = request.query_params
        only(request, {*NAMES, "after"})
        refuse_hidden(viewer, sent)
        asked = look_up(ListFilter.of(_every_state(viewer, sent)))
        if asked.wanted.unknown:
            told = _("“%(value)s” is not known here.")
            raise InvalidInput({n: [told % {"value": v[:80]}] for n, v in asked.wanted.unknown})
        rows, wanted = case_list(viewer, asked), asked.wanted
        after = _opened(sent["after"]) if "after" in sent else ""
        if "after" in sent and not is_cursor(after, wanted):
            raise InvalidInput({"after": [_("This is not a place in this list.")]})
        count = count_up_to(rows)
        if wanted.order in NAME_SORTS and not (count.exact or after):
            raise InvalidInput({"sort": [_("The list is too long for this order.")]})
        lines = shown(Case.objects.all()).select_related("organisation", "answers_to")
        page = case_page(rows, wanted, _PAGE, count, after, lines=lines)
        wordings = Wordings()
        body = {
            "count": page.count.n if page.count.exact else None,
            "next": _next(request, _sealed(page.next)) if page.next else None,
            "cases": [kept_from(viewer, body_of(case, wordings)) for case in page.rows],
        }
        return Response(body)


def _sealed(place: str) -> str:
    """A place names a moment and an id, and as a filter it would tell them of any case: whoever may not
    know them neither reads nor makes one."""
    return encrypt(settings.DATA_KEY, place)


def _opened(after: str) -> str:
    """What was sealed; "" for anything else."""
    try:
        return decrypt(settings.DATA_KEY, after)
    except (InvalidToken, ValueError):
        return ""


def _next(request: Request, after: str) -> str:
    query = request.query_params.copy()
    query["after"] = after
    return request.build_absolute_uri(f"?{query.urlencode()}")


def _door(sent: dict[str, Any]) -> int | None:
    """The row id of a chosen door, which the sender may name by its uid."""
    if sent["address"] is None:
        return cast("int | None", sent["address_id"])
    door = Address.objects.filter(uid=sent["address"]).values_list("pk", flat=True).first()
    if door is None:
        raise InvalidInput({"address": [_("There is no such door.")]})
    return door


def _photos(files: list[Any]) -> list[CleanPhoto]:
    return [clean_photo(file, name=str(file.name), size=int(file.size or 0)) for file in files]


class CaseItem(APIView):
    permission_classes = [AllowAny]
    client_scopes = CASES_READ

    @extend_schema(responses=CaseBody)
    def get(self, request: Request, number: str) -> Response:
        """One case; a case that the caller may not see does not exist for them."""
        only(request)
        viewer = viewer_of(request.user)
        case = with_names(visible_cases(viewer)).filter(number=number).first()
        if case is None:
            take_the_time_of_a_hidden_one(viewer, number)
            raise Http404
        return Response(kept_from(viewer, body_of(case)))
