"""A folium map with nothing to fetch: Leaflet stands inside the file, and there is no basemap."""

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import get_language

ICON = (
    "data:image/svg+xml;utf8,%3Csvg xmlns='http:%2F%2Fwww.w3.org%2F2000%2Fsvg' viewBox='0 0 26 26'%3E"
    "%3Cpath fill='%23444' d='M13 3 24 9 13 15 2 9zM2 13l11 6 11-6v3l-11 6L2 16z'/%3E%3C/svg%3E"
)
LEGEND_STYLE = """
.vip-panel{position:absolute;z-index:900;left:10px;bottom:24px;box-sizing:border-box;max-width:min(17rem,calc(100vw - 20px));
max-height:45vh;overflow:auto;background:#fff;color:#17211f;padding:.5rem .7rem;border-radius:8px;
box-shadow:0 1px 6px rgb(0 0 0/35%);font:12px/1.4 system-ui,"Noto Sans",sans-serif}
.vip-panel summary{cursor:pointer}.vip-panel h1{display:inline;font-size:13px;margin:0}.vip-panel p{margin:.3rem 0}
.vip-panel ul{list-style:none;margin:.3rem 0;padding:0}.vip-panel li{display:flex;gap:.5rem;align-items:center}
.vip-panel i{width:1rem;height:1rem;border:1px solid rgb(0 0 0/25%);flex:none}
.leaflet-container{background:#eef1ee}
"""


class MissingLibrary(Exception):
    """Leaflet has not been brought by the set-up."""


class OfflineMap(folium.Map):
    """`folium.Map` without its links to other hosts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(tiles=None, attribution_control=False, **options)
        self._title = ""
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        header = self._page().header
        header.add_child(Element(f"<style>{_leaflet_style()}{LEGEND_STYLE}</style>"))
        header.add_child(Element(f"<script>{_leaflet_script()}</script>"))

    def _page(self) -> Figure:
        root = self.get_root()
        assert isinstance(root, Figure)
        return root

    def add_panel(
        self,
        title: str,
        lines: list[str],
        legend: list[tuple[str, str]],
        more: tuple[str, list[str]] | None = None,
    ) -> None:
        """A box with the title, the legend (colour, text), some lines, and under a title of their own more of
        them, which are folded up; all texts are escaped."""
        body = "".join(f"<p>{escape(line)}</p>" for line in lines)
        if more:
            folded = "".join(f"<p>{escape(line)}</p>" for line in more[1])
            body += f"<details><summary>{escape(more[0])}</summary>{folded}</details>"
        items = "".join(
            f'<li><i style="background:{escape(colour)}"></i>{escape(text)}</li>'
            for colour, text in legend
        )
        self._title = title
        # It can be folded up, as it covers a part of the map; a phone begins with its title only.
        html = (
            f'<details class="vip-panel" open><summary><h1>{escape(title)}</h1></summary>'
            f"<ul>{items}</ul>{body}</details>"
            "<script>if (innerWidth < 700) document.querySelector('.vip-panel').open = false;</script>"
        )
        self._page().html.add_child(Element(html))

    def as_html(self) -> str:
        """The whole file."""
        page: str = self._page().render()
        head = f'<html lang="{get_language() or settings.LANGUAGE_CODE}">'
        page = re.sub(r"<html[^>]*>", head, page, count=1)
        page = page.replace("<head>", f"<head><title>{escape(self._title)}</title>", 1)
        # Comments and notices of the library name its web site; nothing here needs an address.
        return re.sub(r"//# sourceMappingURL=\S+", "", page)


@cache
def _library(name: str) -> str:
    found = finders.find(name)
    if not found:
        raise MissingLibrary(
            f"{name} is missing: run `./vip setup` to bring the front-end libraries."
        )
    return Path(found).read_text(encoding="utf-8")


def _leaflet_script() -> str:
    """Leaflet without the link in its attribution, which is switched off."""
    script = re.sub(r'href="https?://[^"]*"', "", _library("lib/leaflet.js"))
    # A script element ends at the first "</script", wherever it stands.
    return script.replace("</script", "<\\/script")


def _leaflet_style() -> str:
    """Leaflet's style with its pictures replaced by one that needs no file."""
    return re.sub(r"url\(images/[^)]*\)", f'url("{ICON}")', _library("lib/leaflet.css"))
