"""Loads addresses (doors) and the units behind them."""

from collections import Counter
from collections.abc import Iterator

from addresses.exchange import staging, values
from addresses.exchange.cleaning import Cleaner, code
from addresses.exchange.fields import Reader
from addresses.exchange.geometry import points
from addresses.exchange.linking import PlaceFinder
from addresses.exchange.mapping import Section
from addresses.exchange.notes import CONFLICT, REJECTED, REPAIRED, note_repairs
from addresses.exchange.session import Session
from addresses.models import Address
from addresses.rules import house_number
from addresses.rules.house_number import HouseNumber
from core.queries import sql

_DOOR = (
    "row", "source_id", "street_no", "number", "suffix", "unit", "unit_source_id", "postcode",
    "code", "lon", "lat", "uid", "status", "valid_from", "point_source", "building_uid",
    "parcel_uid",
)  # fmt: skip
_STREET = (
    "street_no", "row", "neighbourhood_id", "side_ref", "code", "name", "name_key", "kind", "odd",
    "side_uid", "name_keys",
)  # fmt: skip

# What registers know of a door and lists of addresses do not.
_FURTHER = ("uid", "status", "valid_from", "point_source", "building", "parcel")


def load(session: Session, section: Section) -> None:
    """Stages one layer and merges it into addresses and units."""
    staging.create(
        "staged_door",
        "row int, source_id text, street_no int, number int, suffix text, unit text,"
        " unit_source_id text, postcode text, code text, lon float8, lat float8, uid uuid,"
        " status text, valid_from date, point_source text, building_uid uuid, parcel_uid uuid",
    )
    staging.create(
        "staged_door_street",
        "street_no int, row int, neighbourhood_id bigint, side_ref text, code text, name text,"
        " name_key text, kind text, odd int, side_uid uuid, name_keys text[]",
    )
    doors = _Doors(session, section)
    for reader in session.batches(section):
        staging.copy_rows("staged_door", _DOOR, doors.rows(reader))
    staging.copy_rows("staged_door_street", _STREET, doors.streets())
    session.notes.flush()
    staging.analyze("staged_door")
    staging.analyze("staged_door_street")
    _merge(session, section)


class _Doors:
    def __init__(self, session: Session, section: Section) -> None:
        self.session = session
        self.section = section
        self.clean = Cleaner(session.pack, repair=session.mapping.clean_names)
        self.places = PlaceFinder(session, section, entity="address")
        self._streets: dict[tuple[object, ...], tuple[object, ...]] = {}
        self._times: Counter[tuple[str, str]] = Counter()
        self._numbers: dict[tuple[str, str | None], tuple[HouseNumber | None, bool]] = {}

    def rows(self, reader: Reader) -> Iterator[staging.Row]:
        """Staged rows of one batch; rows that cannot be used become notes."""
        names = (
            "source_id", "house_number", "suffix", "unit", "postcode", "code", "side_id",
            "street", "street_code", "street_kind",
        )  # fmt: skip
        columns = [reader.values(name) for name in names]
        further = [reader.values(name) for name in _FURTHER]
        kept = reader.kept()
        lon, lat, good = points(self.session, self.section, reader, kept)
        places = self.places.find(reader, lon, lat)
        outside = self.places.contradictions(places, lon, lat)
        for i, given in enumerate(zip(*columns, strict=True)):
            if not kept[i]:
                continue
            self.session.summary.rows += 1
            row = reader.batch.first + i
            source_id, number, suffix, unit, postcode, own_code, side_id, street, *_ = given
            door = self._door(row, number, suffix)
            if reason := self._unusable(source_id, door, street or side_id, good[i], places[i]):
                self._reject(row, *reason, detail=f"{street or ''} {number or ''}{suffix or ''}")
                continue
            assert door is not None and source_id is not None  # _unusable has seen to it
            if i in outside:
                self.session.notes.add(
                    row, CONFLICT, "outside_polygon", field="geometry", detail=outside[i],
                    entity="address",
                )  # fmt: skip
            street_no = self._street(row, places[i], door.number % 2, side_id, *given[7:10])
            source_id, unit_id = self._identity(source_id[:100], unit)
            yield (
                row, source_id, street_no, door.number, door.suffix, unit, unit_id,
                code(postcode)[0], code(own_code)[0], float(lon[i]), float(lat[i]),
                *_further(*(column[i] for column in further)),
            )  # fmt: skip

    def streets(self) -> Iterator[staging.Row]:
        """One row for every street that the doors name."""
        yield from self._streets.values()

    def _door(self, row: int, number: str | None, suffix: str | None) -> HouseNumber | None:
        """The house number of a row; writing that had to be changed becomes a note."""
        if not number:
            return None
        given = (number, suffix)
        if given not in self._numbers:
            self._numbers[given] = _parse(number, suffix)
        door, repaired = self._numbers[given]
        if repaired:
            self.session.notes.add(
                row, REPAIRED, "number_form", field="suffix" if suffix else "house_number",
                detail=f"{number}{suffix or ''}", entity="address",
            )  # fmt: skip
        return door

    def _unusable(
        self,
        source_id: str | None,
        door: HouseNumber | None,
        street: str | None,
        good: bool,
        place: int | None,
    ) -> tuple[str, str] | None:
        """Reason and field why a row cannot become a door, or None."""
        if not source_id:
            return "missing_value", "source_id"
        if door is None:
            return "no_number", "house_number"
        if not street:
            return "no_street", "street"
        if not good:
            return "no_point", "geometry"
        if place is None:
            return "neighbourhood_unknown", "neighbourhood"
        return None

    def _street(
        self,
        row: int,
        place: int | None,
        odd: int,
        side_ref: str | None,
        street: str | None,
        number: str | None,
        kind: str | None,
    ) -> object:
        """The number under which this run knows the street of a door."""
        given = (place, side_ref, number, street, odd)
        known = self._streets.get(given)
        if known is None:
            name = self.clean.street(street or "")
            note_repairs(
                self.session.notes, row, name.repairs, field="street", detail=street or "",
                entity="street",
            )  # fmt: skip
            known = (
                len(self._streets), row, place, side_ref, code(number)[0], name.text,
                name.key, kind or name.kind, odd, _side_uid(side_ref),
                staging.texts(name.keys),
            )  # fmt: skip
            self._streets[given] = known
        return known[0]

    def _identity(self, source_id: str, unit: str | None) -> tuple[str, str | None]:
        """Identity of the address and of the unit. A repetition gets its ordinal: `…#2`."""
        self._times[(source_id, unit or "")] += 1
        times = self._times[(source_id, unit or "")]
        again = f"#{times}" if times > 1 else ""
        if unit:
            return source_id, f"{source_id}|{unit}{again}"[:120]
        return source_id + again, None

    def _reject(self, row: int, reason: str, field: str, *, detail: str) -> None:
        self.session.notes.add(row, REJECTED, reason, field=field, detail=detail, entity="address")


def _further(
    uid: str | None,
    status: str | None,
    since: str | None,
    point_source: str | None,
    building: str | None,
    parcel: str | None,
) -> staging.Row:
    """The values of _FURTHER as they are staged."""
    return (
        values.uid(uid), values.status(status), values.day(since),
        point_source if point_source in Address.PointSource.values else None,
        values.uid(building), values.uid(parcel),
    )  # fmt: skip


def _side_uid(reference: str | None) -> str | None:
    """The uid of a side that the file calls by our own name for it: namespace and uid."""
    return values.uid(reference.rpartition("|")[2]) if reference else None


def _parse(number: str, suffix: str | None) -> tuple[HouseNumber | None, bool]:
    """A house number of one or two columns, and whether it was written in another form."""
    written = number.replace(" ", "").upper()
    if suffix is None:
        door = house_number.parse(number)
        forms = {f"{door.number}{door.suffix}", f"{door.number}/{door.suffix}"} if door else set()
        return door, door is not None and written not in forms
    whole = house_number.parse(number)
    if whole is None:
        return None, False
    door = HouseNumber(whole.number, house_number.suffix(whole.suffix + suffix))
    return door, door.suffix != suffix


def _merge(session: Session, section: Section) -> None:
    """Links doors to sides, recognises, updates, inserts. The order is the meaning."""
    parameters = {
        "source": session.mapping.source,
        "change_set": session.change_set.pk,
        "point_source": section.point_source,
    }
    sql.execute("addresses", "import_doors_link", parameters)
    if section.create_streets:
        created = sql.execute("addresses", "import_doors_create_streets", parameters)
        session.summary.count("street", inserted=created)
        sides = sql.execute("addresses", "import_doors_create_sides", parameters)
        session.summary.count("street_side", inserted=sides)
        sql.execute("addresses", "import_doors_note_created")
    sql.execute("addresses", "import_doors_note_unlinked")
    sql.execute("addresses", "import_doors_match", parameters)
    staging.analyze("door_match")
    updated = sql.execute("addresses", "import_doors_update", parameters)
    inserted = sql.execute("addresses", "import_doors_insert", parameters)
    staged = int(sql.value("addresses", "import_doors_count"))
    session.summary.count(
        "address", inserted=inserted, updated=updated, unchanged=staged - inserted - updated
    )
    if "unit" in section.fields:
        staging.analyze("addresses_address")
        new = sql.execute("addresses", "import_units_insert", parameters)
        units = int(sql.value("addresses", "import_units_count"))
        session.summary.count("unit", inserted=new, unchanged=units - new)
    # Without figures of the rows just written the planner would join them one by one.
    staging.analyze("addresses_address")
    staging.analyze("import_note")
    sql.execute("addresses", "import_doors_note_repeated", parameters)
    sql.execute("addresses", "import_doors_note_place", parameters)
