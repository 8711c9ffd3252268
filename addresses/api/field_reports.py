"""`/api/v1/register/field/reports`: what a numbering crew found at a door becomes a change request."""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from addresses.actions.change_requests import submit
from addresses.actions.drafting import NotAllowed
from addresses.api.change_sets import read
from addresses.api.refusals import EditingView
from addresses.models import ChangeRequest
from addresses.queries.rights import may_report_from_field
from addresses.rules import house_number
from core.api.parsers import BoundedJSONParser
from core.api.problems import InvalidInput
from core.photos import UnusablePhoto, clean_photo


class Report(serializers.Serializer[Any]):
    """`uid` is a door's; without it the door is missing. The point is where the door really is."""

    kind = serializers.ChoiceField(choices=ChangeRequest.Kind.values)
    text = serializers.CharField(allow_blank=True, default="", max_length=2000)
    uid = serializers.UUIDField(allow_null=True, default=None)
    number = serializers.CharField(allow_blank=True, default="", max_length=30)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-85, max_value=85)
    moved = serializers.BooleanField(default=False)
    photo = serializers.FileField(allow_null=True, default=None)


class Reports(EditingView):
    parser_classes = (MultiPartParser, BoundedJSONParser)

    @extend_schema(
        request=Report,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
        ],
    )
    def post(self, request: Request) -> Response:
        """Files what was found. The same `Idempotency-Key` gives the same request again."""
        if not may_report_from_field(self.viewer):
            raise NotAllowed
        sent = read(Report(data=request.data))
        key = request.headers.get("Idempotency-Key", "")[:80]
        if not key:
            raise InvalidInput({"Idempotency-Key": [_("This is needed.")]})
        filed = submit(
            kind=sent["kind"],
            source=ChangeRequest.Source.CREW,
            viewer=self.viewer,
            text=sent["text"],
            point=(sent["lon"], sent["lat"]),
            values=_values(sent),
            entity="address",
            uid=sent["uid"],
            photo=_photo(sent["photo"]),
            key=key,
            now=timezone.now(),
        )
        return Response({"uid": filed.uid, "state": filed.state}, status=201)


def _values(sent: dict[str, Any]) -> dict[str, Any]:
    """What the report proposes for the door: its place if it was moved, the number on the plate."""
    values: dict[str, Any] = {}
    new: uuid.UUID | None = sent["uid"]
    if sent["moved"] or new is None:
        values["geometry"] = {"type": "Point", "coordinates": [sent["lon"], sent["lat"]]}
    if sent["number"]:
        written = house_number.on_plate(sent["number"])
        if written is None:
            words = _("A number from 1 to 99999, with what stands behind it: 12, 12/A, 5-7.")
            raise InvalidInput({"number": [words]})
        values |= {"number": written.number, "suffix": written.suffix}
    return values


def _photo(file: Any) -> "ContentFile[bytes] | None":
    if file is None:
        return None
    try:
        clean = clean_photo(file, name=str(file.name), size=int(file.size or 0))
    except UnusablePhoto as error:
        raise InvalidInput({"photo": [str(error)]}) from error
    return ContentFile(clean.body)
