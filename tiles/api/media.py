"""What answers of the spatial API are written in, and which of it a caller wants."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tiles.api.refused import BadParameter

JSON = "application/json"
GEOJSON = "application/geo+json"
JSONFG = "application/vnd.ogc.fg+json"
SCHEMA = "application/schema+json"
HTML = "text/html"
CSV = "text/csv"
FLATGEOBUF = "application/flatgeobuf"
GEOPACKAGE = "application/geopackage+sqlite3"
GEOPARQUET = "application/vnd.apache.parquet"
MVT = "application/vnd.mapbox-vector-tile"

#: What `f` says, by format.
PAGES = {"json": JSON, "html": HTML}
SCHEMAS = {"json": SCHEMA, "html": HTML}
ITEMS = {
    "json": GEOJSON, "jsonfg": JSONFG, "html": HTML, "csv": CSV, "fgb": FLATGEOBUF, "gpkg": GEOPACKAGE,
    "parquet": GEOPARQUET,
}  # fmt: skip
ITEM = {"json": GEOJSON, "jsonfg": JSONFG, "html": HTML}
_SAME = {JSON: "json", GEOJSON: "json", SCHEMA: "json"}


def wanted(request: HttpRequest, formats: dict[str, str]) -> str:
    """The short name of a format, by `f`, else by `Accept`, else JSON. Raises BadParameter."""
    asked = request.GET.get("f")
    if asked is not None:
        name = {"geojson": "json"}.get(asked, asked)
        if name not in formats:
            raise BadParameter("f", _("This format is not to be had here."))
        return name
    accept = request.headers.get("Accept", "*/*")
    if accept in ("*/*", "", JSON, GEOJSON):
        return "json"
    types: Sequence[str] = [GEOJSON, JSON, *formats.values()]
    found = request.get_preferred_type(types)
    if found is None or found in _SAME:
        return "json"
    return next((name for name, media in formats.items() if media == found), "json")
