"""`/api/v1/cases/feed/…`: what happens to the cases that concern the caller, in the order of commits."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import CASES_READ
from accounts.rules.viewer import Viewer
from addresses.api.asked import whole
from cases.queries import feed
from core.api.parameters import only
from core.api.problems import problem

_MOST = 1000


class CaseFeed(APIView):
    permission_classes = (IsAuthenticated,)
    client_scopes = CASES_READ
    viewer: Viewer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.viewer = viewer_of(request.user)
        if not feed.may_follow(self.viewer):
            raise PermissionDenied(_("You may not do this."))

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, feed.TooOld):
            detail = _("The feed begins behind number %s: read the list anew.") % exc.oldest
            answer = problem(410, detail=detail, oldest=exc.oldest)
            return self.finalize_response(self.request, answer)
        return super().handle_exception(exc)


class Latest(CaseFeed):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The last number, and the oldest that the feed goes on from."""
        only(request)
        return Response({"number": feed.latest(), "oldest": feed.oldest(timezone.now())})


class Events(CaseFeed):
    @extend_schema(
        parameters=[
            OpenApiParameter("after", int, description="A number: what came behind it."),
            OpenApiParameter("limit", int),
        ],
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Lines of JSON: an event each, at last `{"end": {"number": …}}` with the number reached."""
        only(request, {"after", "limit"})
        found, reached = feed.events(
            self.viewer,
            after=whole(request, "after", default=0, low=0, high=feed.latest()),
            limit=whole(request, "limit", default=100, low=1, high=_MOST),
        )
        return StreamingHttpResponse(_lines(found, reached), content_type="application/x-ndjson")


def _lines(found: list[dict[str, Any]], reached: int) -> Iterator[str]:
    for event in found:
        yield json.dumps(event, ensure_ascii=False) + "\n"
    yield json.dumps({"end": {"number": reached}}) + "\n"
