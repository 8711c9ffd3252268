"""`/api/v1/register/feed/…`: extracts and what came behind them, whole change sets at a time."""

from typing import Any

from django.http import FileResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle

from addresses.actions.extracts import TooMany, Waiting, extract
from addresses.api import asked, geocode_asked, streams
from addresses.api.registry import RegisterView
from addresses.conf import CONF
from addresses.feed.extract import FORMATS
from addresses.queries import checksums, feed
from core.api.negotiation import OwnFormat
from core.api.problems import InvalidInput, problem

_TYPES = {
    "ndjson": "application/gzip",
    "csv": "application/gzip",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "fgb": "application/flatgeobuf",
}


class FeedView(RegisterView):
    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, feed.TooOld):
            detail = _("The feed begins behind change %s: take a new extract.") % exc.oldest
            return self.finalize_response(
                self.request, problem(410, detail=detail, oldest=exc.oldest)
            )
        return super().handle_exception(exc)


class Latest(FeedView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The number of the last change set, and the oldest that the feed goes on from."""
        return Response({"number": feed.latest(), "oldest": feed.oldest(timezone.now())})


class Transactions(FeedView):
    @extend_schema(parameters=[asked.AFTER, asked.LIMIT], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The change sets behind `after`, without their events."""
        found = feed.transactions(
            after=_after(request),
            limit=asked.whole(request, "limit", default=100, low=1, high=1000),
            now=timezone.now(),
        )
        return Response({"transactions": found})


class Events(FeedView):
    @extend_schema(
        parameters=[
            asked.AFTER, asked.LIMIT, asked.ENTITIES, asked.NEIGHBOURHOOD, asked.DISTRICT,
        ],
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request) -> Any:
        """The events of the change sets behind `after` as lines of JSON, never half a set."""
        lines = feed.events(
            asked.kinds(request),
            after=_after(request),
            limit=asked.whole(request, "limit", default=100, low=1, high=1000),
            now=timezone.now(),
            area=asked.area(request),
        )
        place = streams.enter()
        if place is None:
            answer = problem(429, detail=_("Too many follow the feed at this moment."))
            answer["Retry-After"] = "10"
            return answer
        return StreamingHttpResponse(
            streams.leave_after(lines, place), content_type="application/x-ndjson"
        )


class Checksums(FeedView):
    @extend_schema(
        parameters=[asked.ENTITIES, asked.NEIGHBOURHOOD, asked.DISTRICT, asked.AS_OF],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Count and SHA-256 by kind and neighbourhood, for a consumer to prove its copy: of the
        feed, or of an extract as of a day."""
        kinds, area = asked.kinds(request), asked.area(request)
        as_of = geocode_asked.day(request.query_params)
        places: list[str] = []

        def may_sum() -> bool:
            place = streams.enter("checksums")
            places.extend([place] if place else [])
            return place is not None

        try:
            found = checksums.proof(kinds, area=area, as_of=as_of, may_sum=may_sum)
        finally:
            for place in places:
                streams.leave(place)
        if found is None:
            answer = problem(429, detail=_("Too many ask for checksums at this moment."))
            answer["Retry-After"] = "10"
            return answer
        number, sums = found
        return Response({"number": number, "checksums": sums})


class ExtractThrottle(SimpleRateThrottle):
    """For each sender, signed in or not; asked only where a file has to be made."""

    rate = CONF.extract_rate

    def get_cache_key(self, request: Any, view: Any) -> str:
        who = request.user.pk if request.user.is_authenticated else self.get_ident(request)
        return f"throttle_extract_{who}"


class Extract(FeedView):
    content_negotiation_class = OwnFormat

    @extend_schema(
        parameters=[
            OpenApiParameter("entity", str, description="One kind; all of them for `gpkg`."),
            OpenApiParameter("format", str, enum=list(FORMATS)),
            asked.NEIGHBOURHOOD, asked.DISTRICT, asked.AS_OF,
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request) -> Any:
        """The whole register, or one kind of record, in a file; `X-Change-Number` says how new.

        A large one is made by a worker: the answer is 202 with its progress until it is there.
        """
        form = request.query_params.get("format", "ndjson")
        if form not in FORMATS:
            raise InvalidInput({"format": [_("One of: %s.") % ", ".join(FORMATS)]})
        kinds = asked.kinds(request, "entity")
        if form != "gpkg" and len(kinds) != 1:
            raise InvalidInput({"entity": [_("One kind for this format.")]})
        if form == "fgb" and not kinds[0].geometry:
            raise InvalidInput({"format": [_("These records have no geometry.")]})
        throttle = ExtractThrottle()
        try:
            made = extract(
                kinds, form, area=asked.area(request), as_of=geocode_asked.day(request.query_params),
                may_order=lambda: throttle.allow_request(request, self),
            )  # fmt: skip
        except TooMany:
            answer = problem(429, detail=_("Too many extracts are being made: ask again later."))
            answer["Retry-After"] = "60"
            return answer
        if isinstance(made, Waiting):
            answer = Response({"progress": made.progress, "message": made.message}, status=202)
            answer["Retry-After"] = "2"
            return answer
        tag = f'"{made.path.stem}"'
        if request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        headers = {"X-Change-Number": str(made.number), "ETag": tag}
        return FileResponse(
            made.path.open("rb"), as_attachment=True, filename=made.path.name,
            content_type=_TYPES[form], headers=headers,
        )  # fmt: skip


def _after(request: Request) -> int:
    return asked.whole(request, "after", default=0, low=0, high=max(feed.latest(), 0))
