"""One import run: one transaction, one change set, all or nothing."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.files import File
from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from addresses.actions.boundary_shapes import rebuild_boundary_shapes
from addresses.actions.change_sets import publish, writing
from addresses.drafts.capture import capture, store
from addresses.drafts.lineage import note_lineage
from addresses.exchange import (
    boundaries,
    buildings,
    doors,
    files,
    landmarks,
    mapping,
    parcels,
    places,
    streets,
)
from addresses.exchange import vanished as gone
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import NoteBook, Summary
from addresses.exchange.session import Session
from addresses.models import (
    Address,
    Building,
    ChangeSet,
    Landmark,
    Neighbourhood,
    Parcel,
    Street,
)

_LOADERS = {
    "boundaries": boundaries.load,
    "streets": streets.load,
    "parcels": parcels.load,
    "buildings": buildings.load,
    "addresses": doors.load,
    "landmarks": landmarks.load,
}
# The name of the main records of an import in its summary.
_NAMES = {
    "streets": "street_side",
    "parcels": "parcel",
    "buildings": "building",
    "addresses": "address",
    "landmarks": "landmark",
}
_MAIN_TABLE: dict[str, type[Model]] = {
    "boundaries": Neighbourhood,
    "streets": Street,
    "parcels": Parcel,
    "buildings": Building,
    "addresses": Address,
    "landmarks": Landmark,
}
# Imports wait for each other: two at once could both see a number as free.
_LOCK = 7_014_311
_OUTLINE_DEGREES = 0.002


@dataclass(frozen=True)
class Origin:
    """Who had a file imported and why, beside the file itself: kept with the change set."""

    author_id: int | None = None
    reason: str = ""
    legal_basis: str = ""
    evidence: Path | None = None  # a decision or protocol, copied


# The diff of a run, and how many living records the source had before: publish it as it is?
Accept = Callable[[Summary, int], bool]


def _always(_summary: Summary, _known: int) -> bool:
    return True


def import_file(
    entity: str,
    file_name: str,
    *,
    mapping_name: str,
    now: datetime,
    report: Path | None = None,
    quiet: bool = True,
    vanished: bool = False,
    accept: Accept = _always,
    origin: Origin = Origin(),
) -> Summary:
    """Imports what `mapping.ENTITIES` names, `boundaries` or `parcels` for instance, from a local file.

    Either everything is published under one number, or nothing is written: a refused file, an
    interruption, and a file that changes nothing all leave the register as it was. `report` gets
    every note as CSV. Raises ImportRefused with field and reason.

    `vanished` retires what the source named before and names no longer. `accept` sees the diff
    against the register before anything is published; where it says no, everything is taken back
    and kept as a draft for people to look at (`Summary.draft` is its id).
    """
    chosen = mapping.load(mapping_name)
    sections = chosen.sections_for(entity)
    source = files.accept(file_name)
    _check_report(report)
    if origin.evidence is not None and not origin.evidence.is_file():
        raise ImportRefused("evidence", _("%s is no file.") % origin.evidence)
    started = time.monotonic()
    draft: tuple[IO[bytes], IO[bytes]] | None = None  # changes and notes
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            described = _described(entity, chosen, source, origin, now)
            change_set = ChangeSet.objects.create(**described)
            with writing(change_set):
                session = Session(source=source, mapping=chosen, change_set=change_set, quiet=quiet)
                known = gone.known(session, entity)
                session.neighbourhood_id = places.ensure_constants(
                    chosen, change_set, session.summary
                )
                for section in sections:
                    _LOADERS[entity](session, section)
                if sections and not session.summary.rows:
                    raise ImportRefused("file", _("%s holds no row to import.") % source.path.name)
                if entity == "addresses" and chosen.areas.outline_from_points:
                    _outline(session)
                if gone.can_vanish(entity):
                    back = gone.revive(session, entity, _NAMES[entity])
                    session.summary.count(_NAMES[entity], updated=back)
                if vanished and gone.can_vanish(entity):
                    retired = gone.retire_vanished(session, entity)
                    session.summary.count(_NAMES[entity], vanished=retired)
                if session.summary.changed and not accept(session.summary, known):
                    draft = capture(change_set), session.notes.taken()
                else:
                    note_lineage(change_set)
            _finish(
                session, entity, now=now, started=started, report=report, drafted=bool(draft),
                origin=origin,
            )  # fmt: skip
        if draft is not None:
            if entity == "boundaries":  # replaced as a set
                described["kind"] = ChangeSet.Kind.BOUNDARIES
            session.summary.draft = _store_draft(described, session, *draft, origin)
    except (IntegrityError, DataError) as error:
        raise ImportRefused("file", str(error).strip().splitlines()[0]) from error
    return session.summary


def _described(
    entity: str,
    chosen: mapping.Mapping,
    source: files.SourceFile,
    origin: Origin,
    now: datetime,
) -> dict[str, Any]:
    """What the change set of this import says of itself."""
    return {
        "kind": ChangeSet.Kind.IMPORT,
        "title": f"{chosen.title} · {source.path.name}"[:200],
        "reason": origin.reason,
        "legal_basis": origin.legal_basis[:200],
        "source": chosen.source,
        "author_id": origin.author_id,
        "file_name": source.path.name[:200],
        "file_sha256": source.sha256,
        "created_at": now,
        "effective_from": _effective_from(entity, chosen.source, now),
    }


@transaction.atomic
def _store_draft(
    described: dict[str, Any],
    session: Session,
    captured: IO[bytes],
    notes: IO[bytes],
    origin: Origin,
) -> int:
    """Keeps what the run would have done as a draft, with its notes; gives its id."""
    change_set = ChangeSet.objects.create(**described, summary=session.summary.as_json())
    _keep_evidence(change_set, origin)
    store(change_set, captured)
    book = NoteBook()
    book.restore(notes)
    book.store(change_set.pk)
    return change_set.pk


def _keep_evidence(change_set: ChangeSet, origin: Origin) -> None:
    if origin.evidence is not None:
        with origin.evidence.open("rb") as file:
            change_set.evidence.save(origin.evidence.name, File(file), save=True)


def _effective_from(entity: str, source: str, now: datetime) -> date | None:
    """The first load of a source says nothing about since when; what comes later begins today."""
    known = _MAIN_TABLE[entity]._default_manager.filter(source=source).exists()
    return timezone.localdate(now) if known else None


def _finish(
    session: Session,
    entity: str,
    *,
    now: datetime,
    started: float,
    report: Path | None,
    drafted: bool,
    origin: Origin,
) -> None:
    """Counts, reports, and publishes; a run that changed nothing, or is only drafted, takes itself
    back."""
    summary = session.summary
    summary.notes = session.notes.counts()
    if report is not None:
        session.notes.report(report)
    if summary.changed and not drafted:
        if entity == "boundaries" and any(
            section.has_geometry for section in session.mapping.sections_for(entity)
        ):
            rebuild_boundary_shapes()
        session.notes.store(session.change_set.pk)
        summary.seconds = time.monotonic() - started
        session.change_set.summary = summary.as_json()
        _keep_evidence(session.change_set, origin)
        summary.number = publish(session.change_set, now=now)
        summary.change_set = session.change_set.pk
    else:
        transaction.set_rollback(True)
    summary.seconds = time.monotonic() - started


def _outline(session: Session) -> None:
    """Areas that the file does not draw get the hull of their doors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsBinary(ST_Multi(ST_Buffer(ST_ConvexHull(ST_Collect(geom)), %s)))"
            " FROM addresses_address WHERE source = %s",
            [_OUTLINE_DEGREES, session.mapping.source],
        )
        wkb = cursor.fetchone()[0]
    if wkb is not None:
        hull = GEOSGeometry(wkb, srid=4326)
        assert isinstance(hull, MultiPolygon)
        updated = places.outline(session.mapping, hull, session.change_set)
        session.summary.count("outline", updated=updated)


def _check_report(report: Path | None) -> None:
    """Refuses before the work, not after it."""
    if report is not None and (report.is_dir() or not report.parent.is_dir()):
        raise ImportRefused("report", _("%s cannot be written.") % report)
