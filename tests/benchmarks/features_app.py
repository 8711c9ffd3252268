"""The product as `./vip up` serves it, without the limit of who has no key, and with one statement that somebody
wrote by hand behind an address of its own: what the features are measured against."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_vip.settings.local")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402

from accounts.api import admission  # noqa: E402
from accounts.rules.clients import Limits  # noqa: E402
from tiles.queries.bounded import FEATURES, bounded  # noqa: E402

admission._OPEN = Limits(10**9, 10**9)
settings.ALLOWED_HOSTS = ["*"]

# As somebody writes them who knows the tables: the page is chosen first, names are joined to it.
_DOORS = """
SELECT '{{"type":"FeatureCollection","features":[' || coalesce(string_agg(f, ','), '') || ']}}' FROM (
  SELECT '{{"type":"Feature","id":"' || a.uid || '","geometry":' || ST_AsGeoJSON(a.geom, 9, 0) || ',"properties":' ||
    json_build_object('uid', a.uid, 'version', a.version, 'valid_from', a.valid_from, 'status', a.status,
      'source', a.source, 'source_id', a.source_id, 'identifiers', a.identifiers, 'side', s.uid, 'neighbourhood', n.uid,
      'building', b.uid, 'parcel', p.uid, 'number', a.number, 'suffix', a.suffix, 'postcode', a.postcode,
      'code', a.code, 'point_source', a.point_source)::text || '}}' AS f
  FROM (SELECT * FROM addresses_address a WHERE {where} ORDER BY a.id LIMIT {limit}) a
  LEFT JOIN addresses_streetside s ON s.id = a.side_id LEFT JOIN addresses_neighbourhood n ON n.id = a.neighbourhood_id
  LEFT JOIN addresses_building b ON b.id = a.building_id LEFT JOIN addresses_parcel p ON p.id = a.parcel_id) x
"""
_BUILDINGS = """
SELECT '{{"type":"FeatureCollection","features":[' || coalesce(string_agg(f, ','), '') || ']}}' FROM (
  SELECT '{{"type":"Feature","id":"' || a.uid || '","geometry":' || ST_AsGeoJSON(a.geom, 9, 0) || ',"properties":' ||
    json_build_object('uid', a.uid, 'version', a.version, 'valid_from', a.valid_from, 'status', a.status,
      'source', a.source, 'source_id', a.source_id, 'identifiers', a.identifiers, 'neighbourhood', n.uid,
      'name', a.name, 'block', a.block, 'use', a.use, 'floors', a.floors, 'dwellings', a.dwellings,
      'code', a.code)::text || '}}' AS f
  FROM (SELECT * FROM addresses_building a WHERE {where} ORDER BY a.id LIMIT {limit}) a
  LEFT JOIN addresses_neighbourhood n ON n.id = a.neighbourhood_id) x
"""
_LIVING = "a.status IN ('ACTIVE', 'RESERVED', 'UNDER_CONSTRUCTION')"


def floor(request: HttpRequest, name: str) -> HttpResponse:
    """`where` is written by the benchmark: nothing like this is served by the product."""
    text = {"doors": _DOORS, "buildings": _BUILDINGS}[name]
    where = f"{_LIVING} AND {request.GET['where']}" if "where" in request.GET else _LIVING
    admission.admit(request)

    def read() -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                text.format(
                    where=where.replace("%", "%%"), limit=int(request.GET.get("limit", 1000))
                )
            )
            return str(cursor.fetchone()[0])

    return HttpResponse(bounded(read, FEATURES), content_type="application/geo+json")


urlpatterns = [path("floor/<str:name>", floor), path("", include("gis_vip.urls"))]
settings.ROOT_URLCONF = "tests.benchmarks.features_app"
_ = json
