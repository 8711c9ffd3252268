"""Loads provinces, districts and neighbourhoods, level by level, with or without polygons."""

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from django.db import connection

from addresses.exchange import staging
from addresses.exchange.cleaning import Cleaner, code, whole
from addresses.exchange.fields import Reader
from addresses.exchange.geometry import polygons
from addresses.exchange.levels import LEVELS
from addresses.exchange.mapping import Section
from addresses.exchange.notes import CONFLICT, LINKED, REJECTED, REPAIRED, note_repairs
from addresses.exchange.places import Directory, Found
from addresses.exchange.session import Session
from addresses.exchange.shapes import Shapes, from_database
from addresses.models import District, Province
from addresses.models.entity import LIVING

_STAGED = (
    "row", "area_id", "own", "source_id", "parent_id", "name", "name_key", "code", "postcode",
    "population", "kind", "geom",
)  # fmt: skip


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into the table of its level."""
    staging.create(
        "staged_area",
        "row int, area_id bigint, own boolean, source_id text, parent_id bigint, name text,"
        " name_key text, code text, postcode text, population int, kind text,"
        " geom geometry(MultiPolygon, 4326)",
    )
    areas = _Areas(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_area", _STAGED, areas.rows(reader))
    session.notes.flush()
    _merge(session, section.level)
    areas.fill_district_codes()
    if LEVELS[section.level].parent and section.has_geometry:
        _note_outside_parent(session, section.level)


@dataclass(frozen=True)
class _Existing:
    """The areas of a level that the register has, by every way to recognise them."""

    by_source: dict[tuple[str, str], int]
    by_code: dict[str, int]
    by_name: dict[tuple[int | None, str], int]


class _Areas:
    """Turns the rows of one layer into staged rows, with their parent and their old entry."""

    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.section = section
        self.entity = section.level.lower()
        length = LEVELS[section.level].model._meta.get_field("name").max_length
        assert length is not None
        self.clean = Cleaner(session.pack, length=length)
        self.existing = _existing(section.level)
        parent = LEVELS[section.level].parent
        self.parents = Directory(parent, session.mapping.source) if parent else None
        self.parent_shapes = _shapes_of(parent) if parent and "point" in section.link else None
        self.district_codes: dict[int, str] = {}
        self._seen: set[str] = set()

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        names = ("source_id", "name", "code", "postcode", "population", "kind")
        columns = [reader.values(name) for name in names]
        province = reader.values("province")
        district = reader.values("district")
        district_code = reader.values("district_code")
        shapes = polygons(self.session, self.section, reader, entity=self.entity)
        texts = staging.ewkb(shapes) if shapes is not None else [None] * len(reader.batch)
        for i, wanted in enumerate(reader.kept()):
            if not wanted:
                continue
            self.session.summary.rows += 1
            row = reader.batch.first + i
            source_id, raw_name, raw_code, postcode, population, kind = (c[i] for c in columns)
            if not raw_name or not source_id:
                self._reject(row, "missing_value", field="name" if not raw_name else "source_id")
                continue
            if shapes is not None and texts[i] is None:
                self._reject(row, "no_polygon", field="geometry", detail=raw_name)
                continue
            if source_id in self._seen:
                self._reject(row, "repeated_identity", field="source_id", detail=source_id)
                continue
            self._seen.add(source_id)
            parent_name = province[i] if self.section.level == "DISTRICT" else district[i]
            parent = self._parent(parent_name, district_code[i], shapes, i)
            if parent.id is None and self.parents is not None:
                self._reject(row, f"parent_{parent.how}", field="district", detail=raw_name)
                continue
            if parent.id is not None and district_code[i]:
                self.district_codes.setdefault(parent.id, code(district_code[i])[0])
            name = self.clean.area(raw_name)
            note_repairs(
                self.session.notes, row, name.repairs, field="name", detail=raw_name,
                entity=self.entity,
            )  # fmt: skip
            number, was_decimal = code(raw_code)
            post, post_was_decimal = code(postcode)
            if was_decimal or post_was_decimal:
                self._note(row, REPAIRED, "decimal_code", field="code", detail=raw_name)
            area_id, own = self._old(row, source_id, number, parent.id, name.key, raw_name)
            yield (
                row, area_id, own, source_id, parent.id, name.text, name.key, number, post,
                whole(population), kind, texts[i],
            )  # fmt: skip

    def fill_district_codes(self) -> None:
        """Districts without a code get the one that their neighbourhoods name."""
        for district_id, number in self.district_codes.items():
            updated = District.objects.filter(pk=district_id, code="").update(
                code=number, change_set=self.session.change_set
            )
            self.session.summary.count("district", updated=updated)

    def _old(
        self, row: int, source_id: str, number: str, parent: int | None, name: str, raw: str
    ) -> tuple[int | None, bool]:
        """The register's entry for this row, and whether it came from this source."""
        own = self.existing.by_source.get((self.session.mapping.source, source_id))
        if own is not None:
            return own, True
        by_code = self.existing.by_code.get(number) if number else None
        if by_code is not None:
            self.session.summary.linked[f"{self.entity} by code"] += 1
            return by_code, False
        by_name = self.existing.by_name.get((parent, name))
        if by_name is not None:
            self.session.summary.linked[f"{self.entity} by name"] += 1
            self._note(row, LINKED, "by_name", field="name", detail=raw)
            return by_name, False
        if not self.section.has_geometry:
            self._note(row, CONFLICT, "no_polygon_known", field="name", detail=raw)
        return None, False

    def _parent(self, name: str | None, number: str | None, shapes: Shapes | None, i: int) -> Found:
        if self.parents is None:
            return Found(None, "")
        if self.parent_shapes is not None and shapes is not None:
            ids, tree = self.parent_shapes
            hits = tree.query(shapely.point_on_surface(shapes[i]), predicate="intersects")
            return Found(ids[int(hits[0])], "point") if len(hits) else Found(None, "unknown")
        if not name and not number:
            return self.parents.only()
        cleaned = self.clean.area(name).text if name else ""
        return self.parents.find(code=code(number)[0], name=cleaned)

    def _reject(self, row: int, reason: str, *, field: str, detail: str = "") -> None:
        self._note(row, REJECTED, reason, field=field, detail=detail)

    def _note(self, row: int, outcome: str, reason: str, *, field: str, detail: str) -> None:
        self.session.notes.add(row, outcome, reason, field=field, detail=detail, entity=self.entity)


def _existing(level: str) -> _Existing:
    parent = LEVELS[level].parent_column
    found = _Existing({}, {}, {})
    rows = (
        LEVELS[level]
        .model._default_manager.order_by("id")
        .values_list("id", "source", "source_id", "code", parent or "id", "name_key", "status")
    )
    for area_id, source, source_id, number, parent_id, name, status in rows:
        if source_id:
            found.by_source[(source, source_id)] = area_id
        if status in LIVING:
            if number:
                found.by_code.setdefault(number, area_id)
            found.by_name.setdefault((parent_id if parent else None, name), area_id)
    return found


def _shapes_of(model: type[Province | District]) -> tuple[list[int], shapely.STRtree]:
    rows = list(model.objects.filter(geom__isnull=False).values_list("id", "geom"))
    shapes = from_database([geom for _id, geom in rows])
    return [area_id for area_id, _geom in rows], shapely.STRtree(shapes)


def _merge(session: Session, level: str) -> None:
    """Updates what really differs, inserts what is new, counts both."""
    parameters: dict[str, str | int] = {
        "source": session.mapping.source,
        "change_set": session.change_set.pk,
        "language": session.pack.language,
    }
    with connection.cursor() as cursor:
        cursor.execute(LEVELS[level].update(), parameters)
        updated = cursor.rowcount
        cursor.execute(LEVELS[level].insert(), parameters)
        inserted = cursor.rowcount
        cursor.execute("SELECT count(*) FROM staged_area WHERE area_id IS NOT NULL")
        known = int(cursor.fetchone()[0])
    session.summary.count(
        level.lower(), inserted=inserted, updated=updated, unchanged=known - updated
    )


def _note_outside_parent(session: Session, level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            LEVELS[level].note_outside_parent(),
            {"entity": level.lower(), "source": session.mapping.source},
        )
