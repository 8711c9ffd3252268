"""Letters and pictures of the map, as `gis_vip/frontend/build.mjs` made them."""

import gzip
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_FOLDER = Path(settings.VIP_HOME) / "frontend" / "map"
# The address carries the version, so what it names never changes.
_FOR_EVER = cache_control(public=True, max_age=31_536_000, immutable=True)
_TYPES = {"json": "application/json", "png": "image/png"}


@cache
def version() -> str:
    """Changes when any letter or picture does."""
    return (_FOLDER / "version").read_text()


@cache
def _fonts() -> frozenset[str]:
    return frozenset(path.stem for path in _FOLDER.glob("*.otf"))


@cache
def _zipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@require_safe
@_FOR_EVER
def glyphs(request: HttpRequest, font: str, first: int, last: int) -> HttpResponse:
    """The letters of a range of 256, as signed distance fields; none where the font has none."""
    known = font in _fonts() and first % 256 == 0 and last == first + 255 and last < 65_536
    if not known:
        raise Http404
    path = _FOLDER / font / f"{first}-{last}.pbf"
    answer = HttpResponse(content_type="application/x-protobuf")
    if path.is_file():
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        answer.content = _zipped(path) if zipped else path.read_bytes()
        answer["Vary"] = "Accept-Encoding"
        if zipped:
            answer["Content-Encoding"] = "gzip"
    return answer


@require_safe
@_FOR_EVER
def sprite(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The sheet of pictures, or where each stands on it."""
    path = _FOLDER / f"{name}.{kind}"
    return HttpResponse(path.read_bytes(), content_type=_TYPES[kind])
