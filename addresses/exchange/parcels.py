"""Loads cadastral parcels: a parcel is its neighbourhood, its block and its number."""

from collections.abc import Iterator

from addresses.exchange import staging, values
from addresses.exchange.cleaning import code
from addresses.exchange.fields import Reader
from addresses.exchange.geometry import inner_points, polygons
from addresses.exchange.linking import PlaceFinder
from addresses.exchange.links import link_to_parcels
from addresses.exchange.mapping import Section
from addresses.exchange.notes import REJECTED
from addresses.exchange.session import Session
from core.queries import sql

_STAGED = (
    "row", "source_id", "uid", "neighbourhood_id", "cadastral_block", "number", "map_sheet",
    "code", "status", "valid_from", "geom",
)  # fmt: skip


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into parcels; buildings on them are tied to them."""
    staging.create(
        "staged_parcel",
        "row int, source_id text, uid uuid, neighbourhood_id bigint, cadastral_block text,"
        " number text, map_sheet text, code text, status text, valid_from date,"
        " geom geometry(MultiPolygon, 4326)",
    )
    parcels = _Parcels(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_parcel", _STAGED, parcels.rows(reader))
    session.notes.flush()
    staging.analyze("staged_parcel")
    _merge(session)
    link_to_parcels(session)


class _Parcels:
    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.section = section
        self.places = PlaceFinder(session, section, entity="parcel")
        self._seen: set[str] = set()

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        names = (
            "source_id", "uid", "cadastral_block", "number", "map_sheet", "code", "status",
            "valid_from",
        )  # fmt: skip
        columns = [reader.values(name) for name in names]
        shapes = polygons(self.session, self.section, reader, entity="parcel")
        geoms = staging.ewkb(shapes) if shapes is not None else [None] * len(reader.batch)
        lon, lat = inner_points(shapes) if shapes is not None else reader.nowhere()
        places = self.places.find(reader, lon, lat)
        self.places.note_contradictions(reader, places, lon, lat)
        kept = reader.kept()
        for i, given in enumerate(zip(*columns, strict=True)):
            if not kept[i]:
                continue
            self.session.summary.rows += 1
            row = reader.batch.first + i
            source_id, uid, block, number, sheet, own_code, status, since = given
            label = f"{block or ''}/{number or ''}"
            drawn = shapes is None or geoms[i] is not None
            reason = self._unusable(source_id, number, drawn, places[i])
            if reason is not None:
                self.session.notes.add(
                    row, REJECTED, reason[0], field=reason[1], detail=label, entity="parcel"
                )
                continue
            assert source_id is not None and number is not None  # _unusable has seen to it
            self._seen.add(source_id)
            yield (
                row, source_id[:120], values.uid(uid), places[i], code(block)[0][:20],
                code(number)[0][:40], (sheet or "").strip()[:60], code(own_code)[0][:20],
                values.status(status), values.day(since), geoms[i],
            )  # fmt: skip

    def _unusable(
        self, source_id: str | None, number: str | None, drawn: bool, place: int | None
    ) -> tuple[str, str] | None:
        """Reason and field why a row cannot become a parcel, or None."""
        if not source_id:
            return "missing_value", "source_id"
        if source_id in self._seen:
            return "repeated_identity", "source_id"
        if not number:
            return "missing_value", "number"
        if not drawn:
            return "no_polygon", "geometry"
        if place is None:
            return "neighbourhood_unknown", "neighbourhood"
        return None


def _merge(session: Session) -> None:
    """Recognises, updates, inserts. The order is the meaning."""
    parameters = {"source": session.mapping.source, "change_set": session.change_set.pk}
    staged = sql.execute("addresses", "import_parcels_match", parameters)
    staging.analyze("parcel_match")
    updated = sql.execute("addresses", "import_parcels_update", parameters)
    inserted = sql.execute("addresses", "import_parcels_insert", parameters)
    session.summary.count(
        "parcel", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
    staging.analyze("addresses_parcel")
    sql.execute("addresses", "import_parcels_note_repeated", parameters)
    session.notes.place("parcel", "addresses_parcel", "parcel_match")
