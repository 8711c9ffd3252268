"""Absolute addresses of the spatial API, as the caller reached it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tiles.api.media import JSON, MVT

REL = "http://www.opengis.net/def/rel/ogc/1.0/"


class Links:
    def __init__(self, request: HttpRequest) -> None:
        self.root = request.build_absolute_uri("/").rstrip("/")

    def to(
        self, rel: str, name: str, *args: str, title: Any = "", query: str = "", **more: Any
    ) -> dict[str, Any]:
        """A link to a named address; JSON unless `type` says otherwise."""
        href = self.root + reverse(name, args=args) + (f"?{query}" if query else "")
        link = {"rel": rel, "type": JSON, "href": href}
        return link | ({"title": str(title)} if title else {}) | more

    def tiles(self, collection: str | None) -> dict[str, Any]:
        """The template of the tiles of a collection, or of all."""
        if collection is None:
            link = self.to("item", "ogc_dataset_tile", "0", "1", "2", type=MVT, templated=True)
        else:
            link = self.to("item", "ogc_tile", collection, "0", "1", "2", type=MVT, templated=True)
        whole = link["href"].removesuffix("0/1/2")
        return link | {"href": f"{whole}{{tileMatrix}}/{{tileRow}}/{{tileCol}}"}
