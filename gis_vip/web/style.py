"""The basemap's MapLibre style, drawn from the register's own layers. Text uses the reader's fonts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_NAMES = "boundaries,boundary_labels,streets,parcels,buildings,doors,landmarks"
_FONT = ["Noto Sans", "Inter", "sans-serif"]
_BOLD = ["Noto Sans Bold", "Inter", "sans-serif"]

THEMES: dict[str, dict[str, str]] = {
    "light": {
        "land": "#e9eee9",
        "outside": "#dbe6ea",
        "edge": "#ffffff",
        "district": "#7c8b86",
        "neighbourhood": "#a9b6b0",
        "street": "#ffffff",
        "avenue": "#fff4d6",
        "casing": "#cbd3ce",
        "parcel": "#d3c9b4",
        "building": "#d9d3c7",
        "wall": "#b9b1a1",
        "text": "#2b3734",
        "soft": "#5d6b66",
        "halo": "#ffffff",
        "landmark": "#7a4f9c",
    },
    "dark": {
        "land": "#1b2422",
        "outside": "#10191c",
        "edge": "#10191c",
        "district": "#7d8d87",
        "neighbourhood": "#43504c",
        "street": "#3a4744",
        "avenue": "#57543f",
        "casing": "#131a18",
        "parcel": "#38413a",
        "building": "#2e3836",
        "wall": "#44504d",
        "text": "#e3eae7",
        "soft": "#a0aeaa",
        "halo": "#131a18",
        "landmark": "#c9a6e4",
    },
}


def _zoomed(*stops: float) -> list[Any]:
    return ["interpolate", ["exponential", 1.6], ["zoom"], *stops]


def style(theme: str, tiles: str) -> dict[str, Any]:
    """A complete style. `tiles` is the absolute URL template of the register's tiles."""
    c = THEMES[theme]

    def layer(
        name: str, kind: str, source: str, paint: dict[str, Any], **more: Any
    ) -> dict[str, Any]:
        return {
            "id": name,
            "type": kind,
            "source": "register",
            "source-layer": source,
            "paint": paint,
        } | more

    def label(name: str, source: str, size: Any, **more: Any) -> dict[str, Any]:
        layout = {
            "text-field": ["get", more.pop("text", "name")],
            "text-font": more.pop("font", _FONT),
        }
        layout |= {"text-size": size, "text-max-width": 8} | more.pop("layout", {})
        paint = {
            "text-color": more.pop("colour", c["text"]),
            "text-halo-color": c["halo"],
            "text-halo-width": 1.4,
        }
        return layer(name, "symbol", source, paint, layout=layout, **more)

    wide = ["in", ["get", "kind"], ["literal", ["AVENUE", "BOULEVARD", "SQUARE"]]]
    is_district = ["==", ["get", "level"], "district"]
    is_neighbourhood = ["==", ["get", "level"], "neighbourhood"]
    round_line = {"line-cap": "round", "line-join": "round"}
    return {
        "version": 8,
        "name": f"GIS-VIP {theme}",
        "sources": {
            "register": {
                "type": "vector",
                "tiles": [tiles],
                "minzoom": 5,
                "maxzoom": 16,
                "attribution": "GIS-VIP",
            }
        },
        "layers": [
            {"id": "outside", "type": "background", "paint": {"background-color": c["outside"]}},
            layer(
                "land",
                "fill",
                "boundaries",
                {"fill-color": c["land"], "fill-antialias": False},
                filter=is_district,
            ),
            layer(
                "parcels",
                "line",
                "parcels",
                {"line-color": c["parcel"], "line-width": 0.8},
                minzoom=16,
            ),
            layer(
                "buildings",
                "fill",
                "buildings",
                {"fill-color": c["building"], "fill-outline-color": c["wall"]},
                minzoom=14,
            ),
            layer(
                "neighbourhood-edges",
                "line",
                "boundaries",
                {
                    "line-color": c["neighbourhood"],
                    "line-width": _zoomed(9, 0.5, 14, 1.6),
                    "line-dasharray": [3, 2],
                },
                filter=is_neighbourhood,
                minzoom=9,
            ),
            layer(
                "street-casing",
                "line",
                "streets",
                {"line-color": c["casing"], "line-width": _zoomed(13, 1.6, 18, 17)},
                layout=round_line,
                minzoom=13,
            ),
            layer(
                "street-fill",
                "line",
                "streets",
                {
                    "line-color": ["case", wide, c["avenue"], c["street"]],
                    "line-width": [
                        "interpolate",
                        ["exponential", 1.6],
                        ["zoom"],
                        11,
                        0.8,
                        13,
                        ["case", wide, 2.4, 1],
                        18,
                        ["case", wide, 20, 14],
                    ],
                },
                layout=round_line,
                minzoom=11,
            ),
            layer(
                "district-edges",
                "line",
                "boundaries",
                {"line-color": c["district"], "line-width": _zoomed(6, 0.8, 14, 2.6)},
                filter=is_district,
            ),
            label(
                "street-names",
                "streets",
                _zoomed(14, 10, 18, 14),
                layout={"symbol-placement": "line", "symbol-spacing": 280},
                minzoom=14,
                colour=c["soft"],
            ),
            layer(
                "door-dots",
                "circle",
                "doors",
                {"circle-color": c["wall"], "circle-radius": _zoomed(15, 1.2, 18, 3)},
                minzoom=15,
            ),
            label("door-numbers", "doors", 11, text="label", minzoom=17, colour=c["soft"]),
            layer(
                "landmark-dots",
                "circle",
                "landmarks",
                {
                    "circle-color": c["landmark"],
                    "circle-radius": 3,
                    "circle-stroke-width": 1,
                    "circle-stroke-color": c["halo"],
                },
                minzoom=15,
            ),
            label(
                "landmark-names",
                "landmarks",
                11.5,
                layout={"text-anchor": "top", "text-offset": [0, 0.5]},
                minzoom=15,
                colour=c["landmark"],
            ),
            label(
                "neighbourhood-names",
                "boundary_labels",
                _zoomed(11, 10, 15, 15),
                filter=is_neighbourhood,
                minzoom=11,
                maxzoom=17,
                colour=c["soft"],
            ),
            label(
                "district-names",
                "boundary_labels",
                _zoomed(7, 11, 12, 19),
                filter=is_district,
                maxzoom=14,
                font=_BOLD,
            ),
        ],
    }


@require_safe
@cache_control(public=True, max_age=60)
def style_json(request: HttpRequest, theme: str) -> HttpResponse:
    if theme not in THEMES:
        raise Http404
    path = reverse("tile", args=[_NAMES, "0", "0", "0"]).replace("0/0/0.mvt", "{z}/{x}/{y}.mvt")
    return JsonResponse(style(theme, request.build_absolute_uri("/").rstrip("/") + path))
