"""Cases per H3 cell: counted, divided by homes, compared, and drawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from cases.models import Channel
from core.queries import sql
from spatial_analytics.conf import CONF
from spatial_analytics.queries.reach import Counted, counted
from spatial_analytics.rules.change import LEAST_SUM, change_of, cut_off, p_values
from spatial_analytics.rules.density import PER, DensityQuestion, question_from
from spatial_analytics.rules.hex_tile import Properties, encode
from spatial_analytics.rules.hexes import (
    FINEST,
    Bounds,
    Range,
    cover,
    near,
    ranges_of,
    resolution_of,
)
from spatial_analytics.rules.rollups import (
    CHANNEL,
    DISTRICT,
    NEIGHBOURHOOD,
    ORGANISATION,
    Window,
    plan,
)
from tiles.layers import TileRequest
from tiles.rules.grid import TileAddress

EVERYWHERE: list[Range] = [(0, 2**63 - 1)]
_CUT_OFF_SECONDS = 600

Count = tuple[int, int, int]  # slot of the window, cell, cases


@dataclass(frozen=True)
class CellFigure:
    """One cell. `cases` or `before` is None where the public must not see it; `rate` is per 1,000
    residents or dwellings, None where too few are at home; `change` is empty without a comparison."""

    cell: int
    cases: int | None
    before: int | None = None
    rate: float | None = None
    change: str = ""


def density_tile(request: TileRequest) -> bytes:
    """The layer `density` of one tile."""
    question = question_from(
        request.parameters, today=timezone.localdate(), usual_days=CONF.density_days
    )
    figures = density_figures(
        question,
        counted(request.viewer),
        resolution=resolution_of(request.tile.z),
        bounds=request.tile.bounds,
    )
    return _drawn(request.tile, figures)


def density_figures(
    question: DensityQuestion, counts: Counted, *, resolution: int, bounds: Bounds | None = None
) -> list[CellFigure]:
    """Every cell with a count, within a box (degrees, and a little around it) or everywhere, by its
    index. The public is shown no count under the minimum, nor anything made of one."""
    found = density_counts(question, counts, question.windows, resolution=resolution, bounds=bounds)
    hidden = None if counts == Counted.PUBLIC else 0
    now = {cell: n for slot, cell, n in found if slot == 0}
    before = {cell: n for slot, cell, n in found if slot == 1}
    cells = sorted(now.keys() | before.keys())
    rates = _rates(question, now, resolution)
    changes: dict[int, str] = {}
    if question.compare:
        limit = _limit(question, counts, resolution)
        share = _share(question)
        p = p_values([now.get(c, 0) for c in cells], [before.get(c, 0) for c in cells], share)
        changes = {
            c: change_of(now.get(c, hidden), before.get(c, hidden), p[i], limit, share)
            for i, c in enumerate(cells)
        }
    return [
        CellFigure(
            cell=cell,
            cases=now.get(cell, hidden),
            before=before.get(cell, hidden) if question.compare else None,
            rate=rates.get(cell),
            change=changes.get(cell, ""),
        )
        for cell in cells
    ]


def density_counts(
    question: DensityQuestion,
    counts: Counted,
    windows: Sequence[Window],
    *,
    resolution: int,
    bounds: Bounds | None = None,
) -> list[Count]:
    """Cases of each window and cell, in the order of both; for the public none under the minimum, and
    none at all by body or channel: by whom a case is handled and how it came in is not public."""
    if counts == Counted.PUBLIC and (question.organisation or question.channel):
        return []
    facet = question.facet
    channel = _channel(question.channel)
    parameters: dict[str, Any] = {
        "resolution": resolution,
        "zone": settings.TIME_ZONE,
        "slots": [w.slot for w in windows],
        "begins": [w.begin for w in windows],
        "ends": [w.end for w in windows],
        "type_group": question.group,
        "type": question.type,
        "organisation": question.organisation,
        "channel": channel,
        "district": question.district,
        "neighbourhood": question.neighbourhood,
        **counts.sql(),
        "minimum": CONF.public_minimum if counts == Counted.PUBLIC else 1,
    }
    above = None if bounds is None else cover(bounds, resolution)
    read = plan(windows, shown=resolution, facet=facet, sensitive=bool(parameters["sensitive"]))
    stored = sorted({FINEST} | {probe.resolution for probe in read.rollups})
    ranges = [
        (r, low, high)
        for r in stored
        for low, high in (EVERYWHERE if above is None else ranges_of(above, r))
    ]
    value = {
        ORGANISATION: question.organisation,
        CHANNEL: channel,
        DISTRICT: question.district,
        NEIGHBOURHOOD: question.neighbourhood,
    }.get(facet or "", 0)
    rows = sql.run(
        "spatial_analytics",
        "density_counts",
        {
            **parameters,
            "value": value,
            "range_resolutions": [r for r, _, _ in ranges],
            "range_lows": [low for _, low, _ in ranges],
            "range_highs": [high for _, _, high in ranges],
            "rollup_slots": [p.slot for p in read.rollups],
            "rollup_resolutions": [p.resolution for p in read.rollups],
            "rollup_facets": [p.facet for p in read.rollups],
            "rollup_spans": [p.span for p in read.rollups],
            "rollup_starts": [p.starts for p in read.rollups],
            "rollup_whose": [p.whose for p in read.rollups],
            "day_slots": [p.slot for p in read.days],
            "day_months": [p.month for p in read.days],
            "day_firsts": [p.first for p in read.days],
            "day_lasts": [p.last for p in read.days],
            "day_whose": [p.whose for p in read.days],
        },
    )
    found = [(row["slot"], row["cell"], row["cases"]) for row in rows]
    if bounds is None:
        return found
    here = near({cell for _slot, cell, _n in found}, bounds, resolution)
    return [one for one in found if one[1] in here]


def _channel(code: str | None) -> int | None:
    """The id of a channel; one that is no id where there is no such channel."""
    if code is None:
        return None
    return Channel.objects.filter(code=code).values_list("pk", flat=True).first() or -1


def _rates(question: DensityQuestion, now: dict[int, int], resolution: int) -> dict[int, float]:
    """Cases per 1,000 residents or dwellings of the cells where enough are at home."""
    if question.measure == "count" or not now:
        return {}
    rows = sql.run(
        "spatial_analytics",
        "cell_homes",
        {
            "resolution": resolution,
            "cells": list(now),
            "district": question.district,
            "neighbourhood": question.neighbourhood,
        },
    )
    least = CONF.least_residents if question.measure == "residents" else CONF.least_dwellings
    return {
        row["cell"]: round(now[row["cell"]] * PER / row[question.measure], 2)
        for row in rows
        if row[question.measure] >= least
    }


def _share(question: DensityQuestion) -> float:
    lengths = [(w.end - w.begin).days + 1 for w in question.windows]
    return lengths[0] / sum(lengths)


def _limit(question: DensityQuestion, counts: Counted, resolution: int) -> float:
    """The p-value that separates changes from chance, over all cells of the city: every tile of the map
    goes by the same, which is at most ten minutes old."""
    asked = f"{question!r}:{counts}:{resolution}"
    key = f"density-cut-off:{hashlib.sha256(asked.encode()).hexdigest()}"
    limit: float | None = cache.get(key)
    if limit is None:
        pairs: dict[int, list[int]] = {}
        for slot, cell, n in density_counts(
            question, counts, question.windows, resolution=resolution
        ):
            pairs.setdefault(cell, [0, 0])[slot] = n
        told = [
            (now, before)
            for now, before in pairs.values()
            if now + before >= LEAST_SUM and (counts != Counted.PUBLIC or (now and before))
        ]
        limit = (
            cut_off(p_values([a for a, _ in told], [b for _, b in told], _share(question)))
            if told
            else 0.0
        )
        cache.set(key, limit, _CUT_OFF_SECONDS)
    return limit


def _drawn(tile: TileAddress, figures: list[CellFigure]) -> bytes:
    """The bytes: by the database from its outlines, else (a cell counted since the last fold) here."""
    if not figures:
        return b""
    (row,) = sql.run(
        "spatial_analytics",
        "hexagon_tile",
        {
            "z": tile.z,
            "x": tile.x,
            "y": tile.y,
            "layer": "density",
            "cells": [f.cell for f in figures],
            "cases": [f.cases for f in figures],
            "rates": [f.rate for f in figures],
            "befores": [f.before for f in figures],
            "changes": [f.change or None for f in figures],
        },
    )
    if not row["lacking"]:
        return bytes(row["tile"] or b"")
    return encode("density", tile, ((f.cell, properties_of(f)) for f in figures))


def properties_of(figure: CellFigure) -> Properties:
    """What is known of a cell, by name."""
    values = {
        "cases": figure.cases,
        "rate": figure.rate,
        "before": figure.before,
        "change": figure.change or None,
    }
    return {name: value for name, value in values.items() if value is not None}
