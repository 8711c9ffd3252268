"""The drop folder: files that others put there are imported, each by the mapping of its folder.

`<drop>/<what>/<mapping>/<file>`, where `<what>` is an import (`addresses`, `parcels`, …) and
`<mapping>` a mapping by name, or one of the city's own at `<drop>/mappings/<mapping>.yaml`. Small
differences are published at once, by the shares of the
register's policy; larger ones wait as a draft. A file is left alone until it has rested for a
minute, and taken when it is not what was last taken from its place: a worker that dies takes it again.
"""

import logging
import os
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _

from addresses.actions.import_file import import_file
from addresses.exchange import files, mapping
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import DroppedFile
from addresses.queries.policy import policy

State = DroppedFile.State
_log = logging.getLogger(__name__)
_RESTS = 60.0  # seconds since the last write


def watch(*, now: datetime, rested: float = _RESTS) -> list[DroppedFile]:
    """Takes every file that waits; what became of each is kept as a DroppedFile."""
    root = Path(settings.REGISTER_DROP)
    taken = []
    for path in sorted(root.glob("*/*/*")):
        if path.name.startswith(".") or files.is_sibling(path):
            continue
        # A name need not be text; what is kept of it must be.
        name = os.fsencode(path.relative_to(root)).decode("utf-8", "replace")[:300]
        if path.resolve() != root.resolve() / path.relative_to(root):
            # It could lead to any file of this machine: said once, never read.
            if not DroppedFile.objects.filter(path=name, sha256="").exists():
                taken.append(_refuse_link(name, now=now))
            continue
        if not path.is_file() or time.time() - path.stat().st_mtime < rested:
            continue
        digest = files.digest(path)
        if not _known(name, digest, path):
            taken.append(_take(path, name, digest, now=now))
    return taken


def _known(name: str, digest: str, path: Path) -> bool:
    """Whether this is what was taken from this place last. What was refused is tried again when its
    mapping is newer than the refusal."""
    last = DroppedFile.objects.filter(path=name).order_by("-taken_at", "-pk").first()
    if last is None or last.sha256 != digest:
        return False
    own = _own_mapping(path)
    mended = own.is_file() and own.stat().st_mtime > last.taken_at.timestamp()
    return not (last.state == State.REFUSED and mended)


def _own_mapping(path: Path) -> Path:
    """Where the city's own mapping of a file's folder would be."""
    return path.parents[2] / "mappings" / f"{path.parts[-2]}.yaml"


def _refuse_link(name: str, *, now: datetime) -> DroppedFile:
    return DroppedFile.objects.create(
        path=name, sha256="", taken_at=now, state=State.REFUSED,
        message=_("A symbolic link is not followed: put the file itself here."),
    )  # fmt: skip


def _take(path: Path, name: str, digest: str, *, now: datetime) -> DroppedFile:
    entity, mapping_name = path.parts[-3], path.parts[-2]
    dropped = DroppedFile(path=name, sha256=digest, taken_at=now)
    try:
        own = _own_mapping(path)
        if own.is_file():
            mapping_name = str(own)
        elif mapping_name not in mapping.names():
            raise ImportRefused("mapping", mapping_name)
        if entity not in mapping.ENTITIES:
            raise ImportRefused("folder", entity)
        summary = import_file(
            entity, str(path), mapping_name=mapping_name, now=now, vanished=True,
            accept=small_enough,
        )  # fmt: skip
    except ImportRefused as error:
        dropped.state, dropped.message = State.REFUSED, _storable(str(error))
    except OperationalError:  # of the database, not of the file: the next look tries again
        raise
    except Exception as error:  # whatever it is, the files behind it are taken
        _log.exception("file_drop_failed", extra={"file": name})
        dropped.state = State.REFUSED
        dropped.message = _("It could not be read: %s.") % type(error).__name__
    else:
        dropped.counts = {entity: dict(counts) for entity, counts in summary.changes.items()}
        dropped.change_set_id = summary.draft or summary.change_set
        dropped.state = State.UNCHANGED
        if summary.draft:
            dropped.state = State.DRAFTED
        elif summary.number:
            dropped.state = State.PUBLISHED
    dropped.save()
    return dropped


def _storable(text: str) -> str:
    """A message may quote the file: without what the database cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "␀")[:2000]


def small_enough(summary: Summary, known: int) -> bool:
    """Whether the diff may be published without a person: each share within the policy's bounds.

    The first load of a source has nothing to be compared with, and is looked at.
    """
    if known == 0:
        return False
    bounds = policy()
    total = {
        what: sum(counts[what] for counts in summary.changes.values())
        for what in ("inserted", "updated", "vanished")
    }
    return (
        total["inserted"] <= bounds.accept_new_share * known
        and total["updated"] <= bounds.accept_changed_share * known
        and total["vanished"] <= bounds.accept_vanished_share * known
    )
