"""Generalised boundaries for small scales, level by level, so that neighbours never tear apart."""

from collections.abc import Callable

import numpy as np
import shapely
from django.db import connection, transaction
from numpy.typing import NDArray

from addresses.exchange.staging import copy_rows, create
from addresses.models import BoundaryShape, District, Neighbourhood, Province
from addresses.models.entity import LIVING

# Band (good up to this zoom) and tolerance in metres of EPSG:3857: about one pixel at that zoom.
BANDS = ((8, 600.0), (10, 150.0), (12, 38.0))
# Real boundary files have slivers of millimetres between neighbours; wider gaps are kept (lakes).
_SNAP_M = 0.5
_LEVELS = (
    (BoundaryShape.Level.PROVINCE, Province),
    (BoundaryShape.Level.DISTRICT, District),
    (BoundaryShape.Level.NEIGHBOURHOOD, Neighbourhood),
)
Shapes = NDArray[np.object_]


@transaction.atomic
def rebuild_boundary_shapes(*, progress: Callable[[str], None] = lambda _level: None) -> int:
    """Replaces all BoundaryShape rows by new ones for every living area that has a polygon.

    Each level is simplified as one coverage, so a shared edge stays shared. The label point is the
    centre of the largest circle inside the largest part. Gives the number of rows; `progress` is
    told the level before it is worked on.
    """
    BoundaryShape.objects.all().delete()
    create(
        "staged_shape",
        "level text, area_id bigint, max_zoom int, geom_m geometry, label_m geometry",
    )
    for level, model in _LEVELS:
        progress(level.value)
        areas = list(
            model.objects.filter(geom_m__isnull=False, status__in=LIVING)
            .order_by("id")
            .values_list("id", "geom_m")
        )
        if not areas:
            continue
        shapes = shapely.from_wkb(np.array([bytes(g.wkb) for _id, g in areas], dtype=object))
        coverage = _as_coverage(shapes)
        labels = _hex(label_points(shapes))
        for max_zoom, tolerance in BANDS:
            simple = simplify(coverage, tolerance)
            copy_rows(
                "staged_shape",
                ("level", "area_id", "max_zoom", "geom_m", "label_m"),
                zip(
                    [level.value] * len(areas),
                    [area_id for area_id, _g in areas],
                    [max_zoom] * len(areas),
                    _hex(simple),
                    labels,
                    strict=True,
                ),
            )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO addresses_boundaryshape (level, area_id, max_zoom, geom_m, label_m)"
            " SELECT level, area_id, max_zoom, geom_m, label_m FROM staged_shape"
        )
        return int(cursor.rowcount)


def simplify(coverage: Shapes, tolerance: float) -> Shapes:
    """Simplifies polygons of one level together. An area that would vanish keeps its shape."""
    simple = np.asarray(shapely.coverage_simplify(coverage, tolerance))
    lost = shapely.is_empty(simple) | shapely.is_missing(simple)
    simple[lost] = coverage[lost]
    return simple


def label_points(shapes: Shapes) -> Shapes:
    """For each area the point farthest from the edge of its largest part (n,), to a hundredth."""
    points = np.empty(len(shapes), dtype=object)
    for i, shape in enumerate(shapes):
        parts = shapely.get_parts(shape)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        tolerance = max(1.0, float(np.sqrt(shapely.area(largest))) / 100)
        circle = shapely.maximum_inscribed_circle(largest, tolerance=tolerance)
        points[i] = shapely.get_point(circle, 0)
    return points


def _as_coverage(shapes: Shapes) -> Shapes:
    """Closes slivers, so that neighbours share their edges vertex by vertex.

    An area that the cleaning would swallow (a duplicate of another) keeps its own shape.
    """
    if shapely.coverage_is_valid(shapes):
        return shapes
    clean = shapely.coverage_clean  # type: ignore[attr-defined]  # newer than its stubs
    cleaned: Shapes = np.asarray(clean(shapes, snapping_distance=_SNAP_M))
    lost = shapely.is_empty(cleaned) | shapely.is_missing(cleaned)
    cleaned[lost] = shapes[lost]
    return cleaned


def _hex(shapes: Shapes) -> list[str]:
    with_srid = shapely.set_srid(shapes, 3857)
    return [str(text) for text in shapely.to_wkb(with_srid, hex=True, include_srid=True)]
