"""Loads streets and their sides: lists of names and codes, or lines."""

from collections.abc import Iterator

import numpy as np
import shapely

from addresses.exchange import staging, values
from addresses.exchange.cleaning import Cleaner, code
from addresses.exchange.fields import Reader
from addresses.exchange.linking import PlaceFinder
from addresses.exchange.mapping import Section
from addresses.exchange.notes import REJECTED, note_repairs
from addresses.exchange.session import Session
from addresses.exchange.shapes import Floats, Shapes, keep
from addresses.models import Street, StreetSide
from core.queries import sql

_STAGED = (
    "row", "street_key", "side_key", "neighbourhood_id", "name", "name_key", "kind", "code",
    "side", "geom", "uid", "street_uid", "parity", "name_keys",
)  # fmt: skip
_SIDES = {"L": "L", "R": "R", "LEFT": "L", "RIGHT": "R"}


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into streets and sides.

    Without an id of the source's own, rows of one name in one neighbourhood are one street: that
    is how the pieces of a road in OpenStreetMap come together.
    """
    staging.create(
        "staged_street",
        "row int, street_key text, side_key text, neighbourhood_id bigint, name text,"
        " name_key text, kind text, code text, side text, geom geometry(Geometry, 4326),"
        " uid uuid, street_uid uuid, parity text, name_keys text[]",
    )
    streets = _Streets(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_street", _STAGED, streets.rows(reader))
    session.notes.flush()
    staging.analyze("staged_street")
    _merge(session)


class _Streets:
    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.clean = Cleaner(session.pack, repair=session.mapping.clean_names)
        self.places = PlaceFinder(session, section, entity="street")
        self.grouped = section.has_geometry and "street_id" not in section.fields

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        names = (
            "source_id", "street_id", "name", "kind", "code", "side", "uid", "street_uid", "parity",
        )  # fmt: skip
        columns = [reader.values(name) for name in names]
        lines, anchors = self._lines(reader)
        texts = staging.ewkb(lines) if lines is not None else [None] * len(reader.batch)
        places = self.places.find(reader, *anchors)
        for i, wanted in enumerate(reader.kept()):
            if not wanted:
                continue
            self.session.summary.rows += 1
            row = reader.batch.first + i
            source_id, street_id, raw, kind, number, side, *register = (c[i] for c in columns)
            if not raw or not source_id:
                self._reject(row, "missing_value", "name" if not raw else "source_id", "")
                continue
            if lines is not None and texts[i] is None:
                self._reject(row, "no_line", "geometry", raw)
                continue
            place = places[i]
            if place is None:
                self._reject(row, "neighbourhood_unknown", "neighbourhood", raw)
                continue
            name = self.clean.street(raw)
            note_repairs(
                self.session.notes, row, name.repairs, field="name", detail=raw, entity="street"
            )
            side = _SIDES.get((side or "").strip().upper(), "B")
            own_key = f"{place}|{name.key}" if self.grouped else source_id
            street_key = street_id or own_key
            yield (
                row, street_key[:120], own_key[:120], place, name.text, name.key,
                kind or name.kind or Street.Kind.STREET.value, code(number)[0], side, texts[i],
                values.uid(register[0]), values.uid(register[1]),
                register[2] if register[2] in StreetSide.Parity.values else None,
                staging.texts(name.keys),
            )  # fmt: skip

    def _lines(self, reader: Reader) -> tuple[Shapes | None, tuple[Floats, Floats]]:
        """The rows' lines in degrees, None where unusable; and a point on each of them."""
        nothing = np.full(len(reader.batch), np.nan)
        raw = reader.shapes() if self.places.section.has_geometry else None
        if raw is None:
            return None, (nothing, nothing)
        shapes = keep(raw, reader.kept())
        shapes, good = self.session.projector(self.places.section).geometries(shapes)
        good &= np.isin(shapely.get_type_id(shapes), (1, 5))  # lines and multilines
        lines = keep(shapes, good)
        middle = shapely.line_interpolate_point(
            shapely.get_geometry(lines, 0), 0.5, normalized=True
        )
        return lines, (shapely.get_x(middle), shapely.get_y(middle))

    def _reject(self, row: int, reason: str, field: str, detail: str) -> None:
        self.session.notes.add(row, REJECTED, reason, field=field, detail=detail, entity="street")


def _merge(session: Session) -> None:
    """Recognises, updates and inserts streets, then sides. The order is the meaning."""
    parameters = {"source": session.mapping.source, "change_set": session.change_set.pk}
    sql.execute("addresses", "import_streets_recognise", parameters)
    known = Street.objects.count()
    updated = sql.execute("addresses", "import_streets_update", parameters)
    sql.execute("addresses", "import_streets_insert", parameters)
    inserted = Street.objects.count() - known
    staged = int(sql.value("addresses", "import_streets_count"))
    session.summary.count(
        "street", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
    staging.analyze("addresses_street")
    staging.analyze("street_match")
    sides = StreetSide.objects.count()
    updated = sql.execute("addresses", "import_sides_update", parameters)
    staged = int(sql.value("addresses", "import_sides_count"))
    sql.execute("addresses", "import_sides_insert", parameters)
    inserted = StreetSide.objects.count() - sides
    staging.analyze("addresses_streetside")
    session.summary.count(
        "street_side", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
