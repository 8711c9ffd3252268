"""Extracts as files: made once for each change number, kept until a newer one is there."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from addresses.conf import CONF
from addresses.feed.extract import FORMATS, write
from addresses.queries.data_model import EntityType, entity
from addresses.queries.feed import Area, latest
from core.actions.jobs import enqueue, resume
from core.models import Job
from core.rules.handlers import Payload, Progress

JOB = "addresses.make_extract"


@dataclass(frozen=True)
class Made:
    path: Path
    number: int


@dataclass(frozen=True)
class Waiting:
    """A worker is making it; `progress` lies in 0 … 1."""

    progress: float
    message: str


class TooMany(Exception):
    """Enough extracts wait for a worker, or this sender has ordered enough."""


def extract(
    kinds: Sequence[EntityType],
    form: str,
    *,
    area: Area | None = None,
    as_of: date | None = None,
    may_order: Callable[[], bool] = lambda: True,
) -> Made | Waiting:
    """The file of the present change number: at once if it is there or small, else by a job.

    `may_order` is asked before one is made. Raises TooMany.
    """
    number = latest()
    path = _place(kinds, form, number, area, as_of)
    if path.exists():
        return Made(path, number)
    key = f"{JOB}:{path.name}"
    under_way = Job.objects.filter(name=JOB, state__in=(Job.State.WAITING, Job.State.RUNNING))
    if not under_way.filter(key=key).exists() and (
        under_way.count() >= CONF.extracts_waiting or not may_order()
    ):
        raise TooMany
    if _rows(kinds) <= CONF.extract_at_once:
        return Made(_make(kinds, form, path, area, as_of, lambda *_a: None), number)
    payload = {
        "kinds": [kind.name for kind in kinds],
        "form": form,
        "areas": list(area.neighbourhoods) if area else None,
        "as_of": as_of.isoformat() if as_of else None,
    }
    job = enqueue(name=JOB, payload=payload, key=key)
    if not resume(job_id=job.pk, now=timezone.now()) and (
        job.state == Job.State.DONE and not path.exists()
    ):
        Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, attempt=0, error="")
    return Waiting(job.progress, job.message)


def make(payload: Payload, progress: Progress) -> Payload:
    """The job's work. The register may have moved on: the file then bears the newer number."""
    kinds = [entity(name) for name in payload["kinds"]]
    day = date.fromisoformat(payload["as_of"]) if payload["as_of"] else None
    area = Area.of(payload["areas"]) if payload["areas"] is not None else None
    path = _place(kinds, payload["form"], latest(), area, day)
    done = 0

    def tell(kind: str, rows: int) -> None:
        nonlocal done
        done += 1
        progress(done / len(kinds), f"{kind}: {rows:,}")

    if not path.exists():
        _make(kinds, payload["form"], path, area, day, tell)
    return {"file": path.name}


def _make(
    kinds: Sequence[EntityType],
    form: str,
    path: Path,
    area: Area | None,
    as_of: date | None,
    progress: Callable[[str, int], None],
) -> Path:
    """Writes beside the place and moves there, so that nobody reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        new = Path(folder) / path.name
        write(kinds, form, new, area=area, as_of=as_of, progress=progress)
        new.replace(path)
    _forget(path)
    return path


def _place(
    kinds: Sequence[EntityType], form: str, number: int, area: Area | None, as_of: date | None
) -> Path:
    names = "-".join(kind.name for kind in kinds) if len(kinds) == 1 else "register"
    cut = hashlib.sha256(repr((names, area, len(kinds))).encode()).hexdigest()[:8]
    day = f"-{as_of.isoformat()}" if as_of else ""
    return (
        Path(settings.MEDIA_ROOT)
        / "register"
        / "extracts"
        / (f"{names}-{number}{day}-{cut}{FORMATS[form]}")
    )


def _forget(path: Path) -> None:
    """Removes all but the newest files: a download under way keeps its own open."""
    files = sorted(
        (p for p in path.parent.iterdir() if p.is_file()), key=lambda p: p.stat().st_mtime
    )
    for old in files[: -CONF.extracts_kept]:
        old.unlink(missing_ok=True)


def _rows(kinds: Sequence[EntityType]) -> int:
    """About how many rows, by the planner's own figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(greatest(reltuples, 0)), 0) FROM pg_class WHERE relname = ANY(%s)",
            [[kind.table for kind in kinds]],
        )
        return int(cursor.fetchone()[0])
