"""Moves the versions of a body of data when a change of it has been committed."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.functions import Now

from tiles.conf import CONF
from tiles.models import Touched
from tiles.queries.versions import everywhere_key, fresh, key, moved_key, region_key
from tiles.rules.regions import Box, regions_of

# By hand: it stands in the way of every case that is opened.
_NOTE = "INSERT INTO tiles_touched (name, boxes) VALUES (%s, %s::float8[]) RETURNING id"


def data_changed(name: str, where: Iterable[Box] | None = None) -> None:
    """Call inside the transaction that changes the data: tiles that show it are built anew when it
    has committed, and no others.

    `where` says what may look different now: boxes in degrees (EPSG:4326), of the old place and of
    the new one; nothing given means everywhere. `data_version(name)` moves once per transaction,
    however often this is called.
    """
    boxes = None if where is None else set(where)
    waiting = (entry[1] for entry in connection.run_on_commit)
    move = next((w for w in waiting if isinstance(w, _Move) and w.open_for(name)), None)
    if move is None:
        move = _Move(name)
        transaction.on_commit(move.take(boxes))
    elif not move.knows(boxes):
        move.take(boxes)


class _Move:
    """The versions of one body of data on their way."""

    def __init__(self, name: str) -> None:
        self.name, self.done = name, False
        self.boxes: set[Box] | None = set()
        self.rows: list[int] = []

    def open_for(self, name: str) -> bool:
        return self.name == name and not self.done

    def knows(self, boxes: set[Box] | None) -> bool:
        return self.boxes is None or (boxes is not None and boxes <= self.boxes)

    def take(self, boxes: set[Box] | None) -> "_Move":
        flat = None if boxes is None else [degrees for box in boxes for degrees in box]
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [self.name, flat])
            self.rows.append(int(cursor.fetchone()[0]))
        self.boxes = None if boxes is None or self.boxes is None else self.boxes | boxes
        return self

    def __call__(self) -> None:
        self.done = True
        _move(self.name, self.boxes, self.rows)


def _move(name: str, boxes: Iterable[Box] | None, rows: Sequence[int]) -> None:
    regions = None if boxes is None else regions_of(boxes)
    if regions is None:
        cache.set(everywhere_key(name), fresh(), timeout=None)
        moved = {}
    else:
        moved = {region_key(name, region): fresh() for region in regions}
    try:
        cache.incr(key(name))
    except ValueError:  # the cache has forgotten it
        cache.add(key(name), fresh(), timeout=None)
    # Last: that it was done is said only once it is.
    cache.set_many(moved | {moved_key(pk): 1 for pk in rows}, timeout=CONF.region_seconds)


def move_left_behind() -> int:
    """Moves the versions of changes whose process died after its commit, or could not reach the cache;
    forgets those whose versions were moved. Gives the number of the former."""
    late = Now() - timedelta(seconds=CONF.behind_seconds)
    rows = {row.pk: row for row in Touched.objects.filter(at__lt=late).order_by("pk")[:5000]}
    done = _moved(rows)
    left = [row for pk, row in rows.items() if pk not in done]
    for row in left:
        _move(row.name, None if row.boxes is None else _boxes(row.boxes), [row.pk])
    # Without a cache nothing was moved: they wait.
    Touched.objects.filter(pk__in=done | _moved([row.pk for row in left])).delete()
    return len(left)


def _boxes(flat: Sequence[float]) -> list[Box]:
    return list(zip(flat[0::4], flat[1::4], flat[2::4], flat[3::4], strict=True))


def _moved(rows: Iterable[int]) -> set[int]:
    keys = {moved_key(pk): pk for pk in rows}
    return {keys[k] for k in cache.get_many(list(keys))}
