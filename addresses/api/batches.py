"""`/api/v1/geocode/batches`: tables of up to 100,000 rows, geocoded by a worker.

For signed-in staff. A batch is its owner's alone: to anybody else it does not exist.
"""

import uuid
from typing import Any

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries.viewers import viewer_of
from accounts.rules.viewer import Viewer
from addresses.actions import batches
from addresses.exchange.batch_file import written
from addresses.exchange.errors import ImportRefused
from addresses.models import GeocodeBatch
from addresses.queries.batches import (
    Standing,
    failures,
    own_batch,
    own_batches,
    standing,
)
from addresses.queries.rights import may_geocode_tables
from core.api.problems import InvalidInput, problem


class SentBatch(serializers.Serializer[Any]):
    """`data` is a CSV or XLSX file. `columns` (repeated) name what makes the address, in its order;
    without them they are recognised by their names.
    """

    data = serializers.FileField()
    columns = serializers.ListField(child=serializers.CharField(), required=False)
    encoding = serializers.CharField(required=False)
    delimiter = serializers.CharField(required=False, trim_whitespace=False)


class BatchBody(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.CharField()
    rows = serializers.IntegerField()
    done = serializers.IntegerField()
    sure = serializers.IntegerField()
    unsure = serializers.IntegerField()
    missing = serializers.IntegerField()
    columns = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    url = serializers.CharField()


class BatchView(APIView):
    """Denied unless signed in, or with a key of somebody, with a right; nothing of it may be kept on
    the way.
    """

    personal_keys = True
    permission_classes = (IsAuthenticated,)
    viewer: Viewer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.viewer = viewer_of(request.user)
        if not may_geocode_tables(self.viewer):
            raise PermissionDenied(_("You may not do this."))

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, ImportRefused):
            field = "data" if exc.field == "file" else exc.field
            exc = InvalidInput({field: [exc.reason]})
        if isinstance(exc, batches.TooManyBatches):
            return self.finalize_response(self.request, problem(429, detail=str(exc)))
        return super().handle_exception(exc)

    def batch(self, uid: uuid.UUID) -> GeocodeBatch:
        found = own_batch(self.viewer, uid, now=timezone.now())
        if found is None:
            raise Http404
        return found


class Batches(BatchView):
    parser_classes = (MultiPartParser, FormParser)

    @extend_schema(responses=BatchBody(many=True))
    def get(self, request: Request) -> Response:
        """One's own batches, newest first."""
        found = own_batches(self.viewer, now=timezone.now())
        return Response([body_of(request, one) for one in found])

    @extend_schema(request={"multipart/form-data": SentBatch}, responses={201: BatchBody})
    def post(self, request: Request) -> Response:
        """Takes a table in and begins with it at once."""
        file = request.FILES.get("data")
        if file is None:
            raise InvalidInput({"data": [_("A file is needed.")]})
        now = timezone.now()
        batch = batches.take_in(
            file.read(),
            name=str(file.name),
            owner=self.viewer.user_id,
            now=now,
            encoding=request.data.get("encoding", "")[:40],
            delimiter=request.data.get("delimiter", "")[:10],
        )
        names = request.data.getlist("columns")
        try:
            if names:
                batches.choose(batch, batches.named_columns(batch.header, names))
        except ImportRefused:
            batches.remove(batch, now=now)
            raise
        batches.begin(batch)
        return Response(body_of(request, standing(batch)), status=201)


class Batch(BatchView):
    @extend_schema(responses=BatchBody)
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """How far a batch is."""
        return Response(body_of(request, standing(self.batch(uid))))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, uid: uuid.UUID) -> Response:
        """Deletes a batch with everything in it, at once."""
        batches.remove(self.batch(uid), now=timezone.now())
        return Response(status=204)


class Cancel(BatchView):
    @extend_schema(request=None, responses=BatchBody)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Stops a batch; what is done stays."""
        if not batches.cancel(self.batch(uid), now=timezone.now()):
            return problem(409, detail=_("This batch is not under way."))
        return Response(body_of(request, standing(self.batch(uid))))


class Resume(BatchView):
    @extend_schema(request=None, responses=BatchBody)
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Goes on with a batch that was stopped or has failed."""
        if not batches.resume(self.batch(uid), now=timezone.now()):
            return problem(409, detail=_("Only a batch that was stopped can go on."))
        return Response(body_of(request, standing(self.batch(uid))))


class Result(BatchView):
    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, uid: uuid.UUID) -> Any:
        """The table with the columns added, in the format that it came in."""
        batch = self.batch(uid)
        if standing(batch).under_way:
            return problem(409, detail=_("This batch is not finished yet."))
        made = written(batch)
        return FileResponse(
            made.file, as_attachment=True, filename=made.name, content_type=made.media_type
        )


class Failures(BatchView):
    @extend_schema(responses={(200, "application/geo+json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """The rows that need a person, as GeoJSON: `geometry` is the best suggestion's, or null."""
        features = [
            {
                "type": "Feature",
                "id": one.row,
                "geometry": None
                if one.lon is None
                else {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    "row": one.row,
                    "text": one.text,
                    "status": one.status,
                    "warnings": list(one.warnings),
                    "label": one.label,
                },
            }
            for one in failures(self.batch(uid))
        ]
        body = {"type": "FeatureCollection", "features": features}
        return Response(body, content_type="application/geo+json")


def body_of(request: Request, one: Standing) -> dict[str, Any]:
    batch = one.batch
    return {
        "uid": batch.uid,
        "name": batch.name,
        "state": one.state,
        "rows": batch.rows,
        "done": one.done,
        "sure": one.sure,
        "unsure": one.unsure,
        "missing": one.missing,
        "columns": [batch.header[position] for position in batch.columns],
        "created_at": batch.created_at,
        "expires_at": batch.expires_at,
        "url": request.build_absolute_uri(reverse("geocode_batch_api", args=[batch.uid])),
    }
