"""`/api/v1/works`: planned works of organisations, filed, followed, and held against each other."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from accounts.api.admission import Admission
from accounts.models import Organisation
from accounts.queries.viewers import viewer_of
from accounts.rules.clients import ANY_SCOPE, WORKS_PUBLISH, ClientIdentity
from accounts.rules.roles import Permission
from accounts.rules.viewer import Viewer
from addresses.api.asked import whole
from cases.actions.move import ChangedMeanwhile
from cases.actions.planned_works import change_work, file_work, move_work, read_work
from cases.conf import CONF
from cases.models import PlannedWork
from cases.queries.planned_works import (
    Around,
    around,
    around_work,
    listed,
    may_publish,
    own_work,
    publishing,
    streets_of,
    visible_works,
)
from cases.rules.planned_works import MOVES, Kind, Traffic
from cases.rules.validation import tidy
from cases.rules.work_filter import BadFilter, filter_of
from core.api.parameters import only
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput, problem
from workflows.rules.transitions import MoveRefused

_PER_PAGE, _MOST = 100, 1000


class SentWork(serializers.Serializer[Any]):
    """A planned work. `shape`: GeoJSON of a line or an area, EPSG:4326."""

    organisation = serializers.CharField(required=False, help_text="Code; a key's own by default.")
    external_id = serializers.CharField(required=False, max_length=120)
    kind = serializers.ChoiceField([k.value for k in Kind])
    title = serializers.CharField(max_length=160)
    description = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    contact = serializers.CharField(max_length=200, help_text="A line or page; no person's.")
    contractor = serializers.CharField(required=False, allow_blank=True, max_length=160)
    permit = serializers.CharField(required=False, allow_blank=True, max_length=80)
    begin = serializers.DateField()
    end = serializers.DateField()
    depth_m = serializers.FloatField(required=False, allow_null=True)
    width_m = serializers.FloatField(required=False, allow_null=True)
    traffic = serializers.ChoiceField([k.value for k in Traffic], required=False)
    shape = serializers.JSONField()  # type: ignore[assignment]
    draft = serializers.BooleanField(required=False, help_text="Not submitted yet.")
    version = serializers.IntegerField(required=False, help_text="Of what is changed.")


class SentMove(serializers.Serializer[Any]):
    move = serializers.ChoiceField(list(MOVES.moves))
    version = serializers.IntegerField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class WorksThrottle(AnonRateThrottle):
    scope = "works"
    rate = CONF.works_rate


class ReadByAll(BasePermission):
    """Reading is everybody's; what files or changes wants to know who does it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or bool(request.user.is_authenticated)


class _View(APIView):
    permission_classes: tuple[type[BasePermission], ...] = (ReadByAll,)
    throttle_classes = (WorksThrottle,)
    parser_classes = (BoundedJSONParser,)
    client_scopes: dict[str, str] | str = {
        "GET": ANY_SCOPE, "POST": WORKS_PUBLISH, "PUT": WORKS_PUBLISH,
    }  # fmt: skip
    personal_keys = True

    def handle_exception(self, exc: Exception) -> Any:
        match exc:
            case ChangedMeanwhile():
                answer = problem(409, detail=_("It was changed meanwhile: read it again."))
            case MoveRefused():
                answer = problem(
                    422, detail=_("This cannot be done now."), move=exc.move, reasons=exc.reasons
                )
            case BadFilter():
                answer = problem(
                    400, detail=_("Some fields cannot be accepted."),
                    errors={exc.name: [exc.words]},
                )  # fmt: skip
            case PlannedWork.DoesNotExist():
                answer = problem(404, detail=_("There is nothing at this address."))
            case _:
                return super().handle_exception(exc)
        return self.finalize_response(self.request, answer)


class Works(_View):
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str), OpenApiParameter("kind", str, enum=[k.value for k in Kind]),
            OpenApiParameter("state", str, description="`coming`, `now`, or a state."),
            OpenApiParameter("owner", str, description="Code of an organisation."),
            OpenApiParameter("district", int), OpenApiParameter("street", UUID, description="uid."),
            OpenApiParameter("on", date), OpenApiParameter("begin", date), OpenApiParameter("end", date),
            OpenApiParameter("sort", str), OpenApiParameter("limit", int), OpenApiParameter("page", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Works as GeoJSON: to everybody those that are permitted, to those who plan works what others filed."""
        viewer = viewer_of(request.user)
        rows = listed(
            viewer, filter_of(request.query_params, apart=("limit", "page")),
            today=timezone.localdate(),
        )  # fmt: skip
        limit = whole(request, "limit", default=_PER_PAGE, low=1, high=_MOST)
        page = whole(request, "page", default=1, low=1, high=100_000)
        found = list(rows[(page - 1) * limit : page * limit + 1])
        body: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [feature(work) for work in found[:limit]],
            "links": [],
        }
        if len(found) > limit:
            query = request.query_params.copy()
            query["page"] = str(page + 1)
            href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
            body["links"].append({"rel": "next", "href": href})
        return Response(body, content_type="application/geo+json")

    @extend_schema(request=SentWork, responses={200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Files a work. With the `external_id` of one that is there it is that one: unchanged (200), or changed."""
        viewer, client = viewer_of(request.user), _client(request)
        if not viewer.may(Permission.PUBLISH_WORKS):
            raise PermissionDenied
        sent = _sent(request, SentWork)
        filed = file_work(
            sent, organisation=_owner(sent, viewer, client), viewer=viewer, client=client,
            submit=not sent.get("draft"), now=timezone.now(),
            version=_version(sent) if "version" in sent else None,
        )  # fmt: skip
        answer = Response(feature(filed.work, viewer), status=201 if filed.new else 200)
        answer["Location"] = reverse("api_work", args=[filed.work.uid])
        return answer


class Work(_View):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uid: UUID) -> Response:
        """One work, with its streets and what may be done with it."""
        only(request)
        viewer = viewer_of(request.user)
        work = visible_works(viewer).filter(uid=uid).first()
        if work is None:
            raise Http404
        return Response(feature(work, viewer), content_type="application/geo+json")

    @extend_schema(request=SentWork, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, uid: UUID) -> Response:
        """Replaces what it says; another place or time of a permitted one asks for the permit anew."""
        viewer, client = viewer_of(request.user), _client(request)
        if not visible_works(viewer).filter(uid=uid).exists():
            raise Http404
        sent = _sent(request, SentWork)
        changed = change_work(
            str(uid), sent, viewer=viewer, client=client, version=_version(sent), now=timezone.now()
        )
        return Response(feature(changed.work, viewer), content_type="application/geo+json")


class Moves(_View):
    @extend_schema(request=SentMove, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, uid: UUID) -> Response:
        """Submits, begins, finishes or withdraws a work; the permitting office permits or refuses it."""
        viewer = viewer_of(request.user)
        if not visible_works(viewer).filter(uid=uid).exists():
            raise Http404
        sent = _sent(request, SentMove)
        work = move_work(
            str(uid), str(sent.get("move") or ""), viewer=viewer, version=_version(sent),
            note=tidy(str(sent.get("note") or ""))[:2000], client=_client(request),
            now=timezone.now(),
        )  # fmt: skip
        return Response(feature(work, viewer), content_type="application/geo+json")


class Conflicts(_View):
    permission_classes = (IsAuthenticated,)
    client_scopes = WORKS_PUBLISH

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, uid: UUID) -> Response:
        """What stands beside or against a work, and with whom a trench could be shared."""
        only(request)
        viewer = viewer_of(request.user)
        work = visible_works(viewer).filter(uid=uid).first()
        if work is None:
            raise Http404
        if not viewer.may(Permission.PUBLISH_WORKS):  # it tells of works that only planners see
            raise PermissionDenied
        found = around_work(work, viewer)
        return Response(conflicts(found))


class Check(_View):
    @extend_schema(request=SentWork, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """The same for a work that is not filed: nothing is stored."""
        viewer = viewer_of(request.user)
        if not viewer.may(Permission.PUBLISH_WORKS):
            raise PermissionDenied
        wish, shape, _places = read_work(_sent(request, SentWork), timezone.now())
        own = own_work(viewer, wish.external_id)
        found = around(shape, wish, viewer=viewer, own=own)
        return Response(conflicts(found))


def feature(work: PlannedWork, viewer: Viewer | None = None) -> dict[str, Any]:
    """A work as a GeoJSON feature, EPSG:4326. With a viewer also its streets, version and possible moves."""
    names = ("kind", "state", "title", "description", "contact", "contractor", "permit", "traffic",
             "depth_m", "width_m")  # fmt: skip
    properties: dict[str, Any] = {name: getattr(work, name) for name in names} | {
        "organisation": work.organisation.code,
        "owner": work.organisation.name,
        "begin": work.begin.isoformat(),
        "end": work.end.isoformat(),
        "changed_at": work.changed_at.isoformat(),
    }
    if viewer is not None:
        properties["streets"] = [{"uid": str(s.uid), "name": s.name} for s in streets_of(work)]
        properties["version"] = work.version
        if may_publish(viewer, work.organisation_id):
            properties["external_id"] = work.external_id
    shape = {"type": work.geom.geom_type, "coordinates": work.geom.coords}
    return {"type": "Feature", "id": str(work.uid), "geometry": shape, "properties": properties}


def conflicts(found: Around) -> dict[str, Any]:
    """What `around` found, as JSON; metres, m², m³ and days."""
    rows = []
    for one in found.conflicts:
        names = (
            "uid",
            "title",
            "owner",
            "kind",
            "state",
            "begin",
            "end",
            "traffic",
            "contact",
            "metres",
        )
        body = {"what": one.what, "hard": one.hard} | {name: one.row[name] for name in names}
        if one.saved is not None:
            body["saves"] = vars(one.saved)
        rows.append(body)
    return {"hard": found.hard, "open_cases": found.cases, "conflicts": rows}


def _client(request: Request) -> ClientIdentity | None:
    return request.auth.client if isinstance(request.auth, Admission) else None


def _owner(sent: Mapping[str, Any], viewer: Viewer, client: ClientIdentity | None) -> str:
    """Whose work it is: what was said, or the one organisation that the sender may file for."""
    if said := str(sent.get("organisation") or ""):
        return said[:40]
    if client is not None:
        return client.organisation_code
    own = Organisation.objects.filter(pk__in=publishing(viewer)).values_list("code", flat=True)
    if len(own) != 1:
        raise InvalidInput({"organisation": [_("Say for which organisation.")]})
    return str(own[0])


def _sent(request: Request, known: type[serializers.Serializer[Any]]) -> Mapping[str, Any]:
    if not isinstance(request.data, Mapping):
        raise InvalidInput({"": [_("An object is needed.")]})
    if strange := [str(name)[:40] for name in request.data if name not in known().fields]:
        raise InvalidInput({name: [_("There is no such field.")] for name in strange[:10]})
    if not isinstance(request.data.get("draft", False), bool):
        raise InvalidInput({"draft": [_("true or false is needed.")]})
    return request.data


def _version(sent: Mapping[str, Any]) -> int:
    try:
        number = int(str(sent["version"]))
    except (KeyError, ValueError):
        raise InvalidInput({"version": [_("A whole number is needed.")]}) from None
    return number
