"""`/api/v1/register/…`: the register's records, now, on a day, by version. Open data.

Office holders' names are seen only by those who may view the register, and so are authors, reasons
and files of change sets.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.clients import REGISTRY_READ
from addresses.api import asked
from addresses.api.geocode_asked import day
from addresses.conf import CONF
from addresses.models import ChangeSet
from addresses.queries import records
from addresses.queries.data_model import EntityType, entities
from addresses.queries.feed import latest
from addresses.queries.listing import Wanted, page
from addresses.queries.rights import rights_of
from addresses.queries.schema import schema
from core.api.problems import InvalidInput

_PLAIN = {"limit", "after", "as_of", "bbox", "neighbourhood", "district", "status", "format"}


class RegisterThrottle(AnonRateThrottle):
    scope = "register"
    rate = CONF.register_rate


class RegisterView(APIView):
    """Read by anybody. Answers carry the number of the last change set."""

    permission_classes = (AllowAny,)
    throttle_classes = (RegisterThrottle,)
    client_scopes: str | dict[str, str] = REGISTRY_READ

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code < 400:
            response.headers.setdefault("X-Change-Number", str(latest()))
        return response


class Collections(RegisterView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What the register holds, and where it is read."""
        found = [
            {
                "id": kind.name,
                "title": str(kind.title),
                "geometry": kind.geometry or None,
                "items": request.build_absolute_uri(reverse("register_list", args=[kind.name])),
            }
            for kind in entities()
        ]
        links = ("register_datamodel", "feed_latest", "feed_transactions", "feed_checksums")
        addresses = {n: request.build_absolute_uri(reverse(n)) for n in links}
        return Response({"change_number": latest(), "collections": found, "links": addresses})


class DataModel(RegisterView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """The data model as JSON Schema."""
        return Response(schema(), content_type="application/schema+json")


class Records(RegisterView):
    @extend_schema(
        parameters=[
            asked.LIMIT, asked.NEIGHBOURHOOD, asked.DISTRICT, asked.AS_OF,
            OpenApiParameter("after", int, description="`next` of the page before."),
            OpenApiParameter("bbox", str, description="west,south,east,north in degrees."),
            OpenApiParameter("status", str, description="Living ones by default; with commas."),
        ],
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    def get(self, request: Request, entity: str) -> Response:
        """A page of records as GeoJSON. A field of the record is a filter: `code=…`, `side=…`."""
        kind = _kind(request, entity)
        area = asked.area(request)
        wanted = Wanted(
            limit=asked.whole(request, "limit", default=100, low=1, high=CONF.page_max),
            after=asked.whole(request, "after", default=0, low=0, high=2**62),
            as_of=day(request.query_params),
            box=asked.box(request),
            areas=area.neighbourhoods if area else (),
            districts=area.districts if area else (),
            statuses=asked.statuses(request) or ("ACTIVE", "RESERVED", "UNDER_CONSTRUCTION"),
            equal={k: v for k, v in request.query_params.items() if k not in _PLAIN},
        )
        try:
            bodies, following = page(kind, wanted)
        except LookupError as error:
            raise InvalidInput({str(error.args[0])[:40]: ["?"]}) from None
        answer: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [feature(kind, body) for body in bodies],
            "numberReturned": len(bodies),
            "links": [],
        }
        if following is not None:
            query = request.query_params.copy()
            query["after"] = str(following)
            link = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
            answer |= {"next": following, "links": [{"rel": "next", "href": link}]}
        return Response(answer, content_type="application/geo+json")


class Record(RegisterView):
    @extend_schema(parameters=[asked.AS_OF], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, entity: str, uid: uuid.UUID) -> Any:
        """One record. A retired one with a single successor leads there (301) unless a day is
        given or `follow=no`."""
        kind, on = _kind(request, entity), day(request.query_params)
        body = records.record(kind, uid, as_of=on)
        if body is None:
            raise Http404
        after = records.successors(uid) if body["status"] == "RETIRED" else []
        followed = request.query_params.get("follow") != "no" and on is None
        if len(after) == 1 and followed:
            place = HttpResponseRedirect(reverse("register_record", args=[entity, after[0]]))
            place.status_code = 301
            return place
        found = feature(kind, body)
        found["links"] = [
            {"rel": "history", "href": request.build_absolute_uri(f"{request.path}/history")}
        ]
        if after:
            found["successors"] = after
        return Response(found, content_type="application/geo+json")


class History(RegisterView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, entity: str, uid: uuid.UUID) -> Response:
        """Every version of a record with the change that made it, and its lineage."""
        kind = _kind(request, entity)
        found = records.versions(kind, uid)
        if not found:
            raise Http404
        if rights_of(viewer_of(request.user)).view:
            numbers = [v["number"] for v in found]
            who = {c.number: _inside(c) for c in _sets(numbers)}
            found = [v | {"change": who.get(v["number"])} for v in found]
        return Response({"uid": uid, "versions": found, "lineage": records.lineage(uid)})


def feature(kind: EntityType, body: dict[str, Any]) -> dict[str, Any]:
    """A record as a GeoJSON feature."""
    properties = {k: v for k, v in body.items() if k not in ("uid", "geometry")}
    return {
        "type": "Feature",
        "id": body["uid"],
        "geometry": body.get("geometry"),
        "properties": {"entity": kind.name} | properties,
    }


def _kind(request: Request, name: str) -> EntityType:
    kind = asked.kind_named(request, name)
    if kind is None:
        raise Http404
    return kind


def _sets(numbers: list[int | None]) -> Any:
    people = ("author", "reviewer", "publisher")
    return ChangeSet.objects.filter(number__in=[n for n in numbers if n]).select_related(*people)


def _inside(change_set: ChangeSet) -> dict[str, Any]:
    """Who, when, why, from what: for those who may view the register."""
    people = {
        n: str(getattr(change_set, n).get_full_name()) if getattr(change_set, n) else None
        for n in ("author", "reviewer", "publisher")
    }
    names = ("kind", "reason", "legal_basis", "source", "file_name", "file_sha256")
    return people | {n: getattr(change_set, n) for n in names}
