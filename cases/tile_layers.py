"""The layer of cases. What is in it depends on who looks."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.rules.viewer import Viewer
from cases.queries import tiles
from tiles.layers import Layer


def _audience(viewer: Viewer) -> str:
    return viewer.audience


def _yes(text: str) -> bool:
    if text != "1":
        raise ValueError(text)
    return True


def _code(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", text):
        raise ValueError(text)
    return text


LAYERS = [
    Layer(
        "cases",
        _("Cases"),
        "point",
        {
            "number": "String",
            "type": "String",
            "type_en": "String",
            "month": "String",
            "colour": "String",
            "open": "Boolean",
            "due": "Number",
            "count": "Number",
        },
        5,
        16,
        tiles.cases,
        ("cases", "catalogue"),
        audience=_audience,
        parameters={"open_only": _yes, "group": _code, "since": date.fromisoformat},
    )
]
