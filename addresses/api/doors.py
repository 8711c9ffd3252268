"""`/api/v1/doors`: the register's doors as GeoJSON, by page and by box."""

from typing import Any

import numpy as np
from django.contrib.gis.geos import GEOSException, Polygon
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField
from rest_framework_gis.filters import InBBoxFilter
from rest_framework_gis.pagination import GeoJsonPagination
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from accounts.rules.clients import REGISTRY_READ
from addresses.api.asked import AS_OF
from addresses.api.geocode_asked import day
from addresses.api.geocode_view import GeocodeThrottle
from addresses.models import Address
from addresses.queries.doors_on import DoorsOn


class DoorFeature(GeoFeatureModelSerializer):
    """One door; the geometry is its point in EPSG:4326."""

    street = CharField(source="side.street.name")
    neighbourhood = CharField(source="side.neighbourhood.name")
    number = CharField(source="house_number")

    class Meta:
        model = Address
        geo_field = "geom"
        id_field = "uid"
        fields = ("uid", "id", "street", "number", "neighbourhood", "postcode", "code")


class Box(InBBoxFilter):
    """`in_bbox`, refused where it is no box: the library lets through whatever is a float."""

    def get_filter_bbox(self, request: Request) -> Polygon | None:
        try:
            box = super().get_filter_bbox(request)
        except (GEOSException, ParseError):  # not a number; its own words are English
            box = Polygon()
        if box is not None and (box.empty or not np.isfinite(box.coords).all() or not box.valid):
            raise ParseError(_("in_bbox is west,south,east,north in degrees, west before east."))
        return box


class Pages(GeoJsonPagination):
    page_size = 200


class Doors(ListAPIView[Any]):
    """Doors in force, 200 on a page; `in_bbox=west,south,east,north` (degrees) cuts a box out,
    `as_of` gives those of a day, under the names of that day."""

    permission_classes = [AllowAny]
    throttle_classes = [GeocodeThrottle]
    client_scopes = REGISTRY_READ
    serializer_class = DoorFeature
    pagination_class = Pages
    filter_backends = [Box]
    bbox_filter_field = "geom"
    # Names are joined; the outlines of street and area stay behind.
    queryset = (
        Address.objects.filter(status="ACTIVE")
        .select_related("side__street", "side__neighbourhood")
        .only(
            "uid", "number", "suffix", "postcode", "code", "geom",
            "side__street__name", "side__neighbourhood__name",
        )
        .order_by("pk")
    )  # fmt: skip

    @extend_schema(parameters=[AS_OF])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if (on := day(request.query_params)) is None:
            return super().list(request, *args, **kwargs)
        box = Box().get_filter_bbox(request)
        found: Any = DoorsOn(on, box.extent if box else None)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
