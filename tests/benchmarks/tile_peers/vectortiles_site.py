"""A Django site of one module that serves the register's tables by django-vectortiles, and nothing else.

Run by gunicorn in an environment of its own. The database comes from PG* variables; `KEEP` is a
Redis socket whose one value the view `/kept` answers with: the least that a Django view can do.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="benchmark",
    INSTALLED_APPS=["django.contrib.gis", "vectortiles"],
    DATABASES={
        "default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": os.environ["PGDATABASE"],
            "HOST": os.environ["PGHOST"],
            "PORT": os.environ.get("PGPORT", ""),
            "USER": os.environ["PGUSER"],
            "CONN_MAX_AGE": None,
        }
    },
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["KEEP"],
        }
    },
    GDAL_LIBRARY_PATH=os.environ["GDAL_LIBRARY_PATH"] or None,
    GEOS_LIBRARY_PATH=os.environ["GEOS_LIBRARY_PATH"] or None,
)
django.setup()

from django.contrib.gis.db import models  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from vectortiles import VectorLayer  # noqa: E402
from vectortiles.views import MVTView  # noqa: E402


def _model(name: str, table: str, columns: list[str]) -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "peer", "db_table": table, "managed": False})
    fields: dict[str, object] = {c: models.TextField() for c in columns}
    body = {"__module__": __name__, "Meta": meta, "geom": models.GeometryField(), **fields}
    return type(name, (models.Model,), {"status": models.TextField(), **body})


def _view(name: str, table: str, columns: list[str]) -> object:
    model = _model(name.capitalize(), table, columns)

    class Layer(VectorLayer):
        id = name
        tile_fields = ("id", *columns)

        def get_queryset(self) -> models.QuerySet:
            return model.objects.filter(status="ACTIVE")

    return MVTView.as_view(layer_classes=[Layer])


def _kept(request: object) -> HttpResponse:
    return HttpResponse(cache.get("kept"), headers={"Content-Encoding": "gzip"})


LAYERS = {
    "buildings": ("addresses_building", ["name", "floors"]),
    "doors": ("addresses_address", ["number", "suffix"]),
    "streets": ("addresses_street", ["name", "kind"]),
    "parcels": ("addresses_parcel", ["cadastral_block", "number"]),
    "boundaries": ("addresses_neighbourhood", ["name", "population"]),
}
urlpatterns = [
    path("kept", _kept),
    *(
        path(f"{name}/<int:z>/<int:x>/<int:y>", _view(name, table, columns))
        for name, (table, columns) in LAYERS.items()
    ),
]
application = get_wsgi_application()
