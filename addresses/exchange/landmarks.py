"""Loads known places: mosques, schools, parks, bus stops."""

from collections.abc import Iterator

from addresses.exchange import staging
from addresses.exchange.cleaning import Cleaner
from addresses.exchange.fields import Reader
from addresses.exchange.geometry import points
from addresses.exchange.linking import PlaceFinder
from addresses.exchange.mapping import Section
from addresses.exchange.notes import REJECTED, note_repairs
from addresses.exchange.session import Session
from core.queries import sql
from core.rules.text import key

_STAGED = ("row", "source_id", "neighbourhood_id", "name", "name_key", "kind", "lon", "lat")


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into landmarks."""
    staging.create(
        "staged_landmark",
        "row int, source_id text, neighbourhood_id bigint, name text, name_key text, kind text,"
        " lon float8, lat float8",
    )
    landmarks = _Landmarks(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_landmark", _STAGED, landmarks.rows(reader))
    session.notes.flush()
    staging.analyze("staged_landmark")
    _merge(session)


class _Landmarks:
    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.section = section
        self.clean = Cleaner(session.pack, repair=session.mapping.clean_names)
        self.places = PlaceFinder(session, section, entity="landmark")
        self._seen: set[str] = set()

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        columns = [reader.values(name) for name in ("source_id", "name", "kind")]
        kept = reader.kept()
        lon, lat, good = points(self.session, self.section, reader, kept)
        places = self.places.find(reader, lon, lat)
        self.places.note_contradictions(reader, places, lon, lat)
        for i, (source_id, raw, kind) in enumerate(zip(*columns, strict=True)):
            if not kept[i]:
                continue
            self.session.summary.rows += 1
            row = reader.batch.first + i
            reason = self._unusable(source_id, raw, kind, good[i], places[i])
            if reason is not None:
                self.session.notes.add(
                    row, REJECTED, reason[0], field=reason[1], detail=raw or "", entity="landmark"
                )
                continue
            assert source_id is not None and raw is not None and kind is not None
            self._seen.add(source_id)
            name = self.clean.name(raw)
            note_repairs(
                self.session.notes, row, name.repairs, field="name", detail=raw, entity="landmark"
            )
            yield (
                row, source_id[:120], places[i], name.text, name.key,
                key(kind).replace(" ", "_")[:40], float(lon[i]), float(lat[i]),
            )  # fmt: skip

    def _unusable(
        self,
        source_id: str | None,
        name: str | None,
        kind: str | None,
        good: bool,
        place: int | None,
    ) -> tuple[str, str] | None:
        """Reason and field why a row cannot become a landmark, or None."""
        for field, value in (("source_id", source_id), ("name", name), ("kind", kind)):
            if not value:
                return "missing_value", field
        if source_id in self._seen:
            return "repeated_identity", "source_id"
        if not good:
            return "no_point", "geometry"
        if place is None:
            return "neighbourhood_unknown", "neighbourhood"
        return None


def _merge(session: Session) -> None:
    """Recognises, updates, inserts. The order is the meaning."""
    parameters = {"source": session.mapping.source, "change_set": session.change_set.pk}
    staged = sql.execute("addresses", "import_landmarks_match", parameters)
    staging.analyze("landmark_match")
    updated = sql.execute("addresses", "import_landmarks_update", parameters)
    inserted = sql.execute("addresses", "import_landmarks_insert", parameters)
    session.summary.count(
        "landmark", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
    session.notes.place("landmark", "addresses_landmark", "landmark_match")
