"""The drop folder: files that others put there are imported, each by the mapping of its folder.

`<drop>/<what>/<mapping>/<file>`, where `<what>` is an import (`addresses`, `parcels`, …) and
`<mapping>` a mapping by name, or one of the city's own at `<drop>/mappings/<mapping>.yaml`. Small differences are published at once, by the shares of the
register's policy; larger ones wait as a draft. A file is left alone until it has rested for a
minute, and taken once for the same contents: a worker that dies takes it again.
"""

import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from addresses.actions.import_file import import_file
from addresses.exchange import files, mapping
from addresses.exchange.errors import ImportRefused
from addresses.exchange.notes import Summary
from addresses.models import DroppedFile
from addresses.queries.policy import policy

State = DroppedFile.State
_RESTS = 60.0  # seconds since the last write


def watch(*, now: datetime, rested: float = _RESTS) -> list[DroppedFile]:
    """Takes every file that waits; what became of each is kept as a DroppedFile."""
    root = Path(settings.REGISTER_DROP)
    taken = []
    for path in sorted(root.glob("*/*/*")):
        if path.name.startswith(".") or files.is_sibling(path):
            continue
        name = str(path.relative_to(root))
        if path.is_symlink():
            # It could lead to any file of this machine: said once, never read.
            if not DroppedFile.objects.filter(path=name, sha256="").exists():
                taken.append(_refuse_link(name, now=now))
            continue
        if not path.is_file() or time.time() - path.stat().st_mtime < rested:
            continue
        digest = files.digest(path)
        if not DroppedFile.objects.filter(path=name, sha256=digest).exists():
            taken.append(_take(path, name, digest, now=now))
    return taken


def _refuse_link(name: str, *, now: datetime) -> DroppedFile:
    return DroppedFile.objects.create(
        path=name, sha256="", taken_at=now, state=State.REFUSED,
        message=_("A symbolic link is not followed: put the file itself here."),
    )  # fmt: skip


def _take(path: Path, name: str, digest: str, *, now: datetime) -> DroppedFile:
    entity, mapping_name = path.parts[-3], path.parts[-2]
    dropped = DroppedFile(path=name, sha256=digest, taken_at=now)
    try:
        own = path.parents[2] / "mappings" / f"{mapping_name}.yaml"
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
        dropped.state, dropped.message = State.REFUSED, str(error)
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
