"""Writes down who takes which list out of the platform, and how much of it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from accounts.rules.viewer import Viewer
from cases.models import ListExport
from cases.rules.listing import ListFilter

T = TypeVar("T")


def logged(rows: Iterable[T], *, form: str, wanted: ListFilter, viewer: Viewer) -> Iterator[T]:
    """The same rows, counted into a `ListExport` that is written before the first is given; its
    `rows` stay empty when the reader stops early."""
    assert viewer.user_id is not None  # nobody else is shown a list
    kept = ListExport.objects.create(user_id=viewer.user_id, form=form, query=wanted.encoded())
    return _counted(rows, kept)


def _counted(rows: Iterable[T], kept: ListExport) -> Iterator[T]:
    n = 0
    for row in rows:
        n += 1
        yield row
    ListExport.objects.filter(pk=kept.pk).update(rows=n)
