"""The basemap as a MapLibre style, drawn from the register's own tiles, letters and pictures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gis_vip.web.map_files import version
from gis_vip.web.themes import THEMES

_NAMES = "boundaries,boundary_labels,streets,parcels,buildings,doors,landmarks"
_REGULAR = "Noto Sans Regular"
_BOLD = "Noto Sans Bold"
_HELP = ["HEALTH", "HOSPITAL", "FIRE", "FIRE_STATION", "POLICE", "ASSEMBLY", "GOVERNMENT"]

_WIDE = ["in", ["get", "kind"], ["literal", ["AVENUE", "BOULEVARD", "SQUARE"]]]
_DISTRICT = ["==", ["get", "level"], "district"]
_NEIGHBOURHOOD = ["==", ["get", "level"], "neighbourhood"]
_HELPS = ["in", ["get", "kind"], ["literal", _HELP]]
_ROUND = {"line-cap": "round", "line-join": "round"}
# The picture of a kind of landmark, else the one that stands for any.
_PICTURE = [
    "coalesce",
    ["image", ["concat", "landmark-", ["downcase", ["get", "kind"]]]],
    ["image", "landmark"],
]


def _zoomed(*stops: Any) -> list[Any]:
    return ["interpolate", ["exponential", 1.6], ["zoom"], *stops]


def _layer(name: str, kind: str, source: str, paint: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A layer drawn from the layer `source` of the register's tiles."""
    named = {"id": name, "type": kind, "source": "register", "source-layer": source}
    return {**named, "paint": paint, **more}


def _areas(c: dict[str, str]) -> list[dict[str, Any]]:
    land = {"fill-color": c["land"], "fill-antialias": False}
    return [
        {"id": "outside", "type": "background", "paint": {"background-color": c["outside"]}},
        _layer("land", "fill", "boundaries", land, filter=_DISTRICT),
        # Unseen, but there for whoever asks what lies under a point.
        _layer(
            "neighbourhoods",
            "fill",
            "boundaries",
            {"fill-opacity": 0, "fill-antialias": False},
            filter=_NEIGHBOURHOOD,
            minzoom=9,
        ),
    ]


def _lines(c: dict[str, str]) -> list[dict[str, Any]]:
    edge = {"line-color": c["neighbourhood"], "line-width": _zoomed(9, 0.5, 14, 1.6)}
    casing = {"line-color": c["casing"], "line-width": _zoomed(13, 1.8, 18, 17)}
    fill = {
        "line-color": ["case", _WIDE, c["avenue"], c["street"]],
        "line-width": _zoomed(11, 0.8, 13, ["case", _WIDE, 2.4, 1], 18, ["case", _WIDE, 20, 14]),
    }
    district = {"line-color": c["district"], "line-width": _zoomed(6, 0.8, 14, 2.6)}
    parcel = {"line-color": c["parcel"], "line-width": 0.8}
    building = {"fill-color": c["building"], "fill-outline-color": c["wall"]}
    return [
        _layer("parcels", "line", "parcels", parcel, minzoom=16),
        _layer("buildings", "fill", "buildings", building, minzoom=14),
        _layer(
            "neighbourhood-edges",
            "line",
            "boundaries",
            {**edge, "line-dasharray": [3, 2]},
            filter=_NEIGHBOURHOOD,
            minzoom=9,
        ),
        _layer("street-casing", "line", "streets", casing, layout=_ROUND, minzoom=13),
        _layer("street-fill", "line", "streets", fill, layout=_ROUND, minzoom=11),
        _layer("district-edges", "line", "boundaries", district, filter=_DISTRICT),
    ]


def _words(
    name: str, source: str, size: Any, colour: str, halo: str, layout: Any, **more: Any
) -> dict[str, Any]:
    text = {
        "text-field": ["get", "name"],
        "text-font": [_REGULAR],
        "text-size": size,
        "text-max-width": 8,
    }
    paint = {"text-color": colour, "text-halo-color": halo, "text-halo-width": 1.4}
    return _layer(name, "symbol", source, paint, layout={**text, **layout}, **more)


def _labels(c: dict[str, str], *, urgent: bool) -> list[dict[str, Any]]:
    text, soft, halo = c["text"], c["soft"], c["halo"]
    along = {"symbol-placement": "line", "symbol-spacing": 280}
    dots = {"circle-color": c["wall"], "circle-radius": _zoomed(15, 1.2, 18, 3)}
    below = {
        "icon-image": _PICTURE,
        "icon-size": ["case", _HELPS, 1.2, 0.8] if urgent else 0.85,
        "symbol-sort-key": ["case", _HELPS, 0, 1],
        "icon-allow-overlap": urgent,
        "text-anchor": "top",
        "text-offset": [0, 0.9],
        "text-optional": True,
    }
    number = {"text-field": ["get", "label"]}
    bold = {"text-font": [_BOLD]}
    first = 16 if urgent else 17
    return [
        _words("street-names", "streets", _zoomed(14, 10, 18, 14), soft, halo, along, minzoom=14),
        _layer("door-dots", "circle", "doors", dots, minzoom=15),
        _words("door-numbers", "doors", 13 if urgent else 11, soft, halo, number, minzoom=first),
        _words("landmarks", "landmarks", 11.5, c["landmark"], halo, below, minzoom=14),
        _words(
            "neighbourhood-names",
            "boundary_labels",
            _zoomed(11, 10, 15, 15),
            soft,
            halo,
            {},
            filter=_NEIGHBOURHOOD,
            minzoom=11,
            maxzoom=17,
        ),
        _words(
            "district-names",
            "boundary_labels",
            _zoomed(7, 11, 12, 19),
            text,
            halo,
            bold,
            filter=_DISTRICT,
            maxzoom=14,
        ),
    ]


def style(theme: str, root: str) -> dict[str, Any]:
    """A complete style. `root` is the absolute address of this platform, without a slash."""
    c = THEMES[theme]
    tiles = reverse("tile", args=[_NAMES, "0", "0", "0"]).replace("0/0/0.mvt", "{z}/{x}/{y}.mvt")
    glyphs = reverse("glyphs", args=["FONT", 0, 255]).replace("FONT/0-255", "{fontstack}/{range}")
    sprite = reverse("sprite", args=["sprite", "json"]).removesuffix(".json")
    return {
        "version": 8,
        "name": f"GIS-VIP {theme}",
        "glyphs": f"{root}{glyphs}?v={version()}",
        "sprite": f"{root}{sprite}?v={version()}",
        "sources": {
            "register": {
                "type": "vector",
                "tiles": [root + tiles],
                "minzoom": 5,
                "maxzoom": 16,
                "attribution": "GIS-VIP",
            }
        },
        "layers": [*_areas(c), *_lines(c), *_labels(c, urgent=theme == "emergency")],
    }


@require_safe
@cache_control(public=True, max_age=60, stale_while_revalidate=86400)
def style_json(request: HttpRequest, theme: str) -> HttpResponse:
    if theme not in THEMES:
        raise Http404
    made = style(theme, request.build_absolute_uri("/").rstrip("/"))
    return JsonResponse(made, json_dumps_params={"separators": (",", ":")})
