"""What the density map may be filtered by, and what its cells are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import get_language

from accounts.models import Organisation
from addresses.models import District, Neighbourhood
from addresses.models.entity import LIVING
from cases.models import Channel
from cases.queries.catalogue import request_types
from core.queries import sql
from core.rules.text import in_order

Value = TypeVar("Value", int, str)


@dataclass(frozen=True)
class Choices:
    """Value and name of each filter's choices; neighbourhoods are those of the chosen district."""

    types: list[tuple[str, str]]
    organisations: list[tuple[int, str]]
    channels: list[tuple[str, str]]
    districts: list[tuple[int, str]]
    neighbourhoods: list[tuple[int, str]]


def choices(*, group: int | None, district: int | None) -> Choices:
    """In the page's language; types are those of the chosen group."""
    english = (get_language() or "").startswith("en")

    def name(one: Channel) -> str:
        return (one.name_en if english else "") or one.name

    types = [
        (t.code, (t.name_en if english else "") or t.name)
        for t in request_types().values()
        if group in (None, t.group_id)
    ]
    areas = Neighbourhood.objects.filter(district=district, status__in=LIVING)
    return Choices(
        types=by_name(types),
        organisations=by_name(Organisation.objects.values_list("pk", "name")),
        channels=by_name((c.code, name(c)) for c in Channel.objects.all()),
        districts=by_name(District.objects.filter(status__in=LIVING).values_list("pk", "name")),
        neighbourhoods=by_name(areas.values_list("pk", "name")) if district else [],
    )


def by_name(rows: Iterable[tuple[Value, str]]) -> list[tuple[Value, str]]:
    """Values and names, as one looks them up."""
    return sorted(rows, key=lambda one: in_order(one[1]))


def areas_of_cells(cells: Sequence[int], resolution: int) -> dict[int, str]:
    """Neighbourhood and district of the cells where somebody lives."""
    rows = sql.run(
        "spatial_analytics", "areas_of_cells", {"cells": list(cells), "resolution": resolution}
    )
    return {row["cell"]: f"{row['area']}, {row['district']}" for row in rows}
