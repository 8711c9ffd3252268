"""`/api/v1/register/feed/subscriptions`: be told when the register moves on. For signed-in people."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from addresses.actions.subscriptions import TooMany, subscribe
from addresses.models import FeedSubscription
from core.api.problems import InvalidInput
from notifications.actions.webhooks import AddressRefused


class NewSubscription(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=500)


class Subscriptions(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """One's own subscriptions, without their secrets."""
        own = FeedSubscription.objects.filter(owner=request.user).order_by("pk")
        return Response({"subscriptions": [_shown(one) for one in own]})

    @extend_schema(request=NewSubscription, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """A webhook. The secret that messages are signed with is shown this once."""
        sent = NewSubscription(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            made = subscribe(
                viewer=viewer_of(request.user), url=sent.validated_data["url"], now=timezone.now()
            )
        except AddressRefused as error:
            words = _("This address cannot be used: %s.") % error
            raise InvalidInput({"url": [words]}) from None
        except TooMany:
            raise InvalidInput({"url": [_("There are too many subscriptions.")]}) from None
        return Response(_shown(made) | {"secret": made.secret}, status=201)


class Subscription(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Ends one of one's own subscriptions."""
        gone, _by_model = FeedSubscription.objects.filter(owner=request.user, pk=pk).delete()
        if not gone:
            raise Http404
        return Response(status=204)


def _shown(one: FeedSubscription) -> dict[str, Any]:
    names = ("url", "active", "told", "failures", "last_error", "next_at", "created_at")
    return {"id": one.pk} | {n: getattr(one, n) for n in names}
