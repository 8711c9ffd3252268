"""`/compat/…`: the addresses that other geocoders' clients know. A last slash is as good as none."""

from django.urls import URLPattern, include, path, re_path
from rest_framework.views import APIView

from addresses.api import tables
from addresses.api.dialects import ban, nominatim, pelias, photon


def _at(place: str, view: type[APIView], name: str) -> URLPattern:
    return re_path(rf"^{place}/?$", view.as_view(), name=f"compat_{name}")


_NOMINATIM = [
    _at(r"search(?:\.php)?", nominatim.Search, "nominatim_search"),
    _at(r"reverse(?:\.php)?", nominatim.Reverse, "nominatim_reverse"),
    _at(r"status(?:\.php)?", nominatim.Status, "nominatim_status"),
]
_PHOTON = [
    _at("api", photon.Search, "photon_search"),
    _at("structured", photon.Structured, "photon_structured"),
    _at("reverse", photon.Reverse, "photon_reverse"),
]
_PELIAS = [
    _at("v1/search/structured", pelias.Structured, "pelias_structured"),
    _at("v1/search", pelias.Search, "pelias_search"),
    _at("v1/autocomplete", pelias.Autocomplete, "pelias_autocomplete"),
    _at("v1/reverse", pelias.Reverse, "pelias_reverse"),
    _at("v1/place", pelias.Place, "pelias_place"),
]
_BAN = [
    _at("search", ban.Search, "ban_search"),
    _at("reverse", ban.Reverse, "ban_reverse"),
    _at("search/csv", tables.BanSearchCsv, "ban_search_csv"),
    _at("reverse/csv", tables.BanReverseCsv, "ban_reverse_csv"),
]

urlpatterns = [
    path("nominatim/", include(_NOMINATIM)),
    path("photon/", include(_PHOTON)),
    path("pelias/", include(_PELIAS)),
    path("ban/", include(_BAN)),
]
