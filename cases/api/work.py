"""`/api/v1/work-orders`: a crew's day for its phone, and what the phone reports."""

import json
import uuid
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from cases.actions.work import Deed, OrderChanged, report_work
from cases.conf import CONF
from cases.models import CaseEvent, WorkOrder
from cases.photos import CleanPhoto, clean_photo
from cases.queries.tour import way_of
from cases.queries.work import crews_of, left_over, orders_of_day
from cases.rules.validation import tidy
from cases.rules.work import CREW_DEEDS, OPEN_ORDERS, read_materials, read_minutes
from core.api.parameters import only, only_fields, only_files
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput, problem
from workflows.rules.transitions import MoveRefused


class Sent(serializers.Serializer[Any]):
    """What a deed may carry. `materials` is JSON: a list of objects with name, quantity and unit;
    `at` is the time on the phone."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    at = serializers.DateTimeField(allow_null=True, default=None)
    note = serializers.CharField(allow_blank=True, default="", max_length=4000)
    result_code = serializers.CharField(allow_blank=True, default="", max_length=40)
    hand_out = serializers.BooleanField(default=False)
    minutes = serializers.CharField(allow_blank=True, default="", max_length=10)
    materials = serializers.CharField(allow_blank=True, default="[]", max_length=20_000)
    before = serializers.ListField(
        child=serializers.FileField(), default=list, max_length=CONF.photos_max
    )
    after = serializers.ListField(
        child=serializers.FileField(), default=list, max_length=CONF.photos_max
    )


def order_body(order: WorkOrder) -> dict[str, Any]:
    """What a crew knows of its work. No contact data."""
    case, code = order.case, order.result_code
    at = [case.geom.x, case.geom.y] if case.geom is not None else None
    english = (get_language() or "tr").startswith("en")
    return {
        "id": order.pk,
        "version": order.version,
        "state": order.state,
        "open": order.state in OPEN_ORDERS,
        "day": order.planned_day,
        "crew": order.crew.name,
        "task": order.task,
        "note": order.note,
        "minutes": order.minutes,
        "result": (code.name_en if english else code.name) if code else "",
        "number": case.number,
        "case_state": case.state,
        "type": case.request_type.name if case.request_type else "",
        "description": case.description,
        "place": case.place_label or (case.neighbourhood.name if case.neighbourhood else ""),
        "at": at,
        "due_at": case.due_at,
        "photos": [reverse("console_photo", args=[case.number, p.pk]) for p in case.photos.all()],
    }


class WorkView(APIView):
    """For signed-in crews and planners; what they may do is asked where it is done."""

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request.user)

    def handle_exception(self, exc: Exception) -> Response:
        answer = _refusal(exc)
        if answer is None:
            return super().handle_exception(exc)
        return self.finalize_response(self.request, answer)


def _refusal(exc: Exception) -> Response | None:
    match exc:
        case OrderChanged():
            words = _("Somebody changed this meanwhile.")
            last = CaseEvent.objects.select_related("actor").filter(case=exc.order.case)
            event = last.order_by("-pk").first()
            by = event.actor.get_full_name() if event and event.actor else ""
            note = event.note if event else ""
            theirs = order_body(exc.order) | {"changed_by": by, "changed_note": note}
            return problem(409, detail=words, code="changed", theirs=theirs)
        case MoveRefused():
            words = _("In its present state this cannot be done.")
            return problem(409, detail=words, code="refused", reasons=exc.reasons)
        case PermissionDenied():
            # Not 403: the phone is signed in, and its other work is to be sent all the same.
            return problem(
                409, detail=_("This work is not yours, or not any more."), code="not_yours"
            )
    return None


class WorkDay(WorkView):
    @extend_schema(
        parameters=[OpenApiParameter("day", OpenApiTypes.DATE)],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """The work of the caller's crews on a day (today), in its order, after what is left over
        from other days; with the way."""
        only(request, {"day"})
        day = _day(request.query_params.get("day"))
        crews = list(crews_of(self.viewer))
        orders = list(orders_of_day(self.viewer, crews, day))
        old = left_over(self.viewer, crews, day) if day == timezone.localdate() else []
        return Response(
            {
                "day": day,
                "crews": [c.name for c in crews],
                "orders": [order_body(o) for o in [*old, *orders]],
                "way": asdict(way_of(orders)),
            }
        )


def _day(sent: str | None) -> date:
    if not sent:
        return timezone.localdate()
    try:
        return date.fromisoformat(sent)
    except ValueError:
        raise InvalidInput({"day": [_("A day as YYYY-MM-DD.")]}) from None


class WorkDeed(WorkView):
    parser_classes = (MultiPartParser, BoundedJSONParser)

    @extend_schema(
        request=Sent,
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", OpenApiTypes.UUID, OpenApiParameter.HEADER, required=True
            )
        ],
    )
    def post(self, request: Request, order: int, deed: str) -> Response:
        """Does `start`, `done` or `not_done` once for each `Idempotency-Key` (a UUID). 409 with
        `theirs` where somebody changed the order since `version`."""
        only(request)
        only_files(request, ("before", "after"))
        only_fields(request, Sent().fields)
        if deed not in CREW_DEEDS:
            raise Http404
        read = Sent(data=request.data)
        read.is_valid(raise_exception=True)
        sent = read.validated_data
        done = report_work(
            order=order,
            deed=Deed(
                name=deed,
                client_id=_key(request.headers.get("Idempotency-Key", "")),
                version=sent["version"],
                at=sent["at"],
                note=tidy(sent["note"]),
                result_code=sent["result_code"],
                hand_out=sent["hand_out"],
                minutes=read_minutes(sent["minutes"]),
                materials=read_materials(_json(sent["materials"])),
                before=_photos(sent["before"]),
                after=_photos(sent["after"]),
            ),
            viewer=self.viewer,
            now=timezone.now(),
        )
        return Response(order_body(done))


def _key(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError:
        raise InvalidInput({"Idempotency-Key": [_("A UUID is needed.")]}) from None


def _json(sent: str) -> Any:
    try:
        return json.loads(sent or "[]")
    except (ValueError, RecursionError):
        raise InvalidInput({"materials": [_("A list of at most 30 materials.")]}) from None


def _photos(files: list[Any]) -> list[CleanPhoto]:
    return [clean_photo(f, name=str(f.name), size=int(f.size or 0)) for f in files]
