"""Writes the register, or one district of it, as INSPIRE GML."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.inspire import addresses, surfaces
from addresses.exchange.inspire.writer import Node, write
from addresses.models import District
from addresses.queries import export

KINDS = ("addresses", "buildings", "parcels")


@dataclass(frozen=True)
class Exported:
    """`features` were written; `left_out` entries have no place in such a file."""

    features: int
    left_out: int


def export_inspire(*, kind: str, path: Path, district: str = "", namespace: str = "") -> Exported:
    """Writes one of KINDS to `path`, which appears whole or not at all.

    `namespace` is the one of the identifiers, INSPIRE_NAMESPACE unless given. All rows are of one
    moment. Raises ImportRefused with field and reason.
    """
    if kind not in KINDS:
        raise ImportRefused("kind", _("one of %s.") % ", ".join(KINDS))
    if path.is_dir() or not path.parent.is_dir():
        raise ImportRefused("file", _("%s cannot be written.") % path)
    chosen = export.district_named(district) if district else None
    if district and chosen is None:
        raise ImportRefused("district", _("there is no district called %s.") % district)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream, _one_moment():
            features = _features(kind, chosen, namespace or settings.INSPIRE_NAMESPACE)
            count = write(stream, features)
            left_out = export.left_out(kind, chosen)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Exported(count, left_out)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction in which every query sees the same register, whoever writes meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _features(kind: str, district: District | None, namespace: str) -> Iterator[Node]:
    if kind == "buildings":
        yield from (surfaces.building(namespace, entry) for entry in export.buildings(district))
    elif kind == "parcels":
        yield from (surfaces.parcel(namespace, entry) for entry in export.parcels(district))
    else:
        provinces, districts, neighbourhoods = export.areas(district)
        yield from addresses.components(
            namespace,
            CONF.country,
            provinces=provinces,
            districts=districts,
            neighbourhoods=neighbourhoods,
            sides=export.sides(district),
            postcodes=export.postcodes(district),
        )
        yield from (addresses.address(namespace, door) for door in export.doors(district))
