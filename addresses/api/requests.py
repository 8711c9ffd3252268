"""`/api/v1/register/requests`: partners say what the register lacks or has wrong, and follow it.

Anybody may ask; who follows needs the token that the answer brings. Signed-in partners list theirs.
"""

import hashlib
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import CHANGES_PROPOSE, ClientPrincipal
from addresses.actions.change_requests import KeyReused, submit
from addresses.api import asked
from addresses.api.registry import RegisterView
from addresses.conf import CONF
from addresses.models import ChangeRequest
from addresses.queries.geocoding import reverse as place_at
from addresses.queries.record_values import InvalidValues
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput, problem


class RequestThrottle(UserRateThrottle):
    scope = "register_requests"
    rate = CONF.request_rate


class NewRequest(serializers.Serializer[Any]):
    """`text` or a record (`entity` and `uid`) is needed; `values` are what it should say."""

    kind = serializers.ChoiceField(choices=ChangeRequest.Kind.choices)
    text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000, trim_whitespace=True
    )
    lon = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-180, max_value=180
    )
    lat = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=-85, max_value=85
    )
    entity = serializers.CharField(required=False, allow_blank=True, default="", max_length=20)
    uid = serializers.UUIDField(required=False, allow_null=True, default=None)
    values = serializers.DictField(required=False, default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wrong: dict[str, str] = {}
        if (attrs["lon"] is None) != (attrs["lat"] is None):
            wrong["lat" if attrs["lat"] is None else "lon"] = _("This is needed.")
        elif attrs["lon"] is not None and place_at(attrs["lon"], attrs["lat"]).district_id is None:
            wrong["lon"] = _("This point lies outside the city.")
        if (attrs["uid"] or attrs["values"]) and not attrs["entity"]:
            wrong["entity"] = _("This is needed.")
        if not attrs["text"] and not attrs["uid"]:
            wrong["text"] = _("This is needed.")
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class Requests(RegisterView):
    parser_classes = (BoundedJSONParser,)
    client_scopes = CHANGES_PROPOSE

    def get_throttles(self) -> list[Any]:
        return [RequestThrottle()] if self.request.method == "POST" else super().get_throttles()

    @extend_schema(
        request=NewRequest,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """Files a request. The same `Idempotency-Key` gives the same request again."""
        form = NewRequest(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        point = (sent["lon"], sent["lat"]) if sent["lon"] is not None else None
        try:
            filed = submit(
                kind=sent["kind"],
                source="PARTNER",
                viewer=viewer_of(request.user),
                text=sent["text"],
                point=point,
                values=sent["values"],
                entity=sent["entity"],
                uid=sent["uid"],
                key=_key(request),
                now=timezone.now(),
            )
        except LookupError:
            raise InvalidInput({"entity": [_("There is no such kind of record.")]}) from None
        except InvalidValues as error:
            named = {k if k == "uid" else f"values.{k}": v for k, v in error.errors.items()}
            raise InvalidInput(named) from None
        except KeyReused:
            return problem(409, detail=_("This key was used before for something else."))
        return _private(Response(body_of(request, filed), status=201))

    @extend_schema(parameters=[asked.LIMIT, asked.AFTER], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own requests, newest first. `after` is `next` of the page before."""
        if not request.user.is_authenticated:
            raise NotAuthenticated
        limit = asked.whole(request, "limit", default=100, low=1, high=CONF.page_max)
        after = asked.whole(request, "after", default=0, low=0, high=2**62)
        client = viewer_of(request.user).client
        sender = {"client": client.id} if client else {"author": request.user.pk}
        own = ChangeRequest.objects.filter(**sender, source="PARTNER")
        own = own.select_related("change_set").order_by("-pk")
        rows = list((own.filter(pk__lt=after) if after else own)[: limit + 1])
        answer: dict[str, Any] = {"requests": [body_of(request, row) for row in rows[:limit]]}
        if len(rows) > limit:
            answer["next"] = rows[limit - 1].pk
        return _private(Response(answer))


class Followed(RegisterView):
    client_scopes = CHANGES_PROPOSE

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, token: str) -> Response:
        """How far a request is, for whoever holds its token."""
        if not token.isprintable():
            raise Http404
        found = ChangeRequest.objects.select_related("change_set").filter(token=token[:43])
        one = found.first()
        if one is None or one.token != token:
            raise Http404
        return _private(Response(body_of(request, one)))


def body_of(request: Request, one: ChangeRequest) -> dict[str, Any]:
    """What its sender may know: nothing of who works on it."""
    return {
        "uid": one.uid,
        "token": one.token,
        "kind": one.kind,
        "text": one.text,
        "state": one.state,
        "answer": one.answer,
        "change_number": one.change_set.number if one.change_set else None,
        "address_uid": one.address_uid,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "url": request.build_absolute_uri(reverse("register_request_api", args=[one.token])),
    }


def _key(request: Request) -> str:
    """Of this sender alone: another's key, guessed or the same by chance, finds nothing of theirs."""
    given = request.headers.get("Idempotency-Key", "")
    if not given:
        return ""
    who = "" if request.user.is_authenticated else RequestThrottle().get_ident(request)
    if isinstance(request.user, ClientPrincipal):
        who = str(request.user.pk)  # of no account: the key alone tells clients apart
    return hashlib.sha256(f"{who}\n{given}".encode()).hexdigest()


def _private(response: Response) -> Response:
    response["Cache-Control"] = "private, no-store"
    return response
