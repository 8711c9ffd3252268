"""`/api/v1/register/feed/subscriptions`: webhooks that follow the register alone, as they were asked for
before there were others. `/api/v1/webhooks` knows them too.
"""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.clients import REGISTRY_READ
from addresses.queries.feed import ADVANCED, TOPIC
from notifications.actions.subscriptions import subscribe
from notifications.api.webhooks import WebhookView, following
from notifications.models import WebhookSubscription
from notifications.queries.followers import own


class NewSubscription(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500)


class Subscriptions(WebhookView):
    client_scopes = REGISTRY_READ

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own subscriptions, without their secrets."""
        rows = own(following(request)).filter(kinds__contains=[ADVANCED]).order_by("pk")
        return Response({"subscriptions": [_shown(row) for row in rows]})

    @extend_schema(request=NewSubscription, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A webhook. The secret that messages are signed with is shown this once."""
        url = self.sent(request, NewSubscription)["url"]
        made = subscribe(follower=following(request), url=url, kinds=[ADVANCED], now=timezone.now())
        return Response(_shown(made.row) | {"secret": made.secret}, status=201)


class Subscription(WebhookView):
    client_scopes = REGISTRY_READ

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Ends one of one's own subscriptions."""
        gone, _by_model = own(following(request)).filter(pk=pk).delete()
        if not gone:
            raise Http404
        return Response(status=204)


def _shown(row: WebhookSubscription) -> dict[str, Any]:
    names = ("url", "active", "last_success", "created_at")
    told = {"told": row.told.get(TOPIC, 0)}
    return {"id": row.pk, "webhook": row.uid} | told | {n: getattr(row, n) for n in names}
