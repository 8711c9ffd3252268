"""Loads buildings, and ties them to the parcels they stand on and to the doors they hold."""

from collections.abc import Iterator

from addresses.exchange import staging, values
from addresses.exchange.cleaning import Cleaner, code
from addresses.exchange.fields import Reader
from addresses.exchange.geometry import inner_points, polygons
from addresses.exchange.linking import PlaceFinder
from addresses.exchange.links import link_doors, link_to_parcels
from addresses.exchange.mapping import Section
from addresses.exchange.notes import REJECTED, note_repairs
from addresses.exchange.session import Session
from core.queries import sql

_STAGED = (
    "row", "source_id", "uid", "neighbourhood_id", "name", "block", "use", "floors", "dwellings",
    "code", "status", "valid_from", "geom",
)  # fmt: skip


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into buildings, then ties what follows from where they lie."""
    staging.create(
        "staged_building",
        "row int, source_id text, uid uuid, neighbourhood_id bigint, name text, block text,"
        " use text, floors int, dwellings int, code text, status text, valid_from date,"
        " geom geometry(MultiPolygon, 4326)",
    )
    buildings = _Buildings(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_building", _STAGED, buildings.rows(reader))
    session.notes.flush()
    staging.analyze("staged_building")
    _merge(session)
    link_to_parcels(session)
    link_doors(session)


class _Buildings:
    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.section = section
        self.clean = Cleaner(session.pack, repair=session.mapping.clean_names, length=120)
        self.places = PlaceFinder(session, section, entity="building")
        self._seen: set[str] = set()

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        names = (
            "source_id", "uid", "name", "block", "use", "floors", "dwellings", "code", "status",
            "valid_from",
        )  # fmt: skip
        columns = [reader.values(name) for name in names]
        shapes = polygons(self.session, self.section, reader, entity="building")
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
            source_id, uid, raw, block, use, floors, dwellings, own_code, status, since = given
            reason = self._unusable(source_id, geoms[i], places[i])
            if reason is not None:
                self.session.notes.add(
                    row, REJECTED, reason[0], field=reason[1], detail=raw or "", entity="building"
                )
                continue
            assert source_id is not None  # _unusable has seen to it
            self._seen.add(source_id)
            name = self.clean.name(raw or "")
            note_repairs(
                self.session.notes, row, name.repairs, field="name", detail=raw or "",
                entity="building",
            )  # fmt: skip
            yield (
                row, source_id[:120], values.uid(uid), places[i], name.text,
                (block or "").strip()[:40], (use or "").strip()[:40], values.small(floors),
                values.small(dwellings), code(own_code)[0][:20], values.status(status),
                values.day(since), geoms[i],
            )  # fmt: skip

    def _unusable(
        self, source_id: str | None, geom: str | None, place: int | None
    ) -> tuple[str, str] | None:
        """Reason and field why a row cannot become a building, or None."""
        if not source_id:
            return "missing_value", "source_id"
        if source_id in self._seen:
            return "repeated_identity", "source_id"
        if geom is None:
            return "no_polygon", "geometry"
        if place is None:
            return "neighbourhood_unknown", "neighbourhood"
        return None


def _merge(session: Session) -> None:
    """Recognises, updates, inserts. The order is the meaning."""
    parameters = {"source": session.mapping.source, "change_set": session.change_set.pk}
    staged = sql.execute("addresses", "import_buildings_match", parameters)
    staging.analyze("building_match")
    updated = sql.execute("addresses", "import_buildings_update", parameters)
    inserted = sql.execute("addresses", "import_buildings_insert", parameters)
    session.summary.count(
        "building", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
    staging.analyze("addresses_building")
    session.notes.place("building", "addresses_building", "building_match")
