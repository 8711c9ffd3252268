"""`/api/v1/webhooks`: be told of events, and see what became of each message. For people and programs."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import ANY_SCOPE, ClientPrincipal
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput
from notifications.actions import subscriptions
from notifications.models import WebhookDelivery, WebhookSubscription
from notifications.queries.followers import Follower, own

_PAGE = 100
_SHOWN = ("id", "url", "kinds", "active", "told", "last_success", "former_until", "created_at")


class NewWebhook(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500)
    kinds = serializers.ListField(child=serializers.CharField(max_length=30), max_length=50)


class ChangedWebhook(serializers.Serializer[Any]):
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=30), max_length=50, required=False
    )
    active = serializers.BooleanField(required=False)


class RotatedSecret(serializers.Serializer[Any]):
    overlap_hours = serializers.IntegerField(min_value=0, max_value=10_000, default=24)


class Replayed(serializers.Serializer[Any]):
    topic = serializers.CharField(max_length=12)
    after = serializers.IntegerField(min_value=0, max_value=2**62)


def following(request: Request) -> Follower:
    """Whoever asks, as a follower."""
    user: Any = request.user
    if isinstance(user, ClientPrincipal):
        return Follower(user.viewer, client=user.client.id, scopes=user.client.scopes)
    return Follower(viewer_of(user), user=user.pk)


class WebhookView(APIView):
    permission_classes = (IsAuthenticated,)
    parser_classes = (BoundedJSONParser,)
    client_scopes = ANY_SCOPE

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def one(self, request: Request, uid: uuid.UUID) -> WebhookSubscription:
        """One's own; another's does not exist."""
        found = own(following(request)).filter(uid=uid).first()
        if found is None:
            raise Http404
        return found

    def sent(self, request: Request, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent. What is not known is refused, lest somebody believes that it was kept."""
        read = form(data=request.data)
        known, words = form().fields, _("There is no such field.")
        if isinstance(request.data, Mapping):
            fixed = _("This cannot be changed.") if request.method == "PATCH" else words
            strange = [str(name) for name in request.data if name not in known]
            if strange:
                raise InvalidInput(
                    {name[:40]: [fixed if name in _SHOWN else words] for name in strange[:10]}
                )
        read.is_valid(raise_exception=True)
        values: dict[str, Any] = read.validated_data
        return values


class Webhooks(WebhookView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own, without their secrets."""
        rows = own(following(request)).order_by("pk")
        return Response({"webhooks": [shown(row) for row in rows]})

    @extend_schema(request=NewWebhook, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A webhook. The secret that messages are signed with is shown this once."""
        sent = self.sent(request, NewWebhook)
        made = subscriptions.subscribe(
            follower=following(request), url=sent["url"], kinds=sent["kinds"], now=timezone.now()
        )
        return Response(shown(made.row) | {"secret": made.secret}, status=201)


class Webhook(WebhookView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        return Response(shown(self.one(request, uid)))

    @extend_schema(request=ChangedWebhook, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, uid: uuid.UUID) -> Response:
        """Other kinds; `active` pauses it or lets it go on from where it was."""
        sent = self.sent(request, ChangedWebhook)
        row = subscriptions.change(
            subscription=self.one(request, uid), follower=following(request),
            kinds=sent.get("kinds"), active=sent.get("active"), now=timezone.now(),
        )  # fmt: skip
        return Response(shown(row))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: uuid.UUID) -> Response:
        self.one(request, uid).delete()
        return Response(status=204)


class Secret(WebhookView):
    @extend_schema(request=RotatedSecret, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """A new secret, shown this once; until the overlap ends messages bear both signatures."""
        sent = self.sent(request, RotatedSecret)
        secret = subscriptions.rotate_secret(
            subscription=self.one(request, uid), overlap=timedelta(hours=sent["overlap_hours"]),
            now=timezone.now(),
        )  # fmt: skip
        return Response({"secret": secret})


class Replay(WebhookView):
    @extend_schema(request=Replayed, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Tells everything behind a number of a topic again, under the same ids."""
        sent = self.sent(request, Replayed)
        after = subscriptions.replay(
            subscription=self.one(request, uid), topic=sent["topic"], after=sent["after"],
            now=timezone.now(),
        )  # fmt: skip
        return Response({"topic": sent["topic"], "after": after}, status=202)


class Deliveries(WebhookView):
    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=WebhookDelivery.State.values),
            OpenApiParameter("before", int, description="`next` of the page before."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """The messages of the last 30 days, newest first, with what became of each."""
        rows = self.one(request, uid).deliveries.order_by("-pk")
        state = request.query_params.get("state", "")
        if state and state not in WebhookDelivery.State.values:
            words = ", ".join(WebhookDelivery.State.values)
            raise InvalidInput({"state": [_("One or more of: %s.") % words]})
        if state:
            rows = rows.filter(state=state)
        before = request.query_params.get("before", "")
        if before:
            if not (before.isascii() and before.isdigit() and len(before) < 19):
                raise InvalidInput({"before": [_("This is not a number.")]})
            rows = rows.filter(pk__lt=int(before))
        page = list(rows[: _PAGE + 1])
        answer: dict[str, Any] = {"deliveries": [told(one) for one in page[:_PAGE]]}
        if len(page) > _PAGE:
            answer["next"] = page[_PAGE - 1].pk
        return Response(answer)


class Resend(WebhookView):
    @extend_schema(request=None, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request, uid: uuid.UUID, delivery: uuid.UUID) -> Response:
        """One message once more, also one that was given up."""
        found = self.one(request, uid).deliveries.filter(uid=delivery).first()
        if found is None:
            raise Http404
        subscriptions.resend(delivery=found, now=timezone.now())
        return Response({"id": found.uid}, status=202)


def shown(row: WebhookSubscription) -> dict[str, Any]:
    """A subscription without its secrets. The row's own `last_success` also tells since when its silence counts:
    shown is when a message of the last 30 days arrived."""
    last = row.deliveries.aggregate(at=Max("sent_at"))["at"]
    body = {name: getattr(row, "uid" if name == "id" else name) for name in _SHOWN}
    return body | {"last_success": last}


def told(one: WebhookDelivery) -> dict[str, Any]:
    names = (
        "kind", "topic", "number", "state", "attempts", "answer", "error", "data", "created_at",
        "next_at", "sent_at",
    )  # fmt: skip
    return {"id": one.uid, "message_id": one.message_id} | {n: getattr(one, n) for n in names}
