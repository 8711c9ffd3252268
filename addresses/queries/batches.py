"""Batches as their owner sees them: how far, what was found, what was not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from accounts.rules.viewer import Viewer
from addresses.conf import CONF
from addresses.models import GeocodeBatch, GeocodeChunk
from addresses.queries.geocoded_rows import COLUMNS, SURE, text_of
from core.models import Job

_AT = {name: at for at, name in enumerate(COLUMNS)}
# States of a batch: the job's, and one before it is begun.
CHOOSING, WAITING, RUNNING, DONE, FAILED, CANCELLED = (
    "CHOOSING", "WAITING", "RUNNING", "DONE", "FAILED", "CANCELLED",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How far a batch is. `done` counts rows; the finds are parted in sure, unsure and missing."""

    batch: GeocodeBatch
    state: str
    done: int
    sure: int
    unsure: int
    missing: int

    @property
    def percent(self) -> int:
        return int(100 * self.done / self.batch.rows) if self.batch.rows else 100

    @property
    def under_way(self) -> bool:
        return self.state in (WAITING, RUNNING)

    @property
    def may_resume(self) -> bool:
        return self.state in (FAILED, CANCELLED)


class Failure(NamedTuple):
    """A row that needs a person: nothing was found, or only a suggestion. `lon` and `lat` are
    degrees, None where nothing is known of its place.
    """

    row: int
    text: str
    status: str
    warnings: tuple[str, ...]
    label: str
    lon: float | None
    lat: float | None


def own_batches(viewer: Viewer, *, now: datetime) -> list[Standing]:
    """The viewer's batches that have not expired, newest first."""
    if viewer.user_id is None:
        return []
    kept = GeocodeBatch.objects.filter(owner=viewer.user_id, expires_at__gt=now)
    return [standing(batch) for batch in kept.select_related("job").order_by("-created_at", "-pk")]


def own_batch(viewer: Viewer, uid: UUID, *, now: datetime) -> GeocodeBatch | None:
    """A batch by its uid; another's does not exist for this viewer."""
    if viewer.user_id is None:
        return None
    kept = GeocodeBatch.objects.filter(owner=viewer.user_id, expires_at__gt=now, uid=uid)
    return kept.select_related("job").first()


def standing(batch: GeocodeBatch) -> Standing:
    figures = batch.chunks.aggregate(
        done=Sum("rows", filter=~Q(found="")),
        sure=Sum("sure"),
        unsure=Sum("unsure"),
        missing=Sum("missing"),
    )
    return Standing(batch, _state(batch.job), **{k: v or 0 for k, v in figures.items()})


def first_rows(batch: GeocodeBatch, count: int) -> list[list[str]]:
    """The first rows of the table, for its owner to recognise the columns by."""
    chunk = batch.chunks.order_by("first").first()
    rows: list[list[str]] = json.loads(chunk.cells) if chunk else []
    return rows[:count]


def result_header(batch: GeocodeBatch) -> list[str]:
    return [*batch.header, *COLUMNS]


def result_rows(batch: GeocodeBatch) -> Iterator[list[str]]:
    """Every row with what was found for it; empty columns where the work was stopped before it."""
    blank = [""] * len(COLUMNS)
    for chunk in _chunks(batch):
        cells = json.loads(chunk.cells)
        found = json.loads(chunk.found) if chunk.found else [blank] * len(cells)
        for row, columns in zip(cells, found, strict=True):
            yield [*row, *columns]


def failures(batch: GeocodeBatch, *, limit: int = CONF.failures_shown) -> list[Failure]:
    """The first rows that need a person, in their order."""
    listed: list[Failure] = []
    for chunk in _chunks(batch, Q(unsure__gt=0) | Q(missing__gt=0)):
        found = json.loads(chunk.found)
        for at, (row, cells) in enumerate(zip(json.loads(chunk.cells), found, strict=True)):
            if cells[_AT["result_status"]] == SURE:
                continue
            listed.append(_failure(batch, chunk.first + at, row, cells))
            if len(listed) == limit:
                return listed
    return listed


def _failure(batch: GeocodeBatch, number: int, row: list[str], cells: list[str]) -> Failure:
    lon, lat = cells[_AT["longitude"]], cells[_AT["latitude"]]
    return Failure(
        row=number,
        text=text_of(batch.header, batch.columns, row),
        status=cells[_AT["result_status"]],
        warnings=tuple(cells[_AT["result_warnings"]].split()),
        label=cells[_AT["result_label"]],
        lon=float(lon) if lon else None,
        lat=float(lat) if lat else None,
    )


def _chunks(batch: GeocodeBatch, which: Q | None = None) -> Iterator[GeocodeChunk]:
    rows = batch.chunks.order_by("first")
    return (rows.filter(which) if which is not None else rows).iterator(chunk_size=20)


def _state(job: Job | None) -> str:
    return CHOOSING if job is None else str(job.state)
